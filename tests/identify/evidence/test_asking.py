# SPDX-License-Identifier: Apache-2.0
"""One source asked: every way to fail is a failure with its reason, and never “nothing found”."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest

from secure_communities.identify.evidence import asking, contents
from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.ports import (
    FailureReason,
    NumberMissing,
    Outcome,
    RecordFact,
    SearchRequest,
    SourceAnswer,
    SourceCode,
    SourceFailure,
    SourceRecord,
)
from tests.identify.evidence.fakes import FakeSource, hangs, nothing, one_record

REQUEST = SearchRequest(fin="9000000001")


def asked(behaviour: Any, **options: Any) -> asking.Asked:
    return asking.ask(FakeSource(SourceCode.COURT, behaviour, **options), REQUEST)


def test_nothing_found_is_an_answer_of_its_own() -> None:
    assert asked(nothing) == asking.Asked(Outcome.NOTHING_FOUND)


def test_records_are_found() -> None:
    answer = asked(one_record("CRT-0001"))
    assert answer.outcome is Outcome.FOUND
    assert [one.record_id for one in answer.records] == ["CRT-0001"]


@pytest.mark.parametrize("reason", list(FailureReason))
def test_a_source_that_fails_is_failed_with_its_reason(reason: FailureReason) -> None:
    def fail(request: SearchRequest) -> SourceAnswer:
        raise SourceFailure(reason)

    assert asked(fail) == asking.Asked(Outcome.FAILED, reason=reason)


def test_a_source_that_hangs_is_given_up_and_its_late_answer_is_thrown_away() -> None:
    let_go = threading.Event()
    answer = asked(hangs(let_go), limit=timedelta(seconds=0.05))
    let_go.set()
    assert answer == asking.Asked(Outcome.FAILED, reason=FailureReason.TIMED_OUT)


def test_an_answer_after_the_limit_of_a_source_that_keeps_time_is_thrown_away_too() -> None:
    answer = asked(one_record(), limit=timedelta(0), keeps_time=True)
    assert answer == asking.Asked(Outcome.FAILED, reason=FailureReason.TIMED_OUT)


def test_an_error_of_ours_is_a_failure_and_the_log_repeats_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    def break_down(request: SearchRequest) -> SourceAnswer:
        raise RuntimeError("SAMPLEHIDDEN,VIOLETTA was born on a Sunday")

    with caplog.at_level(logging.DEBUG):
        assert asked(break_down).reason is FailureReason.ERROR
    assert "RuntimeError" in caplog.text
    assert "SAMPLEHIDDEN" not in caplog.text


def wrong(**values: Any) -> SourceAnswer:
    return SourceAnswer((SourceRecord(**{"record_id": "CRT-0001", **values}),))


GARBAGE: list[Any] = [
    None,
    [],
    "no records",
    SourceAnswer(["CRT-0001"]),  # type: ignore[arg-type]
    wrong(record_id=""),
    wrong(record_id="SAMPLEHIDDEN,VIOLETTA"),
    wrong(title="A\x1b[2J"),
    wrong(title="x" * 3_000),
    wrong(facts=(RecordFact("NOISE", "1"),)),
    wrong(facts=(RecordFact(FactKind.BIRTH_DATE, "31/12/1980"),)),
    wrong(facts=(RecordFact(FactKind.ENTRY, "Port", "2001-01-01"),)),  # type: ignore[arg-type]
    wrong(fields=(("Label", 3),)),
    SourceAnswer((SourceRecord("CRT-0001"), SourceRecord("CRT-0001"))),
    SourceAnswer(tuple(SourceRecord(f"CRT-{number:04d}") for number in range(201))),
]


@pytest.mark.parametrize("answer", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_a_malformed_answer(answer: Any) -> None:
    assert asked(lambda request: answer).reason is FailureReason.MALFORMED


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {"records": []},
        [["CRT-0001"]],
        [{"title": "no number"}],
        [{"record_id": "CRT-0001", "verdict": "removable"}],
        [{"record_id": "CRT-0001", "facts": [{"kind": "STATUS"}]}],
        [{"record_id": "CRT-0001", "facts": [{"kind": "STATUS", "value": "LPR", "on": "yesterday"}]}],
        [{"record_id": "CRT-0001", "fields": [["one", "two", "three"]]}],
        [{"record_id": "CRT-0001", "protected": "yes"}],
        [{"record_id": "CRT-0001", "basis": "NAME"}],
        [{"record_id": "CRT-0001", "fields": "ab"}],
    ],
    ids=range(11),
)
def test_raw_answers_that_are_no_list_of_records_are_malformed(raw: Any) -> None:
    with pytest.raises(SourceFailure) as refused:
        contents.answer_of(raw)
    assert refused.value.reason is FailureReason.MALFORMED


def test_a_record_survives_the_way_through_json() -> None:
    record = SourceRecord("CRT-0001", "Case", facts=(RecordFact(FactKind.NAME, "SAMPLE,ONE"),), fields=(("A", "b"),))
    assert contents.record_of(contents.as_json(record)) == record


def test_a_protected_record_keeps_its_number_and_nothing_else() -> None:
    answer = asked(
        one_record(
            "BEN-0009", protected=True, fields=(("Class", "U"),), facts=(RecordFact(FactKind.NAME, "SAMPLE,ONE"),)
        )
    )
    assert answer.records == (SourceRecord("BEN-0009", facts=(RecordFact(FactKind.PROTECTED, ""),), protected=True),)


def test_a_request_without_the_number_of_a_confirmed_match_cannot_be_made() -> None:
    with pytest.raises(NumberMissing, match="never with a name alone"):
        SearchRequest(fin="", names=("SAMPLE,ONE",))


def test_neither_request_nor_record_nor_fact_shows_a_name_in_its_repr() -> None:
    request = SearchRequest(fin="9000000001", names=("SAMPLEHIDDEN,VIOLETTA",))
    record = SourceRecord("CRT-0001", facts=(RecordFact(FactKind.NAME, "SAMPLEHIDDEN,VIOLETTA"),))
    shown = f"{request!r} {SourceAnswer((record,))!r} {record!r} {record.facts[0]!r}"
    assert "SAMPLEHIDDEN" not in shown
    assert "9000000001" not in shown
