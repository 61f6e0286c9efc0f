# SPDX-License-Identifier: Apache-2.0
"""A search that starts before the acceptance is committed is no search: its job comes again, and nothing is lost."""

from __future__ import annotations

import pytest

from secure_communities.identify.examination.services import NotAccepted, search
from secure_communities.identify.galleries.models import Register
from tests.identify.builders import a_submission, now

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("register", [Register.CRIMINAL, Register.IMMIGRATION])
def test_a_search_that_starts_before_the_acceptance_is_seen_comes_again(register: Register) -> None:
    submission = a_submission()
    with pytest.raises(NotAccepted):
        search(submission.pk, register, now=now)
