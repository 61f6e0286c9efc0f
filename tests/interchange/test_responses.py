# SPDX-License-Identifier: Apache-2.0
"""Answers: addressed back, complete, harmless, and readable by two readers."""

from __future__ import annotations

import pytest
from nistitl import Message

from secure_communities.interchange.itl import Finding, Header, Transaction, emit, parse
from secure_communities.interchange.profiles import profile_for, validate
from secure_communities.interchange.responses import Unanswerable, answerable, error_response, submission_results
from tests.builders.transactions import JAIL, NOW, REGISTER, TCN, TODAY, a_booking

ANSWER = {"tcn": "SYNFBI-20261122-000007", "date": TODAY, "gmt": NOW}
FINDING = Finding("E0001", message="NAM is missing", record=1, idc=0, tag="2.018")


def check(answer: Transaction) -> Transaction:
    """Both readers take it, and our own table finds nothing."""
    data = emit(answer)
    message = Message()
    message.parse(data)
    assert answer.tot == message.TOT
    again = parse(data)
    assert again == answer
    assert validate(again, profile_for(again) or "", received_on=TODAY) == []
    return again


def a_request(**changes: object) -> Transaction:
    return parse(a_booking(**changes))


def test_a_result_goes_back_to_the_sender_with_what_it_asked_to_see_again():
    request = a_request(person={"2.007": [["ZZTX00102"], ["ZZTX00103/REC"]], "2.073": [[JAIL], ["ZZTX00104"]]})
    answer = check(submission_results(request, **ANSWER, ident=True, ucn="S0000001Z", sid="ZZ00000001"))
    assert (answer.tot, answer.ori, answer.dai, answer.tcr) == ("SRE", REGISTER, JAIL, TCN)
    assert (answer.tcn, answer.date) == ("SYNFBI-20261122-000007", "20261122")
    record = answer.records[1]
    assert record.values("2.007") == [["ZZTX00102"], ["ZZTX00103/REC"]]
    assert record.values("2.073") == [[JAIL], ["ZZTX00104"]]
    texts = {tag: record.text(tag) for tag in ("2.006", "2.009", "2.014", "2.015", "2.018", "2.059")}
    assert texts == {
        "2.006": "SGT SAMPLE",
        "2.009": "TEST-2026-0001",
        "2.014": "S0000001Z",
        "2.015": "ZZ00000001",
        "2.018": "SYNTH,ALEX QUILL",
        "2.059": "I",
    }


def test_a_result_without_identification_says_so():
    answer = check(submission_results(a_request(), **ANSWER, ident=False))
    assert answer.records[1].text("2.059") == "N"
    assert answer.records[1].text("2.014") is None
    assert (answer.header.text("1.011"), answer.header.text("1.012")) == ("00.00", "00.00")


def test_a_rap_sheet_is_wrapped_and_kept_to_ascii():
    sheet = "SYNTHETIC – José\n" + "WORD " * 40 + "\n\n" + "X" * 200 + "\tY\x1d\x1b"
    answer = check(submission_results(a_request(), **ANSWER, ident=True, ucn="S0000001Z", rap_sheet=sheet))
    lines = answer.records[1].text("2.075").split("\r\n")
    assert lines[0] == "SYNTHETIC - Jose"
    assert max(map(len, lines)) <= 72
    assert "" in lines


def test_a_rap_sheet_beyond_the_limit_is_refused_before_it_is_sent():
    with pytest.raises(ValueError, match="rap sheet"):
        submission_results(a_request(), **ANSWER, ident=True, rap_sheet="X\n" * 100_000)


def test_messages_have_a_field_from_9_4_and_stand_in_the_sheet_before():
    messages = ["IMMIGRATION DATA RESPONSE: " + "WORD " * 80, "SECOND"]
    answer = check(submission_results(a_request(), **ANSWER, ident=False, messages=messages))
    assert len(answer.records[1].values("2.060")) == 3
    assert all(len(items[0]) <= 300 for items in answer.records[1].values("2.060"))
    old = a_request(domain=("NORAM", "EBTS 9.1"), version="0400")
    answer = check(submission_results(old, **ANSWER, ident=False, messages=messages, rap_sheet="SHEET"))
    assert answer.records[1].values("2.060") == []
    assert answer.records[1].text("2.075").startswith("SHEET\r\nIMMIGRATION")
    with pytest.raises(ValueError, match="at most 11"):
        submission_results(a_request(), **ANSWER, ident=False, messages=["A"] * 12)


def test_many_results_may_answer_one_request():
    first = submission_results(a_request(), **ANSWER, ident=False)
    second = submission_results(a_request(), **(ANSWER | {"tcn": "SYNFBI-20261122-000008"}), ident=False)
    assert first.tcr == second.tcr == TCN
    assert first.tcn != second.tcn


def test_an_error_names_record_field_and_code():
    answer = check(error_response(a_request(), **ANSWER, findings=[FINDING]))
    assert (answer.tot, answer.tcr, answer.ori, answer.dai) == ("ERRT", TCN, REGISTER, JAIL)
    assert answer.records[1].values("2.060") == [["E0001: NAM is missing (record 1, IDC 00, field 2.018)"]]
    assert answer.records[1].text("2.006") == "SGT SAMPLE"


def test_an_error_to_a_header_needs_nothing_else():
    header = answerable(a_booking()[:-10])
    assert header is not None
    answer = check(error_response(header, **ANSWER, findings=[FINDING]))
    assert [field.tag for field in answer.records[1].fields] == ["2.001", "2.002", "2.060"]


@pytest.mark.parametrize("count", [11, 12, 30, 500])
def test_findings_share_messages_when_they_are_many(count: int):
    findings = [
        Finding("E0001", message=f"FIELD{number} is missing", record=1, idc=0, tag=f"2.{number:03d}")
        for number in range(count)
    ]
    answer = check(error_response(a_request(), **ANSWER, findings=findings))
    messages = [items[0] for items in answer.records[1].values("2.060")]
    assert len(messages) <= 11
    text = " ".join(messages)
    told = sum(f"FIELD{number} " in text for number in range(count))
    assert told == count if count <= 30 else text.endswith(f"+{count - told} more")


def test_what_is_echoed_must_obey_the_table():
    request = a_request(person={"2.006": "SGT. O'SAMPLE", "2.009": "=CMD", "2.073": "<b>"})
    answer = check(error_response(request, **ANSWER, findings=[FINDING]))
    assert [field.tag for field in answer.records[1].fields] == ["2.001", "2.002", "2.060"]


def test_a_message_is_harmless_whatever_a_finding_says():
    evil = Finding("E0002", message="<script>\x1d2.059:I\r\nBcc: x' \" =1‮")
    text = check(error_response(a_request(), **ANSWER, findings=[evil])).records[1].text("2.060")
    assert text == "E0002: ?script? 2.059:I Bcc: x ? ?1?"


def test_an_answer_is_never_answered():
    answer = error_response(a_request(), **ANSWER, findings=[FINDING])
    assert answerable(emit(answer)) is None
    with pytest.raises(Unanswerable):
        error_response(answer, **ANSWER, findings=[FINDING])


@pytest.mark.parametrize("missing", ["tcn", "ori", "dai"])
def test_without_an_address_there_is_no_answer(missing: str):
    parts = {"tot": "CAR", "tcn": TCN, "ori": JAIL, "dai": REGISTER, "version": "0500"}
    with pytest.raises(Unanswerable):
        error_response(Header(**(parts | {missing: None})), **ANSWER, findings=[FINDING])


@pytest.mark.parametrize(("version", "answered"), [("0502", "0502"), ("0507", "0400"), ("<b>", "0400"), (None, "0400")])
def test_an_answer_repeats_the_edition_only_if_it_is_one(version: str | None, answered: str):
    header = Header(tot="CAR", tcn=TCN, ori=JAIL, dai=REGISTER, version=version)
    assert check(error_response(header, **ANSWER, findings=[FINDING])).version == answered


def test_an_error_without_findings_makes_no_sense():
    with pytest.raises(ValueError, match="what is wrong"):
        error_response(a_request(), **ANSWER, findings=[])


def test_a_result_needs_a_name():
    with pytest.raises(ValueError, match="name"):
        submission_results(a_request(person={"2.018": None}), **ANSWER, ident=False)
    answer = check(submission_results(a_request(person={"2.018": None}), **ANSWER, ident=False, name="SYNTH,A"))
    assert answer.records[1].text("2.018") == "SYNTH,A"
