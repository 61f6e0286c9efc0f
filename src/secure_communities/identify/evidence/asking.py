# SPDX-License-Identifier: Apache-2.0
"""Ask one source within its time limit; every way to fail ends as FAILED with a reason. No Django.

An answer that comes after the limit is thrown away: it was recorded that there was none.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass

from secure_communities.identify.evidence import contents
from secure_communities.identify.evidence.ports import (
    EvidenceSource,
    FailureReason,
    Outcome,
    SearchRequest,
    SourceAnswer,
    SourceFailure,
    SourceRecord,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question. `reason` where it failed."""

    outcome: Outcome
    records: tuple[SourceRecord, ...] = ()
    reason: FailureReason | None = None


def failed(reason: FailureReason) -> Asked:
    """No answer."""
    return Asked(Outcome.FAILED, reason=reason)


def ask(source: EvidenceSource, request: SearchRequest) -> Asked:
    """Ask and wait, at most for the source's limit. Never raises. Logs types only: a text might quote a person."""
    started = time.monotonic()
    try:
        answer = contents.checked(source.search(request) if source.keeps_time else _in_a_thread(source, request))
    except SourceFailure as failure:
        log.warning("%s did not answer: %s", source.code, failure.reason)
        return failed(failure.reason)
    except Exception as error:
        log.error("asking %s ended with %s", source.code, type(error).__name__)
        return failed(FailureReason.ERROR)
    if time.monotonic() - started > source.limit.total_seconds():
        log.warning("%s answered too late", source.code)
        return failed(FailureReason.TIMED_OUT)
    return Asked(Outcome.FOUND if answer.records else Outcome.NOTHING_FOUND, answer.records)


def _in_a_thread(source: EvidenceSource, request: SearchRequest) -> SourceAnswer:
    box: queue.SimpleQueue[SourceAnswer | BaseException] = queue.SimpleQueue()

    def search() -> None:
        try:
            box.put(source.search(request))
        except BaseException as error:  # it belongs to the one who waits
            box.put(error)

    threading.Thread(target=search, name=f"ask-{source.code}", daemon=True).start()
    try:
        found = box.get(timeout=source.limit.total_seconds())
    except queue.Empty:
        raise SourceFailure(FailureReason.TIMED_OUT) from None
    if isinstance(found, BaseException):
        raise found
    return found
