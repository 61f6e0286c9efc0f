# SPDX-License-Identifier: Apache-2.0
"""Put a referred case in its place, take the next one, say that it is dealt with, set a lever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.identify.referrals.models import Referral
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies.models import Agency
from secure_communities.platform.agencies.selectors import field_office_for
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, refusing, stated
from secure_communities.platform.worklists import rules as work_rules
from secure_communities.platform.worklists import services as work
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.policy.priority import Outside, RuleSet
from secure_communities.prioritize.assessments.models import CurrentAssessment
from secure_communities.prioritize.queues import rules, selectors
from secure_communities.prioritize.queues.models import LeverChange, QueueEntry
from secure_communities.prioritize.queues.rules import Levers, Standing
from secure_communities.prioritize.queues.selectors import WORKLIST
from secure_communities.prioritize.queues.vocabulary import Lever, Outcome
from secure_communities.prioritize.rulesets import selectors as rulesets

SYSTEM = "system:queues"
BATCH = 500
OUT_OF_BOUNDS = {"a_lever_stays_within_its_bounds": "That value is out of the bounds of this lever."}


def office_of(query: StatusQuery) -> Agency | None:
    """The office whose work a case is: that of the area, if the case was referred to it; else the last one told."""
    told = list(Referral.objects.filter(query=query).select_related("office").order_by("-referred_at", "-id"))
    county = query.submission.originator.county
    area = field_office_for(county) if county else None
    return next((one.office for one in told if one.office == area), told[0].office if told else None)


@transaction.atomic
def place_case(*, query: StatusQuery, at: datetime) -> WorkItem | None:
    """Open, move or close the case's item as its assessment under the active rules stands. Safe to repeat."""
    query = (
        StatusQuery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submission__originator__county")
        .defer("submission__content")
        .get(pk=query.pk)
    )
    active = rulesets.active_rule_set(at)
    current = CurrentAssessment.objects.filter(query=query, rule_set=active.code).first()
    office = office_of(query)
    item = _open_item_of(query)
    if current is None:  # not assessed yet under these rules: it keeps its place, its holder and its clock until it is
        return item
    if office is None or current.effective_answer == Outside.NOT_APPLICABLE:
        _closed(item, "Nothing to order", at)
        return None
    if item is not None and item.office_id != office.pk:
        _closed(item, "Referred to another office", at)
        item = None
    if item is None and _dealt_with_since(query, current):
        return None
    return _placed(query, item, current, office, active, at)


def _open_item_of(query: StatusQuery) -> WorkItem | None:
    found = WorkItem.objects.select_for_update(of=("self",)).filter(
        worklist=WORKLIST, about_type="query", about_id=str(query.pk), closed_at=None
    )
    return found.first()


def _closed(item: WorkItem | None, why: str, at: datetime, by: Any = None) -> None:
    if item is not None:
        QueueEntry.objects.filter(item=item).delete()
        work.close_item(worklist=WORKLIST, about=(item.about_type, item.about_id), reason=why, at=at, by=by)


def _dealt_with_since(query: StatusQuery, current: CurrentAssessment) -> bool:
    """Whether the office dealt with the case on what is known now: only other facts bring it back."""
    done = WorkItem.objects.filter(worklist=WORKLIST, about_type="query", about_id=str(query.pk))
    return done.filter(closed_by__isnull=False, closed_at__gte=current.changed_at).exists()


def _placed(
    query: StatusQuery, item: WorkItem | None, current: CurrentAssessment, office: Agency, active: RuleSet, at: datetime
) -> WorkItem:
    levers, standing = selectors.levers_at(at), Standing(current.effective_rank, current.gravest)
    codes = {rank: code for code, rank in active.ranks.items()}
    gravest = codes.get(current.gravest, "") if standing.undecided and current.gravest is not None else ""
    values = {
        "office": office, "query": query, "answer": current.effective_answer, "basis": current.basis,
        "provisional": current.provisional, "overridden": current.override_id is not None,
        "rank": current.effective_rank, "gravest": current.gravest, "gravest_code": gravest,
    }  # fmt: skip
    words = rules.words_of(active, current.effective_answer, gravest)
    about = ("query", query.pk)
    if item is None:
        item = work.open_item(
            worklist=WORKLIST, about=about, title=f"Referred case {query.reference}", order_reason=words,
            correlation=query.submission.control_number, at=at, office=office,
        )  # fmt: skip
    placed = rules.place(standing, opened_at=item.opened_at, due_at=item.due_at, levers=levers)
    why = rules.reason(words, opened_at=item.opened_at, due_at=item.due_at)
    key = work_rules.order_key(work_rules.USUAL, opened_at=item.opened_at, due_at=item.due_at, placed_at=placed)
    if (item.order_key, item.order_reason) != (key, why):
        item.order_key, item.order_reason = key, why
        item.save(update_fields=["order_key", "order_reason"])
    QueueEntry.objects.update_or_create(item=item, defaults=values)
    return item


def take_next(*, user: Any, at: datetime) -> WorkItem | None:
    """Take the first free case of the own office; None where nothing waits. Raises Refusal above the lever."""
    most = selectors.levers_at(at).items_per_officer
    held = selectors.held_by(user, at=at).count()
    if held >= most:
        raise Refusal(f"You hold {held} cases. Deal with one, or give one back, before you take the next.")
    return work.next_item(user=user, at=at, worklists=[WORKLIST])


@transaction.atomic
def conclude(*, item_id: int, outcome: Outcome, by: Any, at: datetime) -> None:
    """The holder says how the office dealt with the case. Other facts about it open it again."""
    item = work.locked(item_id)
    if item.worklist != WORKLIST:
        raise Refusal("This is not a case of the field office's queue.")
    require(by, Permission.FIELD_WORK_TAKE, item, at=at)
    if item.claimed_by_id != by.pk or not work_rules.is_held(lease_until=item.lease_until, at=at):
        raise Refusal("Only who holds the case says that it is dealt with: take it first.")
    _closed(item, Outcome(outcome).value, at, by=by)
    append(
        kind="queue:concluded", actor=by, about=("query", item.about_id), correlation=item.correlation, at=at,
        data={"item": item.pk, "outcome": Outcome(outcome).value, "office": item.office_id},
    )  # fmt: skip


@transaction.atomic
def set_lever(
    *, lever: Lever, value: int, reason: str, by: Any, at: datetime, effective_at: datetime | None = None
) -> LeverChange:
    """Set a lever from now, or from a later moment, on; the open work is put in its new order in the background."""
    require(by, Permission.LEVER_SET, at=at)
    from secure_communities.prioritize.queues import jobs

    moment = effective_at or at
    if why := rules.refusal(lever, value):
        raise Refusal(why)
    if moment < at:
        raise Refusal("A lever is not set for the past.")
    if moment > at + rules.LATEST:
        raise Refusal(f"Set it nearer to the day: at most {rules.LATEST.days} days ahead.")
    before = selectors.levers_at(moment).value(lever)
    if value == before:
        raise Refusal("The lever has this value already.")
    with refusing(OUT_OF_BOUNDS):
        made = LeverChange.objects.create(
            code=lever, value=value, effective_at=moment, set_at=at, set_by=by, reason=stated(reason)
        )
    append(
        kind="lever:set", actor=by, about=("lever", made.pk), at=at, reason=made.reason,
        data={"code": str(lever), "from": before, "to": value, "effective_at": moment.isoformat()},
    )  # fmt: skip
    if moment > at:
        jobs.put_in_order.configure(schedule_at=moment).defer(change_id=made.pk)
    else:
        jobs.put_in_order.defer(change_id=made.pk)
    return made


@transaction.atomic
def put_in_order(*, after: int, levers: Levers, at: datetime) -> tuple[int, int]:
    """One batch of open cases, behind an item's number: how many moved, and the last number (0: nothing is left)."""
    found = QueueEntry.objects.select_for_update(of=("item",)).select_related("item")
    batch = list(found.filter(item__gt=after, item__closed_at=None).order_by("item")[:BATCH])
    moved = []
    for entry in batch:
        item = entry.item
        placed = rules.place(
            Standing(entry.rank, entry.gravest), opened_at=item.opened_at, due_at=item.due_at, levers=levers
        )
        key = work_rules.order_key(work_rules.USUAL, opened_at=item.opened_at, due_at=item.due_at, placed_at=placed)
        if key != item.order_key:
            item.order_key = key
            moved.append(item)
    WorkItem.objects.bulk_update(moved, ["order_key"])
    return len(moved), batch[-1].pk if len(batch) == BATCH else 0
