# SPDX-License-Identifier: Apache-2.0
"""A worklist of the tests' own, so that the mechanism is tried without any of the subjects that use it."""

from __future__ import annotations

import pytest

from secure_communities.platform.worklists import registry
from tests.platform.worklists.builders import SAMPLE, SECRET


@pytest.fixture(autouse=True)
def sample_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_LISTS", {})
    registry.register(SAMPLE, SECRET)
