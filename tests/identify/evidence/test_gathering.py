# SPDX-License-Identifier: Apache-2.0
"""Gathering: from the acknowledged query, each source by itself, once, and again when a specialist asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from secure_communities.identify.evidence import jobs, selectors, services
from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.models import Evidence, Inquiry
from secure_communities.identify.evidence.ports import (
    FailureReason,
    Outcome,
    RecordFact,
    SearchRequest,
    SourceAnswer,
    SourceCode,
    SourceFailure,
    SourceRecord,
)
from secure_communities.identify.evidence.services import EvidenceRefused
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.identify.builders import (
    AT,
    a_confirmed_match,
    a_draft,
    a_specialist,
    an_examiner,
    an_officer,
    now,
    search_criminal,
)
from tests.identify.evidence.conftest import Put
from tests.identify.evidence.fakes import FakeSource, nothing, one_record

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=10)
COURT, BENEFITS, MOVEMENTS = SourceCode.COURT, SourceCode.BENEFITS, SourceCode.ENTRY_EXIT


def fails(request: SearchRequest) -> SourceAnswer:
    raise SourceFailure(FailureReason.UNAVAILABLE)


def answer_all(query: StatusQuery) -> None:
    for inquiry in query.inquiries.filter(answered_at=None):
        services.answer(inquiry.pk, now=now)


def outcomes(query: StatusQuery) -> dict[str, str]:
    return {one.source: one.outcome for one in selectors.standing(query)}


def test_an_acknowledged_query_asks_every_source_and_each_answers_for_itself(sources: Put) -> None:
    sources(FakeSource(COURT, fails), FakeSource(BENEFITS, one_record()), FakeSource(MOVEMENTS, nothing))
    query = a_confirmed_match()
    answer_all(query)
    assert outcomes(query) == {COURT: Outcome.FAILED, BENEFITS: Outcome.FOUND, MOVEMENTS: Outcome.NOTHING_FOUND}
    failed = query.evidence.get(source=COURT)
    assert (failed.failure, failed.sealed, failed.record_id) == (FailureReason.UNAVAILABLE, None, "")
    kinds = list(Event.objects.filter(kind__startswith="evidence:").order_by("id").values_list("kind", flat=True))
    assert sorted(kinds) == ["evidence:asked", "evidence:failed", "evidence:found", "evidence:nothing-found"]


def test_every_source_has_a_job_whose_only_argument_is_an_id(sources: Put) -> None:
    sources(FakeSource(COURT), FakeSource(BENEFITS))
    query = a_confirmed_match()
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="ask_source")
    assert [job.args for job in jobs] == [{"inquiry_id": one.pk} for one in query.inquiries.order_by("id")]


def test_a_source_is_asked_with_the_numbers_of_the_confirmed_match(sources: Put) -> None:
    (court,) = sources(FakeSource(COURT))
    query = a_confirmed_match()
    answer_all(query)
    (request,) = court.asked
    assert request.fin == query.subject.number
    assert request.a_numbers == ("A000000001",)
    assert request.criminal_side_answered
    assert "SAMPLEHIDDEN,VIOLETTA" in request.names


def test_a_job_that_runs_twice_adds_nothing(sources: Put) -> None:
    (court,) = sources(FakeSource(COURT, one_record()))
    query = a_confirmed_match()
    inquiry = query.inquiries.get()
    services.answer(inquiry.pk, now=now)
    services.answer(inquiry.pk, now=now)
    assert len(court.asked) == query.evidence.count() == 1
    assert Event.objects.filter(kind="evidence:found").count() == 1


def test_opening_the_same_query_for_evidence_twice_asks_nobody_twice(sources: Put) -> None:
    sources(FakeSource(COURT))
    query = a_confirmed_match()
    assert services.start(query=query, at=AT) == []


def test_gathering_again_adds_an_attempt_and_keeps_what_was_answered(sources: Put) -> None:
    (court,) = sources(FakeSource(COURT, fails))
    query = a_confirmed_match()
    answer_all(query)
    court.behaviour = one_record("CRT-0001")
    specialist = a_specialist()
    services.gather_again(query_id=query.pk, specialist=specialist, at=LATER)
    answer_all(query)
    assert [(one.attempt, one.outcome) for one in query.evidence.all()] == [(1, "FAILED"), (2, "FOUND")]
    assert query.inquiries.get(attempt=2).requested_by == f"user:{specialist.username}"
    assert outcomes(query) == {COURT: Outcome.FOUND}


def test_where_the_later_attempt_fails_the_failure_stands_beside_what_was_found_before(sources: Put) -> None:
    (court,) = sources(FakeSource(COURT, one_record("CRT-0001")))
    query = a_confirmed_match()
    answer_all(query)
    court.behaviour = fails
    services.gather_again(query_id=query.pk, specialist=a_specialist(), at=LATER)
    answer_all(query)
    assert [one.outcome for one in selectors.standing(query)] == [Outcome.FOUND, Outcome.FAILED]


def test_only_the_sources_named_are_asked_again(sources: Put) -> None:
    sources(FakeSource(COURT), FakeSource(BENEFITS))
    query = a_confirmed_match()
    answer_all(query)
    opened = services.gather_again(query_id=query.pk, specialist=a_specialist(), at=LATER, sources=[COURT])
    assert [(one.source, one.attempt) for one in opened] == [(COURT, 2)]


def test_two_specialists_who_gather_at_once_share_one_question(sources: Put) -> None:
    sources(FakeSource(COURT))
    query = a_confirmed_match()
    answer_all(query)
    first = services.gather_again(query_id=query.pk, specialist=a_specialist(), at=LATER)
    second = services.gather_again(query_id=query.pk, specialist=a_specialist(), at=LATER)
    assert first == second
    assert query.inquiries.filter(answered_at=None).count() == 1


@pytest.mark.parametrize("someone", [an_examiner, an_officer])
def test_only_a_specialist_gathers(sources: Put, someone: Any) -> None:
    sources(FakeSource(COURT))
    query = a_confirmed_match()
    with pytest.raises(NotAllowed, match="Only a support-centre specialist"):
        services.gather_again(query_id=query.pk, specialist=someone(), at=LATER)


def test_a_drafted_query_gathers_no_more_and_an_unknown_source_is_refused(sources: Put) -> None:
    sources(FakeSource(COURT))
    query = a_confirmed_match()
    with pytest.raises(EvidenceRefused, match="No source RUMOURS"):
        services.gather_again(query_id=query.pk, specialist=a_specialist(), at=LATER, sources=["RUMOURS"])
    a_draft(query)
    with pytest.raises(EvidenceRefused, match="drafted or determined"):
        services.gather_again(query_id=query.pk, specialist=a_specialist(), at=LATER)


def test_a_second_number_learned_from_one_source_is_put_to_the_others_once(sources: Put) -> None:
    def by_second_number(request: SearchRequest) -> SourceAnswer:
        return SourceAnswer((SourceRecord("BEN-0002"),)) if "A000000002" in request.a_numbers else SourceAnswer()

    second = (RecordFact(FactKind.A_NUMBER, "A000000002"), RecordFact(FactKind.A_NUMBER, "A123456789"))
    benefits, _ = sources(FakeSource(BENEFITS, by_second_number), FakeSource(COURT, one_record(facts=second)))
    query = a_confirmed_match()
    answer_all(query)  # benefits answer first, and know nobody by the first number
    assert {one.source: one.attempt for one in query.inquiries.filter(answered_at=None)} == {BENEFITS: 2, COURT: 2}
    answer_all(query)
    assert outcomes(query)[BENEFITS] == Outcome.FOUND
    assert benefits.asked[-1].a_numbers == ("A000000001", "A000000002")  # of the right shape only
    assert not query.inquiries.filter(answered_at=None).exists()


def test_what_could_not_be_known_before_the_criminal_answer_is_asked_by_itself_afterwards() -> None:
    query = a_confirmed_match(answered=False)
    answer_all(query)
    criminal = SourceCode.CRIMINAL_HISTORY
    assert query.evidence.get(source=criminal).failure == FailureReason.NOT_YET
    jobs.ask_what_was_not_yet(timestamp=0)
    assert query.inquiries.filter(source=criminal).count() == 1  # the criminal side has still not answered
    search_criminal(query.submission)
    jobs.ask_what_was_not_yet(timestamp=0)
    jobs.ask_what_was_not_yet(timestamp=0)
    answer_all(query)
    assert outcomes(query)[criminal] == Outcome.NOTHING_FOUND
    jobs.ask_what_was_not_yet(timestamp=0)
    assert query.inquiries.filter(source=criminal).count() == 2


def test_contents_are_sealed_padded_and_bound_to_their_digest(sources: Put) -> None:
    secret = RecordFact(FactKind.NAME, "SAMPLEHIDDEN,VIOLETTA")
    sources(
        FakeSource(COURT, one_record("CRT-0001", facts=(secret,))), FakeSource(BENEFITS, one_record(protected=True))
    )
    query = a_confirmed_match()
    answer_all(query)
    court, benefits = query.evidence.get(source=COURT), query.evidence.get(source=BENEFITS)
    assert b"SAMPLEHIDDEN" not in bytes(court.sealed)
    assert len(court.sealed) == len(benefits.sealed)
    assert selectors.record_in(court).facts == (secret,)
    event = Event.objects.get(kind="evidence:found", data__source=COURT)
    assert event.data["digests"] == [bytes(court.digest).hex()]
    keys.destroy_data_key(query.submission.data_key, reason="Sample", at=LATER)
    with pytest.raises(keys.KeyDestroyed):
        selectors.record_in(Evidence.objects.select_related("query__submission__data_key").get(pk=court.pk))


def test_a_request_that_cannot_be_built_is_recorded_as_not_asked(sources: Put) -> None:
    (court,) = sources(FakeSource(COURT))
    query = a_confirmed_match()
    keys.destroy_data_key(query.subject.data_key, reason="Sample", at=LATER)
    answer_all(query)
    assert query.evidence.get().failure == FailureReason.NOT_ASKED
    assert not court.asked


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_evidence SET outcome = outcome",
        "UPDATE evidence_evidence SET retrieved_at = now()",
        "DELETE FROM evidence_evidence",
        "UPDATE evidence_inquiry SET answered_at = NULL, outcome = ''",
        "UPDATE evidence_inquiry SET requested_by = 'user:other'",
        "DELETE FROM evidence_inquiry",
    ],
)
def test_evidence_cannot_be_changed_or_deleted_by_sql(sources: Put, statement: str) -> None:
    sources(FakeSource(COURT, one_record()))
    answer_all(a_confirmed_match())
    with pytest.raises(DatabaseError, match=r"never changed|stays as it was"), transaction.atomic():
        connection.cursor().execute(statement)


def test_evidence_cannot_be_changed_added_to_or_deleted_by_the_orm(sources: Put) -> None:
    sources(FakeSource(COURT, one_record()))
    query = a_confirmed_match()
    answer_all(query)
    row, inquiry = query.evidence.get(), query.inquiries.get()
    for attempt in (row.save, row.delete, Evidence.objects.all().delete, lambda: Evidence.objects.update(system="X")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    again = Evidence(
        inquiry=inquiry, query=query, source=COURT, system="X", outcome="NOTHING_FOUND", retrieved_at=AT,
        adapter_version="1",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="open question"), transaction.atomic():
        again.save()


def test_a_question_cannot_be_closed_without_an_answer_on_record(sources: Put) -> None:
    sources(FakeSource(COURT))
    inquiry = a_confirmed_match().inquiries.get()
    with pytest.raises(DatabaseError, match="answered by evidence"), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(outcome="NOTHING_FOUND", answered_at=AT)


def test_one_answer_cannot_both_find_and_fail(sources: Put) -> None:
    sources(FakeSource(COURT))
    query = a_confirmed_match()
    inquiry = query.inquiries.get()
    common = {
        "inquiry": inquiry, "query": query, "source": COURT, "system": "X", "retrieved_at": AT, "adapter_version": "1"
    }  # fmt: skip
    Evidence.objects.create(**common, outcome="FOUND", record_id="CRT-0001", sealed=b"x", digest=b"y")
    with pytest.raises(DatabaseError, match="not two of these"), transaction.atomic():
        Evidence.objects.create(**common, outcome="FAILED", failure="ERROR")
