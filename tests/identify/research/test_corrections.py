# SPDX-License-Identifier: Apache-2.0
"""A correction is a new determination that supersedes; whoever got the old one is told; nothing earlier changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from secure_communities.identify.research import review, selectors, services
from secure_communities.identify.research.models import (
    Concurrence,
    Correction,
    Determination,
    Draft,
    ReliedOn,
    StatusQuery,
)
from secure_communities.identify.research.services import ResearchRefused
from secure_communities.identify.research.states import Query
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.models import Message
from secure_communities.interchange import itl
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.agencies.vocabulary import Channel, IdrDelivery
from secure_communities.platform.events.models import Event
from secure_communities.policy.determination import Confidence
from secure_communities.policy.determination import Correction as CorrectionCode
from tests.identify import builders as a
from tests.identify.evidence.gathered import a_researched_query
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db
BOX = bytes(40)


def a_corrected_query() -> StatusQuery:
    query = a.a_confirmed_match()
    a.a_determination(query)
    a.a_correction(query)
    a.a_determination(query, code=Code.NONIMM_IN_STATUS)
    query.refresh_from_db()
    return query


def told(query: StatusQuery) -> list[Message]:
    return list(query.submission.messages.filter(kind="second").order_by("version"))


def test_a_correction_supersedes_and_the_earlier_rows_stay_as_they_were() -> None:
    query = a.a_confirmed_match()
    first = a.a_determination(query)
    kept = Determination.objects.filter(pk=first.pk).values().get()
    a.a_correction(query)
    second = a.a_determination(query, code=Code.NONIMM_IN_STATUS)
    assert (second.version, second.supersedes) == (2, first)
    assert query.in_force == second
    assert Determination.objects.filter(pk=first.pk).values().get() == kept
    assert selectors.correction_of(second).startswith("The determination was mistaken: The record was")
    kinds = Event.objects.filter(about_type="query").values_list("kind", flat=True)
    assert [one for one in kinds if one in ("determination:signed", "determination:reopened")] == [
        "determination:signed", "determination:reopened", "determination:signed",
    ]  # fmt: skip


def test_the_notice_says_what_it_replaces_and_answers_the_same_submission() -> None:
    old, new = told(a_corrected_query())
    record = itl.parse(responses.content_of(new))
    said = "".join(items[0] for items in record.of_type(2)[0].values("2.060"))
    assert f"REPLACES {old.tcn}" in " ".join(said.split())
    assert record.of_type(1)[0].text("1.010") == old.submission.tcn
    assert "REPLACES" not in str(itl.parse(responses.content_of(old)).of_type(2)[0].values("2.060"))


def test_whoever_was_told_before_is_told_even_if_the_agency_would_take_nothing_today() -> None:
    query = a.a_confirmed_match()
    a.a_determination(query)
    agencies.set_delivery_preference(
        ori=query.submission.originator, idr_delivery=IdrDelivery.NONE, state_capable=False, ori_capable=False,
        channel=Channel.API, starts_on=a.AT.date(), reason="Sample", by=a.an_administrator(), at=a.AT,
    )  # fmt: skip
    a.a_correction(query)
    a.a_determination(query, code=Code.LPR)
    assert len(told(query)) == 2


def test_a_correction_of_what_nobody_was_told_follows_the_preference() -> None:
    query = a.a_confirmed_match(jail=a.a_jail(delivery=IdrDelivery.NONE))
    a.a_determination(query)
    a.a_correction(query)
    a.a_determination(query, code=Code.LPR)
    assert told(query) == []


def test_a_correction_can_be_corrected_and_each_version_names_the_one_before() -> None:
    query = a_corrected_query()
    a.a_correction(query, by=a_user(Role.SUPPORT_SUPERVISOR))
    third = a.a_determination(query, code=Code.LPR)
    assert [one.version for one in told(query)] == [1, 2, 3]
    assert third.supersedes is not None and third.supersedes.version == 2


def test_a_correction_is_no_wait_that_the_jail_is_told_of() -> None:
    query = a.a_confirmed_match()
    a.a_determination(query)
    a.a_correction(query)
    query.refresh_from_db()
    assert services.overdue(at=query.due_at) == []
    services.give_pending_notice(query_id=query.pk, at=query.due_at)
    assert not query.submission.messages.filter(kind="pending").exists()


def test_what_cannot_be_corrected() -> None:
    query = a.a_confirmed_match()
    with pytest.raises(ResearchRefused, match="No determination was signed"):
        a.a_correction(query)
    a.a_determination(query)
    with pytest.raises(ResearchRefused, match="in words"):
        review.correct(query_id=query.pk, by=a.an_officer(), code=CorrectionCode.ERROR, words=" ", at=a.AT)
    a.a_correction(query)
    with pytest.raises(ResearchRefused, match="under way"):
        a.a_correction(query)


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.AUTHORISED_OFFICER, Role.SUPPORT_SUPERVISOR, Role.BOOKING_SYSTEM})
)
def test_nobody_else_opens_a_determination_again(role: Role) -> None:
    query = a.a_confirmed_match()
    a.a_determination(query)
    with pytest.raises(NotAllowed):
        a.a_correction(query, by=a_user(role))


def test_the_database_refuses_a_second_version_that_corrects_nothing() -> None:
    query = a.a_confirmed_match()
    first = a.a_determination(query)
    a.a_correction(query)
    draft = a.a_draft(query, code=Code.LPR)
    row = {
        "query": query, "draft": draft, "code": draft.code, "drafter": draft.author, "signer": a.an_officer(),
        "authority_code": "DELEGATION", "sealed_authority": BOX, "sealed_reason": BOX, "signed_at": a.AT,
    }  # fmt: skip
    correction = first.correction_opened
    for forged in ({"version": 2}, {"version": 1, "correction": correction}, {"version": 3, "correction": correction}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Determination.objects.create(**row, **forged)
    Determination.objects.create(**row, version=2, correction=correction)


def test_the_database_refuses_a_correction_of_what_no_longer_stands_or_by_somebody_else() -> None:
    query = a_corrected_query()
    first = query.determinations.get(version=1)
    row = {"code": "ERROR", "sealed_words": BOX, "opened_at": a.AT}
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(supersedes=first, opened_by=a.an_officer(), **row)
    with pytest.raises(IntegrityError, match="opens a determination again"), transaction.atomic():
        Correction.objects.create(supersedes=query.in_force, opened_by=a.a_specialist(), **row)


@pytest.mark.parametrize("table", ["reliedon", "concurrence", "correction"])
def test_what_a_determination_rests_on_is_never_changed(table: str) -> None:
    query = a_corrected_query()
    researched = query.drafts.first()
    if table == "concurrence":
        reviewer = a_user(Role.COUNSEL)
        Concurrence.objects.create(
            draft=researched, reviewer=reviewer, capacity="COUNSEL", sealed_reason=BOX, concurred_at=a.AT
        )
    if table == "reliedon":
        query = a_researched_query(jail=query.submission.originator)
        a.a_draft(query, relied_on=found(query), contradictions="Explained.")
    for statement in (f"UPDATE research_{table} SET id = id", f"DELETE FROM research_{table}"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# -- evidence --


def found(query: StatusQuery) -> list[int]:
    return list(query.evidence.filter(outcome="FOUND").values_list("pk", flat=True))


def test_a_draft_relies_on_gathered_evidence_and_the_message_to_officers_names_it() -> None:
    query = a_researched_query()
    draft = a.a_draft(query, evidence=[], relied_on=found(query), contradictions="Explained.")
    assert {one["record"] for one in selectors.evidence_of(draft)} == {
        one.record_id for one in query.evidence.filter(outcome="FOUND")
    }
    services.sign(query_id=query.pk, officer=a.an_officer(), draft_id=draft.pk, authority="x", reason="x", at=a.AT)


def test_a_source_that_failed_is_no_evidence() -> None:
    query = a.a_confirmed_match()
    from secure_communities.identify.evidence import asking
    from secure_communities.identify.evidence import services as gathering
    from secure_communities.identify.evidence.ports import FailureReason

    inquiry = query.inquiries.first()
    if inquiry is None:
        pytest.fail("no source was asked")
    gathering._record(inquiry.pk, asking.failed(FailureReason.UNAVAILABLE), source=None, request=None, at=a.AT)
    failed = query.evidence.get(outcome="FAILED")
    with pytest.raises(ResearchRefused, match="no evidence"):
        a.a_draft(query, relied_on=[failed.pk])
    draft = a.a_draft(query)
    with pytest.raises(IntegrityError, match="failed"), transaction.atomic():
        ReliedOn.objects.create(draft=draft, evidence=failed)


def test_evidence_of_another_query_cannot_be_relied_on() -> None:
    query = a.a_confirmed_match()
    other = a_researched_query(jail=query.submission.originator)
    with pytest.raises(ResearchRefused, match="not of this query"):
        a.a_draft(query, relied_on=found(other))
    with pytest.raises(IntegrityError, match="own query"), transaction.atomic():
        ReliedOn.objects.create(draft=a.a_draft(query), evidence_id=found(other)[0])


def test_the_database_refuses_a_determination_that_rests_on_nothing() -> None:
    query = a.a_confirmed_match()
    author = a.a_specialist()
    draft = Draft.objects.create(
        query=query, author=author, code=Code.LPR, evidence=BOX, confidence_code="AGREEING", sealed_confidence=BOX,
        stated_items=0, rules_version="1.0", drafted_at=a.AT,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="rests on evidence"), transaction.atomic():
        Determination.objects.create(
            query=query, draft=draft, code=draft.code, drafter=author, signer=a.an_officer(), signed_at=a.AT,
            authority_code="DELEGATION", sealed_authority=BOX, sealed_reason=BOX,
        )  # fmt: skip


def test_contradictions_in_the_evidence_are_explained_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from secure_communities.identify.research import grounds

    query = a_researched_query()
    monkeypatch.setattr(grounds, "contradicting", lambda query, at: 2)
    with pytest.raises(ResearchRefused, match="contradicts itself in 2 points"):
        a.a_draft(query, relied_on=found(query))
    draft = a.a_draft(query, relied_on=found(query), contradictions="One record is of a brother.")
    assert selectors.contradictions_of(draft) == "One record is of a brother."
    assert b"brother" not in bytes(draft.sealed_contradictions)


def test_a_listed_confidence_needs_no_words_of_ones_own() -> None:
    draft = a.a_draft(a.a_confirmed_match(), confidence="", confidence_code=Confidence.AGREEING)
    assert selectors.confidence_of(draft) == "Independent records agree"


# -- residents (S16) --


def a_resident() -> tuple[StatusQuery, int]:
    a.a_criminal_subject()
    query = a.a_confirmed_match()
    return query, a.a_conviction(query).pk


def test_a_resident_is_found_removable_on_a_conviction_by_supervisor_counsel_and_officer() -> None:
    query, conviction = a_resident()
    with pytest.raises(ResearchRefused, match=r"\(S16\) Name the conviction"):
        a.a_draft(query, code=Code.LPR_POSSIBLY_REMOVABLE)
    draft = a.a_draft(query, code=Code.LPR_POSSIBLY_REMOVABLE, conviction_id=conviction)
    arguments: dict[str, Any] = {
        "query_id": query.pk, "draft_id": draft.pk, "authority": "x", "reason": "x", "at": a.AT,
    }  # fmt: skip
    with pytest.raises(services.citizenship.PathBlocked, match=r"\(S16\).*both agree"):
        services.sign(officer=a.an_officer(), **arguments)
    a.agreed(query, draft)
    assert services.sign(officer=a.an_officer(), **arguments).code == Code.LPR_POSSIBLY_REMOVABLE


def test_whoever_agreed_does_not_sign_and_one_alone_is_not_two() -> None:
    query, conviction = a_resident()
    draft = a.a_draft(query, code=Code.LPR_POSSIBLY_REMOVABLE, conviction_id=conviction)
    both = a_user(Role.SUPPORT_SUPERVISOR, Role.AUTHORISED_OFFICER)
    arguments: dict[str, Any] = {"query_id": query.pk, "draft_id": draft.pk, "reason": "x", "at": a.AT}
    review.concur(reviewer=both, capacity=Role.SUPPORT_SUPERVISOR, **arguments)
    with pytest.raises(ResearchRefused, match="on record"):
        review.concur(reviewer=a_user(Role.SUPPORT_SUPERVISOR), capacity=Role.SUPPORT_SUPERVISOR, **arguments)
    review.concur(reviewer=a_user(Role.COUNSEL), capacity=Role.COUNSEL, **arguments)
    with pytest.raises(services.citizenship.PathBlocked, match="S16"):
        services.sign(officer=both, authority="x", **arguments)
    with pytest.raises(IntegrityError, match="S16"), transaction.atomic():
        Determination.objects.create(
            query=query, draft=draft, code=draft.code, drafter=draft.author, signer=both, signed_at=a.AT,
            authority_code="DELEGATION", sealed_authority=BOX, sealed_reason=BOX,
        )  # fmt: skip


def test_the_database_refuses_a_charge_as_a_conviction_and_an_agreement_without_the_role() -> None:
    query, conviction = a_resident()
    with pytest.raises(IntegrityError, match="s16_a_resident"), transaction.atomic():
        Draft.objects.create(
            query=query, author=a.a_specialist(), code=Code.LPR_POSSIBLY_REMOVABLE, evidence=BOX, stated_items=1,
            confidence_code="AGREEING", sealed_confidence=BOX, rules_version="1.0", drafted_at=a.AT,
        )  # fmt: skip
    draft = a.a_draft(query, code=Code.LPR_POSSIBLY_REMOVABLE, conviction_id=conviction)
    for reviewer, capacity in ((a.an_officer(), "COUNSEL"), (draft.author, "SUPPORT_SUPERVISOR")):
        with pytest.raises(IntegrityError, match="S16"), transaction.atomic():
            Concurrence.objects.create(
                draft=draft, reviewer=reviewer, capacity=capacity, sealed_reason=BOX, concurred_at=a.AT
            )


def test_a_draft_that_needs_nobody_takes_no_agreement() -> None:
    query = a.a_confirmed_match()
    with pytest.raises(ResearchRefused, match="needs nobody"):
        a.agreed(query, a.a_draft(query))


def test_the_table_reopens_only_what_was_determined() -> None:
    from secure_communities.identify.research.states import TRANSITIONS, Step

    assert {state for state, step in TRANSITIONS if step is Step.REOPEN} == {Query.DETERMINED}
