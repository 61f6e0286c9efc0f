# SPDX-License-Identifier: Apache-2.0
"""Ask the sources about a query, and keep what they answer. Every source by itself: none waits for another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.citizenship import rules as signs
from secure_communities.identify.citizenship import services as citizenship
from secure_communities.identify.evidence import asking, registry, requests, rules, sealing, selectors
from secure_communities.identify.evidence.asking import Asked
from secure_communities.identify.evidence.models import Evidence, Inquiry
from secure_communities.identify.evidence.ports import EvidenceSource, FailureReason, Outcome, SearchRequest
from secure_communities.identify.intake.states import Criminal
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.research.states import Query
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.keys.boxes import BoxError
from secure_communities.platform.keys.services import KeyDestroyed

ACTOR = "system:evidence"
EVENTS = {
    Outcome.FOUND: "evidence:found",
    Outcome.NOTHING_FOUND: "evidence:nothing-found",
    Outcome.FAILED: "evidence:failed",
}


class EvidenceRefused(Exception):
    """The step cannot be taken, and why, in a sentence for the specialist."""


def start(*, query: StatusQuery, at: datetime) -> list[Inquiry]:
    """Ask every source about a query that the support centre just acknowledged. Asked already: nothing more."""
    sources = registry.all_sources()
    asked = set(query.inquiries.values_list("source", flat=True))
    return _open(query, [one for one in sources if one.code not in asked], requested_by=ACTOR, at=at)


@transaction.atomic
def gather_again(
    *, query_id: int, specialist: Any, at: datetime, sources: Collection[str] | None = None
) -> list[Inquiry]:
    """Ask sources again (all, or those named); what they answered before stays. Returns the questions now open.

    A source that is being asked at this moment is not asked twice. Raises NotAllowed, EvidenceRefused.
    """
    query = StatusQuery.objects.select_for_update(of=("self",)).select_related("submission").get(pk=query_id)
    access.require(specialist, Permission.EVIDENCE_GATHER, query, at=at)
    if query.state != Query.OPEN:
        raise EvidenceRefused("Evidence is gathered while the query is open: this one is drafted or determined.")
    try:
        wanted = [registry.source(code) for code in sources] if sources is not None else list(registry.all_sources())
    except registry.UnknownSource as error:
        raise EvidenceRefused(str(error)) from error
    return _open(query, wanted, requested_by=events.actor_name(specialist), at=at)


@transaction.atomic
def _open(query: StatusQuery, sources: Collection[EvidenceSource], *, requested_by: str, at: datetime) -> list[Inquiry]:
    """One new attempt for each source that is not being asked. The caller holds the query's row, or just made it."""
    from secure_communities.identify.evidence.jobs import ask_source

    if not sources:
        return []
    attempts: dict[str, int] = {}
    waiting: dict[str, Inquiry] = {}
    for one in query.inquiries.order_by("attempt"):
        attempts[one.source] = one.attempt
        if one.answered_at is None:
            waiting[one.source] = one
    opened = [
        Inquiry.objects.create(
            query=query, source=one.code, attempt=attempts.get(one.code, 0) + 1, requested_by=requested_by,
            requested_at=at,
        )
        for one in sources
        if one.code not in waiting
    ]  # fmt: skip
    if opened:
        events.append(
            kind="evidence:asked", actor=requested_by, about=("query", query.pk),
            correlation=query.submission.control_number, at=at,
            data={"sources": [one.source for one in opened], "inquiries": [one.pk for one in opened]},
        )  # fmt: skip
    for one in opened:
        ask_source.defer(inquiry_id=one.pk)
    return [*(waiting[one.code] for one in sources if one.code in waiting), *opened]


@transaction.atomic
def ask_what_was_not_yet(*, query_id: int, at: datetime) -> list[Inquiry]:
    """Ask again, by itself, the sources that could not know yet, once the criminal side has answered."""
    query = StatusQuery.objects.select_for_update(of=("self",)).select_related("submission").get(pk=query_id)
    if query.state != Query.OPEN or query.submission.criminal_state != Criminal.ANSWERED:
        return []
    latest = selectors.latest_inquiries(query).values()
    sources = [registry.source(one.source) for one in latest if one.failure == FailureReason.NOT_YET]
    return _open(query, sources, requested_by=ACTOR, at=at)


def answer(inquiry_id: int, *, now: Callable[[], datetime]) -> None:
    """Put one question to its source and record the answer. Answered already: nothing more (the job may run twice)."""
    inquiry = (
        Inquiry.objects.select_related(
            "query__submission__data_key", "query__examination__confirmed__subject__data_key"
        )
        .filter(pk=inquiry_id, answered_at=None)
        .first()
    )
    if inquiry is None:
        return
    try:
        source = registry.source(inquiry.source)
    except registry.UnknownSource:
        _record(inquiry.pk, asking.failed(FailureReason.UNAVAILABLE), source=None, request=None, at=now())
        return
    request = _request(inquiry.query)
    asked = asking.ask(source, request) if request else asking.failed(FailureReason.NOT_ASKED)
    _record(inquiry.pk, asked, source=source, request=request, at=now())


def _request(query: StatusQuery) -> SearchRequest | None:
    try:
        return requests.of(query, selectors.facts_of(query))
    except (KeyDestroyed, BoxError, LookupError):
        return None


@transaction.atomic
def _record(
    inquiry_id: int, asked: Asked, *, source: EvidenceSource | None, request: SearchRequest | None, at: datetime
) -> None:
    """Keep an answer: its rows, the end of the question, the event, and what follows from a number learned."""
    query_id = Inquiry.objects.values_list("query_id", flat=True).get(pk=inquiry_id)
    query = StatusQuery.objects.select_for_update(of=("self",)).select_related("submission__data_key").get(pk=query_id)
    inquiry = Inquiry.objects.select_for_update().get(pk=inquiry_id)
    if inquiry.answered_at is not None:
        return
    rows = _rows(inquiry, query, asked, source=source, at=at)
    for row in rows:
        row.save(force_insert=True)
    inquiry.numbers_asked = request.numbers if request else None
    inquiry.outcome, inquiry.answered_at = asked.outcome, at
    inquiry.failure = asked.reason or ""
    inquiry.save(update_fields=["numbers_asked", "outcome", "failure", "answered_at"])
    events.append(
        kind=EVENTS[asked.outcome], actor=ACTOR, about=("query", query.pk),
        correlation=query.submission.control_number, at=at,
        data={
            "source": inquiry.source, "attempt": inquiry.attempt, "failure": inquiry.failure,
            "evidence": [one.pk for one in rows],
            "digests": [bytes(one.digest).hex() for one in rows if one.digest],
            "summary": _summary(inquiry, source, len(asked.records)),
        },
    )  # fmt: skip
    if asked.outcome is Outcome.FOUND:
        facts = signs.facts_of_evidence(selectors.facts_in(rows))
        citizenship.look_into(submission_id=query.submission_id, facts=facts, at=at)
        _follow_up(query, at=at)


def _rows(
    inquiry: Inquiry, query: StatusQuery, asked: Asked, *, source: EvidenceSource | None, at: datetime
) -> list[Evidence]:
    def row(**values: Any) -> Evidence:
        return Evidence(
            inquiry=inquiry, query=query, source=inquiry.source, system=source.system if source else inquiry.source,
            outcome=asked.outcome, failure=asked.reason or "", retrieved_at=at,
            adapter_version=source.version if source else "", **values,
        )  # fmt: skip

    if not asked.records:
        return [row()]
    found = []
    for record in asked.records:
        sealed, digest = sealing.seal(query.submission.data_key, record)
        found.append(row(record_id=record.record_id, sealed=sealed, digest=digest))
    return found


def _summary(inquiry: Inquiry, source: EvidenceSource | None, records: int) -> str:
    title = source.title if source else inquiry.source
    if inquiry.failure:
        return f"{title}: failed ({inquiry.get_failure_display().lower()})"
    return f"{title}: {records} record{'' if records == 1 else 's'}" if records else f"{title}: no record"


def _follow_up(query: StatusQuery, *, at: datetime) -> None:
    """Ask once more those sources that were asked before an A-number was learned: a person may have two."""
    request = _request(query)
    if request is None or query.state != Query.OPEN:
        return
    latest = {one.source: one for one in query.inquiries.order_by("attempt")}
    followed = query.inquiries.filter(requested_by=ACTOR, attempt__gt=1)
    spent = {code: followed.filter(source=code).count() for code in latest}
    behind = [
        registry.source(code)
        for code, one in latest.items()
        if one.answered_at and one.numbers_asked is not None and one.numbers_asked < request.numbers
        and spent[code] < rules.MOST_FOLLOW_UPS
    ]  # fmt: skip
    _open(query, behind, requested_by=ACTOR, at=at)
