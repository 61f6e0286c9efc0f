# SPDX-License-Identifier: Apache-2.0
"""Propose, decide and end overrides. An assessment is never edited: an override stands beside it for a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.events.services import append
from secure_communities.platform.keys import services as keys
from secure_communities.platform.refusals import Refusal, refusing
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.overrides import rules, states
from secure_communities.prioritize.overrides.models import Override
from secure_communities.prioritize.overrides.states import Event, State
from secure_communities.prioritize.rulesets import selectors as rulesets

TEXT, DECISION = "overrides.text", "overrides.decision"
SYSTEM = "system:overrides"
REFUSALS = {
    "one_override_of_a_case": "An override of this case waits for a decision, or is in force: it must end first.",
    "nobody_approves_their_own_override": "You proposed this: another person must decide it.",
}


@transaction.atomic
def propose_override(
    *, query: StatusQuery, answer: str, reason_code: rules.Reason, text: str, expires_on: date, by: Any, at: datetime
) -> Override:
    """Propose another level, with reason, words and an end. It counts for nothing until another person approves."""
    require(by, Permission.OVERRIDE_PROPOSE, query.submission.originator, at=at)
    StatusQuery.objects.select_for_update(no_key=True).get(pk=query.pk)
    rule_set = rulesets.active_rule_set(at)
    current = CurrentAssessment.objects.select_related("assessment").filter(query=query, rule_set=rule_set.code).first()
    if current is None:
        raise Refusal("The case has not been assessed yet.")
    why = rules.refusal(
        rulesets.by_hash(current.assessment.rule_hash), current=current.effective_answer,
        current_rank=current.effective_rank, wanted=answer, reason=rules.Reason(reason_code), text=text,
        expires_on=expires_on, today=at.date(),
    )  # fmt: skip
    if why:
        raise Refusal(why)
    with refusing(REFUSALS):
        override = Override.objects.create(
            query=query, assessment=current.assessment, answer=answer, rank=rule_set.ranks[answer],
            reason_code=rules.Reason(reason_code),
            sealed_text=keys.seal(query.submission.data_key, text.strip().encode(), context=TEXT),
            expires_at=datetime.combine(expires_on + timedelta(days=1), time(), tzinfo=UTC), proposed_by=by,
            proposed_at=at,
        )  # fmt: skip
    _append("override:proposed", override, by=by, at=at, data={"expires_at": override.expires_at.isoformat()})
    return override


@transaction.atomic
def decide_override(*, override: Override, approve: bool, reason: str, by: Any, at: datetime) -> Override:
    """A second person approves or refuses. Approved, it is in force at once, if the assessment still stands."""
    query = StatusQuery.objects.select_for_update(no_key=True).get(pk=override.query_id)
    locked = Override.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=override.pk)
    require(by, Permission.OVERRIDE_DECIDE, locked, at=at)
    if len(reason.strip()) < rules.SHORTEST_TEXT:
        raise Refusal(f"Say why, in {rules.SHORTEST_TEXT} letters or more.")
    _step(locked, Event.APPROVE if approve else Event.REFUSE)
    current = CurrentAssessment.objects.select_for_update(of=("self",)).filter(
        query=query, rule_set=locked.assessment.rule_set
    ).first()  # fmt: skip
    if approve and (current is None or current.assessment_id != locked.assessment_id):
        raise Refusal("The case was assessed again since: propose it again on what is known now.")
    if approve and locked.expires_at <= at:
        raise Refusal("It would have ended already: propose it again.")
    locked.decided_by, locked.decided_at = by, at
    locked.sealed_decision = keys.seal(query.submission.data_key, reason.strip().encode(), context=DECISION)
    with refusing(REFUSALS):
        locked.save(update_fields=["state", "decided_by", "decided_at", "sealed_decision"])
    _append("override:approved" if approve else "override:refused", locked, by=by, at=at, data={})
    if approve and current is not None:
        before = current.effective_answer
        current.effective_answer, current.effective_rank, current.override = locked.answer, locked.rank, locked
        current.changed_at = at
        current.save(update_fields=["effective_answer", "effective_rank", "override", "changed_at"])
        _changed(locked, before, locked.answer, by=by, at=at)
    return locked


@transaction.atomic
def end_override(*, override: Override, reason: str, by: Any, at: datetime) -> Override:
    """End one before its time: its proposer takes it back, or whoever may decide does."""
    query = StatusQuery.objects.select_for_update(no_key=True).get(pk=override.query_id)
    locked = Override.objects.select_for_update(of=("self",)).get(pk=override.pk)
    require(by, Permission.OVERRIDE_PROPOSE, query.submission.originator, at=at)
    if not reason.strip():
        raise Refusal("Say why it ends.")
    _end(locked, because=reason.strip()[:120], by=by, at=at)
    return locked


def end_with_new_facts(*, override: Override, assessment: Assessment, at: datetime) -> None:
    """A new assessment on other facts arrived: the override was about the former ones and ends with them."""
    locked = Override.objects.select_for_update(of=("self",)).get(pk=override.pk)
    _end(locked, because=f"The case was assessed again (assessment {assessment.pk})", by=SYSTEM, at=at, restore=False)


@transaction.atomic
def end_expired(*, at: datetime, most: int = 500) -> int:
    """End every override whose time is over, however long the worker was down."""
    found = Override.objects.select_for_update(skip_locked=True).filter(state=State.IN_FORCE, expires_at__lte=at)
    expired = list(found.order_by("expires_at")[:most])
    for one in expired:
        _end(one, because="Its time was over", by=SYSTEM, at=at)
    return len(expired)


def _end(override: Override, *, because: str, by: Any, at: datetime, restore: bool = True) -> None:
    """`restore`: what the assessment says counts again; False where another assessment is about to stand."""
    _step(override, Event.END)
    override.ended_at, override.ended_because = at, because
    override.save(update_fields=["state", "ended_at", "ended_because"])
    _append("override:ended", override, by=by, at=at, data={"because": because})
    if not restore:
        return
    current = CurrentAssessment.objects.select_for_update(of=("self",)).filter(override=override).first()
    if current is not None:
        before = current.effective_answer
        current.effective_answer, current.effective_rank, current.override = current.answer, current.rank, None
        current.changed_at = at
        current.save(update_fields=["effective_answer", "effective_rank", "override", "changed_at"])
        _changed(override, before, current.answer, by=by, at=at)


def _step(override: Override, event: Event) -> None:
    try:
        override.state = states.after(State(override.state), event)
    except states.Impossible as fault:
        raise Refusal(str(fault)) from None


def _changed(override: Override, before: str, after: str, *, by: Any, at: datetime) -> None:
    append(
        kind="assessment:changed", actor=by, about=("query", override.query_id),
        correlation=override.query.submission.control_number, at=at,
        data={"query": override.query_id, "rule_set": override.assessment.rule_set, "before": before, "after": after,
              "override": override.pk},
    )  # fmt: skip


def _append(kind: str, override: Override, *, by: Any, at: datetime, data: dict[str, Any]) -> None:
    append(
        kind=kind, actor=by, about=("query", override.query_id),
        correlation=override.query.submission.control_number, at=at,
        data={"override": override.pk, "answer": override.answer, "reason_code": override.reason_code, **data},
    )  # fmt: skip
