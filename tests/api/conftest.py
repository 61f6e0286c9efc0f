# SPDX-License-Identifier: Apache-2.0
"""The API's clock stands at the builders' moment; galleries and secrets lie in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from secure_communities.platform import clock
from tests.identify.builders import AT


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, settings: LazySettings) -> Path:
    settings.VAR = tmp_path
    return tmp_path
