# SPDX-License-Identifier: Apache-2.0
"""Queues of the field offices and their levers over HTTP: the order with its reasons, taking, concluding, setting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from secure_communities.api.authentication import staff
from secure_communities.api.casework import Number, Sentence
from secure_communities.api.errors import Problem
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.refusals import Refusal
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.rules import is_held
from secure_communities.prioritize.queues import rules, selectors, services
from secure_communities.prioritize.queues.models import LeverChange
from secure_communities.prioritize.queues.rules import BOUNDS
from secure_communities.prioritize.queues.vocabulary import Lever, Outcome

router = Router(tags=["Queues"], auth=staff)
MOST = 100
After = Annotated[int | None, Field(ge=1, lt=2**63)]


class CaseOut(Schema):
    """One open case of the caller's office. `could_be`: of an undecided case, the gravest level it could turn out.

    `reason`: why it stands where it stands, in words. `held`: somebody has it, until `held_until`.
    """

    item: int
    query: int
    answer: str
    basis: str
    provisional: bool
    overridden: bool
    could_be: str
    reason: str
    waiting_since: datetime
    due_at: datetime
    held: bool
    mine: bool
    held_until: datetime | None


class WaitingOut(Schema):
    """How many cases wait at one answer on one basis: charged and convicted are never one number (S6)."""

    answer: str
    basis: str
    cases: int
    provisional: int


class DealtWithIn(Schema):
    """How the office dealt with the case."""

    outcome: Literal[Outcome.ACTED, Outcome.NO_ACTION, Outcome.PASSED_ON]  # in place: the schema knows another Outcome


class LeverOut(Schema):
    """A lever in force, and between what it may be set."""

    lever: Lever
    title: str
    says: str
    value: int
    least: int
    most: int
    usual: int


class LeverChangeOut(Schema):
    """What a lever was set to, from when, by whom and why."""

    id: int
    lever: Lever
    value: int
    effective_at: datetime
    set_at: datetime
    set_by: str
    reason: str


class LeverIn(Schema):
    """Set a lever from now, or from a later moment, on. `dryRun`: say what it would move, and set nothing."""

    lever: Lever
    value: Annotated[int, Field(ge=0, le=1_000)]
    reason: Sentence
    effective_at: AwareDatetime | None = None
    dry_run: bool = Field(True, alias="dryRun")


class LeverSetOut(Schema):
    """What came of it, or would. `moves`: open cases that get another place. `change` is null on a dry run."""

    dry_run: bool
    lever: Lever
    before: int
    after: int
    moves: int
    change: int | None


@router.get("/queue", response={200: list[CaseOut], 403: Problem, 404: Problem})
def queue(request: HttpRequest, after: After = None) -> list[dict[str, Any]]:
    """Up to 100 open cases of the caller's own office in the order they are served; `after`: the last item before."""
    office = _own_queue(request).office_id
    found = selectors.queue_of(office)
    if after is not None:
        last = WorkItem.objects.get(pk=after, worklist=selectors.WORKLIST, office=office)
        # The first condition alone bounds what the index reads.
        found = found.filter(order_key__gte=last.order_key).filter(Q(order_key__gt=last.order_key) | Q(pk__gt=last.pk))
    return [_case(request, one) for one in found[:MOST]]


@router.get("/queue-counts", response={200: list[WaitingOut], 403: Problem})
def counts(request: HttpRequest) -> list[Any]:
    """The open cases of the caller's own office by answer and by what it rests on."""
    return list(selectors.waiting(_own_queue(request).office_id))


@router.post("/queue/next", response={200: CaseOut, 204: None, 403: Problem, 409: Problem})
def take(request: HttpRequest) -> Any:
    """Take the first free case of the own office; 204 where none waits."""
    office = _own_queue(request).office_id
    item = services.take_next(user=request.user, at=clock.now())
    if item is None:
        return Status(204, None)
    return _case(request, selectors.queue_of(office).get(pk=item.pk))


@router.post("/queue/{item_id}/conclusion", response={204: None, 403: Problem, 404: Problem, 409: Problem})
def conclude(request: HttpRequest, item_id: Number, payload: DealtWithIn) -> Status[None]:
    """The holder says how the office dealt with the case."""
    services.conclude(item_id=item_id, outcome=payload.outcome, by=request.user, at=clock.now())
    return Status(204, None)


@router.get("/levers", response={200: list[LeverOut], 403: Problem})
def levers(request: HttpRequest) -> list[dict[str, Any]]:
    """The levers in force."""
    require(request.user, Permission.LEVER_VIEW, at=clock.now())
    values = selectors.levers_at(clock.now())
    return [
        {
            "lever": lever, "title": one.title, "says": one.says, "value": values.value(lever), "least": one.least,
            "most": one.most, "usual": one.usual,
        }
        for lever, one in BOUNDS.items()
    ]  # fmt: skip


@router.get("/lever-changes", response={200: list[LeverChangeOut], 403: Problem})
def changes(request: HttpRequest, after: After = None) -> list[dict[str, Any]]:
    """Up to 100 settings of the levers, newest first; `after` is the id of the last one of the page before."""
    require(request.user, Permission.LEVER_VIEW, at=clock.now())
    rows = LeverChange.objects.select_related("set_by").order_by("-id")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [
        {
            "id": one.pk, "lever": one.code, "value": one.value, "effective_at": one.effective_at,
            "set_at": one.set_at, "set_by": one.set_by.display_name, "reason": one.reason,
        }
        for one in rows[:MOST]
    ]  # fmt: skip


@router.post("/levers", response={200: LeverSetOut, 403: Problem, 409: Problem})
def set_lever(request: HttpRequest, payload: LeverIn) -> dict[str, Any]:
    """Set a lever for a reason; with `dryRun` (the default) nothing is set."""
    now = clock.now()
    require(request.user, Permission.LEVER_SET, at=now)
    if why := rules.refusal(payload.lever, payload.value):
        raise Refusal(why)
    answer = {
        "dry_run": payload.dry_run, "lever": payload.lever, "before": selectors.levers_at(now).value(payload.lever),
        "after": payload.value, "moves": selectors.moved_by(payload.lever, payload.value, at=now), "change": None,
    }  # fmt: skip
    if not payload.dry_run:
        made = services.set_lever(
            lever=payload.lever, value=payload.value, reason=payload.reason, effective_at=payload.effective_at,
            by=request.user, at=now,
        )  # fmt: skip
        answer["change"] = made.pk
    return answer


@dataclass(frozen=True, slots=True)
class _Queue:
    """The thing that the permission to take is asked about: an office's queue."""

    office_id: int | None


def _own_queue(request: HttpRequest) -> _Queue:
    own = _Queue(getattr(request.user, "agency_id", None))
    require(request.user, Permission.FIELD_WORK_TAKE, own, at=clock.now())
    return own


def _case(request: HttpRequest, item: WorkItem) -> dict[str, Any]:
    entry, held = item.queue_entry, is_held(lease_until=item.lease_until, at=clock.now())
    return {
        "item": item.pk, "query": entry.query_id, "answer": entry.answer, "basis": entry.basis,
        "provisional": entry.provisional, "overridden": entry.overridden, "could_be": entry.gravest_code,
        "reason": item.order_reason, "waiting_since": item.opened_at, "due_at": item.due_at, "held": held,
        "mine": held and item.claimed_by_id == request.user.pk, "held_until": item.lease_until if held else None,
    }  # fmt: skip
