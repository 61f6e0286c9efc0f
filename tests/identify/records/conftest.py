# SPDX-License-Identifier: Apache-2.0
"""Subjects of both registers, and the people who may or may not confirm a charge."""

from __future__ import annotations

import pytest

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from tests.identify.records.builders import a_subject, a_user


@pytest.fixture
def criminal_subject(db: None) -> RegisterSubject:
    return a_subject(Register.CRIMINAL)


@pytest.fixture
def immigration_subject(db: None) -> RegisterSubject:
    return a_subject(Register.IMMIGRATION)


@pytest.fixture
def specialist(db: None) -> User:
    return a_user("specialist", Role.SUPPORT_SPECIALIST)


@pytest.fixture
def examiner(db: None) -> User:
    return a_user("examiner", Role.EXAMINER)
