# SPDX-License-Identifier: Apache-2.0
"""Sources of a test's own behind the port."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from secure_communities.identify.evidence import registry
from tests.identify.evidence.fakes import FakeSource

Put = Callable[..., list[FakeSource]]


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Put these sources, and no others, behind the port."""

    def put(*fakes: FakeSource) -> list[FakeSource]:
        monkeypatch.setattr(registry, "_SOURCES", {one.code: one for one in fakes})
        return list(fakes)

    put()
    return put
