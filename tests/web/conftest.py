# SPDX-License-Identifier: Apache-2.0
"""People at their screens: a signed-in client for each role, galleries in a folder of the test's own, a fixed clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from secure_communities.platform import clock
from secure_communities.platform.accounts.models import User
from tests.identify.builders import AT

SignedIn = Callable[[User], Client]


@pytest.fixture
def desk(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> SignedIn:
    """`desk(user)` is a client that user has signed in with, at the builders' moment."""
    settings.VAR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: AT)

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
