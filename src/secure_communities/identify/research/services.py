# SPDX-License-Identifier: Apache-2.0
"""Open and acknowledge a query, draft, return, sign."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.citizenship import services as citizenship
from secure_communities.identify.evidence import services as evidence_services
from secure_communities.identify.examination.models import Examination
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.states import Move
from secure_communities.identify.referrals import services as referrals
from secure_communities.identify.research import grounds, sealing, states
from secure_communities.identify.research.grounds import ResearchRefused
from secure_communities.identify.research.models import CAPACITIES, Determination, Draft, ReliedOn, StatusQuery
from secure_communities.identify.research.sealing import Column
from secure_communities.identify.research.states import Query, Step
from secure_communities.identify.responses import services as responses
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys
from secure_communities.platform.worklists import services as worklists
from secure_communities.policy import determination as vocabulary
from secure_communities.policy.citizenship import Path
from secure_communities.policy.clocks import ClockName, standard
from secure_communities.policy.determination import Authority, Confidence
from secure_communities.policy.determination import Determination as DeterminationCode

WORKLIST = "research"
SIGNING = "determination"
AGREEMENT = "agreement"  # of supervisor and counsel, where a draft needs both
EVIDENCE = Column.EVIDENCE


@transaction.atomic
def open_query(*, examination: Examination, at: datetime) -> StatusQuery:
    """Send the query of a confirmed match to the support centre. The database refuses it unless two confirmed (S1)."""
    submission = examination.submission
    due_at = standard(ClockName.DETERMINATION, on=at.date()).due(at)
    query = StatusQuery.objects.create(
        submission=submission,
        examination=examination,
        reference=f"IAQ-{submission.control_number[3:]}",
        sent_at=at,
        due_at=due_at,
    )
    intake.move_immigration(intake.locked(submission.pk), Move.QUERY, at=at)
    responses.send_query(query, at=at)
    events.append(
        kind="query:sent", actor="system:immigration", about=("query", query.pk),
        correlation=submission.control_number, at=at, data={"reference": query.reference},
    )  # fmt: skip
    citizenship.look_into_booking(submission_id=submission.pk, at=at)
    _acknowledge(query, at=at)
    return query


def _acknowledge(query: StatusQuery, *, at: datetime) -> None:
    """The support centre's automatic acknowledgement: a receipt and a work item with its clock, nothing decided."""
    submission = intake.locked(query.submission_id)
    step(query, Step.ACKNOWLEDGE, acknowledged_at=at)
    intake.move_immigration(submission, Move.ACKNOWLEDGE, at=at)
    responses.acknowledge_query(query, at=at)
    worklists.open_item(
        worklist=WORKLIST,
        about=("query", query.pk),
        title=f"Research {query.reference}",
        order_reason="answer due first",
        correlation=submission.control_number,
        at=at,
        due_at=query.due_at,
    )
    events.append(
        kind="query:acknowledged", actor="system:support-centre", about=("query", query.pk),
        correlation=submission.control_number, at=at,
    )  # fmt: skip
    evidence_services.start(query=query, at=at)


def step(query: StatusQuery, taken: Step, **values: Any) -> None:
    """Move a locked query by the table, and write `values` with it. Raises states.ForbiddenStep."""
    query.state = states.after(query.state, taken)
    for name, value in values.items():
        setattr(query, name, value)
    query.save(update_fields=["state", *values])


def locked(query_id: int) -> StatusQuery:
    """The query, locked until the transaction ends."""
    return (
        StatusQuery.objects.select_for_update(of=("self",))
        .select_related("submission__data_key", "submission__originator")
        .get(pk=query_id)
    )


def claim(*, query_id: int, item_id: int, specialist: Any, at: datetime) -> None:
    """Take a query up: the work item's lease, and an event that says who researches it.

    Raises access.NotAllowed, worklists.ItemTaken or worklists.ItemClosed.
    """
    query = StatusQuery.objects.select_related("submission").get(pk=query_id)
    access.require(specialist, Permission.RESEARCH_CLAIM, query, at=at)
    with transaction.atomic():
        mine = worklists.claimed_by(item_id=item_id) == specialist.pk
        worklists.claim(item_id=item_id, user=specialist, at=at)
        if not mine:
            events.append(
                kind="query:claimed", actor=specialist, about=("query", query.pk),
                correlation=query.submission.control_number, at=at,
            )  # fmt: skip


@transaction.atomic
def draft(
    *,
    query_id: int,
    author: Any,
    code: DeterminationCode,
    evidence: Sequence[dict[str, str]] = (),
    relied_on: Collection[int] = (),
    confidence: str,
    confidence_code: Confidence = Confidence.STATED_IN_WORDS,
    contradictions: str = "",
    conviction_id: int | None = None,
    at: datetime,
) -> Draft:
    """Propose a determination. It is nothing yet: only an authorised officer's signature makes it one.

    `relied_on`: numbers of gathered evidence; `evidence`: items of systems no source stands for. `contradictions`: how
    what contradicts itself in the evidence is explained. `conviction_id`: a disposition, for LPR_POSSIBLY_REMOVABLE.
    """
    query = locked(query_id)
    access.require(author, Permission.RESEARCH_DRAFT, query, at=at)
    relied = grounds.refuse_ungrounded(query, code, evidence, relied_on, contradictions, conviction_id, at=at)
    if not confidence.strip() and confidence_code is Confidence.STATED_IN_WORDS:
        raise ResearchRefused("Say in words how sure the evidence makes you.")
    try:
        step(query, Step.DRAFT)
    except states.ForbiddenStep as error:
        raise ResearchRefused(str(error)) from error
    key = query.submission.data_key
    made = Draft.objects.create(
        query=query,
        author=author,
        code=code,
        evidence=keys.seal_json(key, list(evidence), context=EVIDENCE),
        confidence_code=confidence_code,
        sealed_confidence=sealing.seal(key, confidence[:200] or "-", Column.CONFIDENCE),
        sealed_contradictions=sealing.seal(key, contradictions[:1_000], Column.CONTRADICTIONS)
        if contradictions.strip()
        else None,
        stated_items=len(evidence),
        conviction_id=conviction_id,
        rules_version=vocabulary.version(),
        drafted_at=at,
    )
    for one in relied:
        ReliedOn.objects.create(draft=made, evidence=one)
    worklists.close_item(worklist=WORKLIST, about=("query", query.pk), reason="drafted", at=at)
    worklists.open_item(
        worklist=SIGNING,
        about=("query", query.pk),
        title=f"Review and sign {query.reference}",
        order_reason="answer due first",
        correlation=query.submission.control_number,
        at=at,
        due_at=query.due_at,
    )
    if grounds.needs_both(made):
        worklists.open_item(
            worklist=AGREEMENT, about=("query", query.pk), title=f"Agree to the draft of {query.reference}, or not",
            order_reason="supervisor and counsel must both agree first (S16)",
            correlation=query.submission.control_number, at=at, due_at=query.due_at,
        )  # fmt: skip
    events.append(
        kind="determination:drafted", actor=author, about=("query", query.pk),
        correlation=query.submission.control_number, at=at,
        data={"draft": made.pk, "evidence": len(evidence) + len(relied)},
    )  # fmt: skip
    return made


@transaction.atomic
def return_draft(*, query_id: int, officer: Any, reason: str, at: datetime) -> None:
    """Send a draft back to the specialists with the reason."""
    query = locked(query_id)
    access.require(officer, Permission.DETERMINATION_SIGN, query, at=at)
    if not reason.strip():
        raise ResearchRefused("Say what is missing, so that the specialist can mend it.")
    try:
        step(query, Step.RETURN)
    except states.ForbiddenStep as error:
        raise ResearchRefused(str(error)) from error
    for one in (SIGNING, AGREEMENT):
        worklists.close_item(worklist=one, about=("query", query.pk), reason="returned", at=at)
    worklists.open_item(
        worklist=WORKLIST, about=("query", query.pk), title=f"Research {query.reference} (returned)",
        order_reason="answer due first", correlation=query.submission.control_number, at=at, due_at=query.due_at,
    )  # fmt: skip
    events.append(
        kind="determination:returned", actor=officer, about=("query", query.pk),
        correlation=query.submission.control_number, at=at, personal={"reason": reason},
        data_key=query.submission.data_key,
    )  # fmt: skip


@transaction.atomic
def sign(
    *, query_id: int, officer: Any, draft_id: int, authority: str, reason: str, at: datetime,
    authority_code: Authority = Authority.STATED_IN_WORDS,
) -> Determination:  # fmt: skip
    """Sign a draft: from here it is a determination, and the second response goes out.

    Raises access.NotAllowed for the drafter or a user without the role; the database refuses the same.
    """
    query = locked(query_id)
    access.require(officer, Permission.DETERMINATION_SIGN, query, at=at)
    made = query.latest_draft
    if made is None or made.pk != draft_id:
        raise ResearchRefused("The draft changed since you opened it: read the present one before signing.")
    if not (authority.strip() and reason.strip()):
        raise ResearchRefused("A signature states the authority it rests on and the reason in words.")
    try:
        step(query, Step.SIGN)
    except states.ForbiddenStep as error:
        raise ResearchRefused(str(error)) from error
    submission = intake.locked(query.submission_id)
    code = DeterminationCode(made.code)
    agreed = {one.capacity for one in made.concurrences.exclude(reviewer=officer)}
    citizenship.require_open(
        Path.ADVERSE_DETERMINATION, submission, determination=code,
        conviction_proven=made.conviction_id is not None, approved=agreed == set(CAPACITIES),
    )  # fmt: skip
    before = query.in_force
    determination = Determination.objects.create(
        query=query, draft=made, code=code, drafter=made.author, signer=officer, signed_at=at,
        version=before.version + 1 if before else 1, correction=before.correction_opened if before else None,
        authority_code=authority_code,
        sealed_authority=sealing.seal(submission.data_key, authority[:200], Column.AUTHORITY),
        sealed_reason=sealing.seal(submission.data_key, reason, Column.REASON),
    )  # fmt: skip
    if before is None:
        intake.move_immigration(submission, Move.SIGN, at=at)
    worklists.close_item(worklist=SIGNING, about=("query", query.pk), reason="signed", at=at)
    events.append(
        kind="determination:signed", actor=officer, about=("query", query.pk),
        correlation=submission.control_number, at=at,
        data={
            "determination": determination.pk, "version": determination.version,
            "supersedes": before.pk if before else None,
        },
    )  # fmt: skip
    citizenship.note_determination(
        submission_id=submission.pk, determination_id=determination.pk, code=code, signer=officer, at=at
    )
    responses.answer_determined(determination, at=at)
    referrals.refer(determination=determination, at=at)
    return determination


def overdue(*, at: datetime) -> list[StatusQuery]:
    """Queries whose target time passed without an answer and without a pending notice yet. A correction is no wait."""
    return list(
        StatusQuery.objects.filter(due_at__lte=at, pending_notice_at=None, determinations=None)
        .exclude(state=Query.DETERMINED)
        .order_by("due_at")
    )


@transaction.atomic
def give_pending_notice(*, query_id: int, at: datetime) -> None:
    """Tell the jail that the answer is still pending (domain 2.3: the supplement follows later). Once."""
    query = locked(query_id)
    answered = query.state == Query.DETERMINED or query.determinations.exists()
    if query.pending_notice_at or answered or query.due_at > at:
        return
    query.pending_notice_at = at
    query.save(update_fields=["pending_notice_at"])
    events.append(
        kind="query:late", actor="system:support-centre", about=("query", query.pk),
        correlation=query.submission.control_number, at=at,
    )  # fmt: skip
    responses.answer_pending(query, at=at)
