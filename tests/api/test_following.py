# SPDX-License-Identifier: Apache-2.0
"""What a booking system may read: its own submissions and the answers that are ready; every read leaves a trace."""

from __future__ import annotations

import pytest

from secure_communities.identify.intake import preparation, services
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.models import Message
from secure_communities.interchange import itl
from secure_communities.interchange.itl import Finding
from secure_communities.platform.events.models import Event
from tests.api.callers import SUBMISSIONS, Machine, accepted, responses_of
from tests.identify import builders as a

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> Machine:
    return Machine(a.a_jail())


def test_a_submission_can_be_followed_but_not_into_the_immigration_side(machine: Machine) -> None:
    submission = a.search_criminal(accepted(machine.submit()))
    body = machine.get(f"{SUBMISSIONS}/{submission.control_number}").json()
    assert (body["tcn"], body["intake"], body["criminal"], body["responses"]) == (
        submission.tcn, "accepted", "answered", 1,
    )  # fmt: skip
    assert not [key for key in body if "immigration" in key]


def test_the_agency_sees_no_difference_between_no_candidate_and_a_candidate_not_yet_confirmed(machine: Machine) -> None:
    a.an_immigration_subject(person=1)
    with_candidate = a.search_immigration(accepted(machine.submit(), person=1))
    without = accepted(machine.submit(), person=2)
    seen = [machine.get(f"{SUBMISSIONS}/{one.control_number}").json() for one in (with_candidate, without)]
    for one in seen:
        del one["control_number"], one["tcn"]
    assert with_candidate.immigration_state != without.immigration_state
    assert seen[0] == seen[1]


def test_fetching_an_answer_counts_as_its_delivery_and_can_be_repeated(machine: Machine) -> None:
    submission = a.search_criminal(accepted(machine.submit()))
    [listed] = responses_of(machine, submission)
    assert (listed["kind"], listed["tcr"], listed["delivered_at"]) == ("first", submission.tcn, None)
    first, again = machine.get(listed["file"]), machine.get(listed["file"])
    assert first.status_code == again.status_code == 200 and first.content == again.content
    assert itl.parse(first.content).tcr == submission.tcn
    assert first["Content-Disposition"] == f'attachment; filename="{listed["tcn"]}.ebts"'
    assert responses_of(machine, submission)[0]["delivered_at"] is not None
    assert Event.objects.filter(kind="response:delivered").count() == 1


def test_another_agency_cannot_tell_that_the_submission_exists(machine: Machine) -> None:
    submission = a.search_criminal(accepted(machine.submit()))
    [listed] = responses_of(machine, submission)
    other = Machine(a.a_jail("ZZTX00102", participating=False))
    here = f"{SUBMISSIONS}/{submission.control_number}"
    nowhere = f"{SUBMISSIONS}/SC-AAAAAAAAAAAAAAAA"
    for path in (here, f"{here}/responses", listed["file"]):
        assert other.get(path).status_code == 404
    answers = [other.get(path).content.replace(path.rsplit("/", 1)[1].encode(), b"") for path in (here, nowhere)]
    assert answers[0] == answers[1]
    assert Message.objects.get().state == "ready"
    assert not Event.objects.filter(actor="ori:ZZTX00102", kind="submission:read").exists()


def test_an_answer_that_waits_for_the_first_is_neither_listed_nor_given_out(machine: Machine) -> None:
    a.an_immigration_subject(person=9)
    submission = a.search_immigration(accepted(machine.submit(), person=1))  # no match, before the criminal answer
    held = Message.objects.get(submission=submission)
    assert held.state == "held" and responses_of(machine, submission) == []
    assert machine.get(f"{SUBMISSIONS}/{submission.control_number}").json()["responses"] == 0
    path = f"{SUBMISSIONS}/{submission.control_number}/responses/{held.tcn}/file"
    assert machine.get(path).status_code == 404
    a.search_criminal(submission)
    assert [one["kind"] for one in responses_of(machine, submission)] == ["first", "no_match"]
    assert machine.get(path).status_code == 200


def test_messages_between_the_institutions_are_not_given_to_the_agency(machine: Machine) -> None:
    a.an_immigration_subject()
    submission = a.search_criminal(a.search_immigration(accepted(machine.submit())))
    compared = submission.examinations.get()
    a.identify(compared)
    a.identify(compared)
    internal = Message.objects.filter(submission=submission, kind__in=("query", "acknowledgement"))
    assert internal.count() == 2
    for message in internal:
        path = f"{SUBMISSIONS}/{submission.control_number}/responses/{message.tcn}/file"
        assert machine.get(path).status_code == 404
    assert [one["kind"] for one in responses_of(machine, submission)] == ["first"]


def test_the_agency_is_not_told_how_many_messages_others_exchange_about_its_submission(machine: Machine) -> None:
    a.an_immigration_subject()
    submission = a.search_criminal(a.search_immigration(accepted(machine.submit())))
    compared = submission.examinations.get()
    a.identify(compared)
    a.identify(compared)
    assert machine.get(f"{SUBMISSIONS}/{submission.control_number}").json()["responses"] == 1


def test_a_refused_file_says_why_in_status_and_in_its_error_response(machine: Machine) -> None:
    submission = machine.submit()
    finding = Finding("E0001", message="2.018 NAM: missing", record=1, idc=0, tag="2.018")
    locked = services.locked(submission.pk)
    preparation.refuse(locked, [finding], at=a.AT)
    responses.answer_refused(locked, [finding], at=a.AT)
    body = machine.get(f"{SUBMISSIONS}/{submission.control_number}").json()
    assert (body["intake"], body["findings"][0]["tag"]) == ("refused", "2.018")
    [listed] = responses_of(machine, submission)
    answer = itl.parse(machine.get(listed["file"]).content)
    assert listed["kind"] == "error" and answer.tot == "ERRT" and answer.tcr == submission.tcn


@pytest.mark.parametrize(
    "number", ["SC-%00", "%00", "%0d%0aSet-Cookie:x", "<script>", "x" * 3000, "%E2%80%AE", "..%2f"]
)
def test_hostile_control_numbers_find_nothing_and_are_not_repeated_raw(machine: Machine, number: str) -> None:
    for path in (
        f"{SUBMISSIONS}/{number}",
        f"{SUBMISSIONS}/{number}/responses",
        f"{SUBMISSIONS}/{number}/responses/x/file",
    ):
        answer = machine.get(path)
        assert answer.status_code == 404
        assert not [raw for raw in (b"\x00", b"<script>", b"\r", "\u202e".encode()) if raw in answer.content]


@pytest.mark.parametrize("tcn", ["%00", "<script>", "SYN-%0d%0a", "x" * 3000])
def test_hostile_message_numbers_find_nothing_and_are_not_repeated_raw(machine: Machine, tcn: str) -> None:
    submission = machine.submit()
    answer = machine.get(f"{SUBMISSIONS}/{submission.control_number}/responses/{tcn}/file")
    assert answer.status_code == 404
    assert not [raw for raw in (b"\x00", b"<script>", b"\r") if raw in answer.content]
    assert len(answer.content) < 400


@pytest.mark.parametrize("number", ["0", "-1", "999999999999999999999999999", "1.5", "x", "%00"])
def test_a_refusal_that_is_not_ones_own_or_not_there_is_not_found(machine: Machine, number: str) -> None:
    assert machine.get(f"/api/v1/refusals/{number}/error-response").status_code in (404, 422)


def test_every_read_is_logged_with_its_purpose(machine: Machine) -> None:
    submission = a.search_criminal(accepted(machine.submit()))
    here = f"{SUBMISSIONS}/{submission.control_number}"
    [listed] = responses_of(machine, submission)
    for path in (here, f"{here}/responses", listed["file"]):
        before = Event.objects.filter(kind="submission:read").count()
        machine.get(path)
        reads = Event.objects.filter(kind="submission:read").order_by("-id")
        assert reads.count() == before + 1
        assert (reads[0].actor, reads[0].purpose, reads[0].correlation) == (
            "ori:ZZTX00101", "own_submission", submission.control_number,
        )  # fmt: skip


def test_fetching_the_error_response_of_refused_input_is_logged_with_its_purpose(machine: Machine) -> None:
    machine.submit(person={"2.018": "SAMPLE,ONE"})
    used = services.Submission.objects.get().tcn
    conflicting = a.a_booking(tcn=used, person={"2.018": "SAMPLE,TWO"})
    path = machine.post(conflicting).json()["error_response"]
    assert machine.get(path).status_code == 200
    [read] = Event.objects.filter(kind="submission:refusal-read")
    assert (read.actor, read.purpose) == ("ori:ZZTX00101", "own_submission")
