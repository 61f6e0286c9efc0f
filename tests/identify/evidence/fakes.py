# SPDX-License-Identifier: Apache-2.0
"""Sources for tests that answer, fail, hang or talk nonsense as told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from secure_communities.identify.evidence.ports import (
    SearchRequest,
    SourceAnswer,
    SourceCode,
    SourceKind,
    SourceRecord,
)


def nothing(request: SearchRequest) -> SourceAnswer:
    return SourceAnswer()


def one_record(record_id: str = "BEN-0001", **values: Any) -> Callable[[SearchRequest], SourceAnswer]:
    def search(request: SearchRequest) -> SourceAnswer:
        return SourceAnswer((SourceRecord(record_id, title="Sample record", **values),))

    return search


@dataclass(eq=False)
class FakeSource:
    code: SourceCode
    behaviour: Callable[[SearchRequest], Any] = nothing
    limit: timedelta = timedelta(seconds=2)
    keeps_time: bool = False
    kind: SourceKind = SourceKind.HISTORY
    version: str = "fake-1"
    asked: list[SearchRequest] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.code.value.replace("_", " ").capitalize()

    @property
    def system(self) -> str:
        return f"SAMPLE {self.code}"

    def search(self, request: SearchRequest) -> SourceAnswer:
        self.asked.append(request)
        answer: SourceAnswer = self.behaviour(request)
        return answer


def hangs(let_go: threading.Event) -> Callable[[SearchRequest], SourceAnswer]:
    """Wait until let go: far longer than any limit, and ended by the test."""

    def search(request: SearchRequest) -> SourceAnswer:
        let_go.wait(30)
        return SourceAnswer((SourceRecord("LATE-0001"),))

    return search
