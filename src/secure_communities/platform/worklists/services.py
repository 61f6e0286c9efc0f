# SPDX-License-Identifier: Apache-2.0
"""Open, claim, renew, give back, close and reorder work items; take the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from secure_communities.platform.access import services as access
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events import services as events
from secure_communities.platform.worklists import offers, registry, rules, timing
from secure_communities.platform.worklists.errors import ItemClosed, ItemTaken, NotHeld, WorkRefused
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.rules import LEASE
from secure_communities.policy.clocks import ClockName

__all__ = [
    "LEASE",
    "ItemClosed",
    "ItemTaken",
    "NotHeld",
    "WorkRefused",
    "claim",
    "claimed_by",
    "close_item",
    "locked",
    "next_item",
    "note_event",
    "open_item",
    "put_back",
    "release",
    "renew",
    "reorder",
]

MOST_AT_ONCE = 5  # items one person holds before the next must wait: taking is not hoarding
LOOKED_AT = 50
NOBODY: dict[str, Any] = {
    "claimed_by": None, "claimed_at": None, "acted_at": None, "handed_by": None, "lease_until": None
}  # fmt: skip


def open_item(
    *,
    worklist: str,
    about: tuple[str, Any],
    title: str,
    order_reason: str,
    correlation: str,
    at: datetime,
    due_at: datetime | None = None,
    order_class: int = rules.USUAL,
    clock: ClockName | None = None,
    clock_started_at: datetime | None = None,
    office: Any = None,
    placed_at: datetime | None = None,
) -> WorkItem:
    """Open an item; the same open piece of work is returned, not opened twice.

    Its clock is `clock`, else the list's; without `due_at` the clock says when it is due. `order_class` and
    `placed_at`: see `rules`. `office`: whose work it is, on a list of offices.
    """
    timed = timing.start(worklist=worklist, clock=clock, started=clock_started_at, due=due_at, at=at)
    item, _ = WorkItem.objects.get_or_create(
        worklist=worklist,
        about_type=about[0],
        about_id=str(about[1]),
        closed_at=None,
        defaults={
            "title": title,
            "order_class": order_class,
            "order_key": rules.order_key(order_class, opened_at=at, due_at=timed.due, placed_at=placed_at),
            "office": office,
            "order_reason": order_reason,
            "correlation": correlation,
            "opened_at": at,
            **timed.columns(),
        },
    )
    return item


def locked(item_id: int) -> WorkItem:
    """The open item, locked until the transaction ends. Raises ItemClosed."""
    item = WorkItem.objects.select_for_update(of=("self",)).select_related("claimed_by").get(pk=item_id)
    if item.closed_at:
        raise ItemClosed(f"“{item.title}” was completed at {item.closed_at:%H:%M} UTC.")
    return item


def note_event(
    kind: str, item: WorkItem, *, actor: Any, at: datetime, data: dict[str, Any] | None = None, **more: Any
) -> None:
    """Append an event about an item, under the number of the submission it belongs to."""
    events.append(
        kind=kind, actor=actor, about=("work", item.pk), correlation=item.correlation, at=at,
        data={"worklist": item.worklist, "about": [item.about_type, item.about_id], **(data or {})}, **more,
    )  # fmt: skip


@transaction.atomic
def claim(*, item_id: int, user: Any, at: datetime) -> WorkItem:
    """Take an item for `LEASE`, or renew one's own hold by an act. An expired lease is free to take (S20).

    Raises access.NotAllowed where the list's permission or its condition refuses, ItemTaken, ItemClosed.
    """
    item = locked(item_id)
    if registry.find(item.worklist) is not None:
        refusal = offers.may_take(user, item, at=at)
        if isinstance(refusal, access.Refused):
            raise NotAllowed(registry.worklist(item.worklist).permission, refusal.why)
    if item.claimed_by_id not in (None, user.pk) and rules.is_held(lease_until=item.lease_until, at=at):
        listed = registry.find(item.worklist)
        holder = item.claimed_by if listed is None or listed.notes else "a colleague"  # who conclude alone stay unnamed
        raise ItemTaken(f"“{item.title}” is with {holder} until {item.lease_until:%H:%M} UTC.")
    return _hold(item, user, at=at)


def _hold(item: WorkItem, user: Any, *, at: datetime) -> WorkItem:
    """Write the hold of a locked item that is free, or is the user's own."""
    own = item.claimed_by_id == user.pk
    running = own and rules.is_held(lease_until=item.lease_until, at=at)
    if item.claimed_by_id is not None and not running:
        note_event("work:lapsed", item, actor="system:worklists", at=at, data={"holder": item.claimed_by_id})
    if not running:
        item.claimed_by, item.claimed_at, item.handed_by = user, at, None
        note_event("work:claimed", item, actor=user, at=at)
    item.acted_at = max(at, item.claimed_at or at)
    item.lease_until = max(at + LEASE, item.lease_until or at) if running else at + LEASE
    item.save(update_fields=["claimed_by", "claimed_at", "handed_by", "acted_at", "lease_until"])
    return item


def next_item(*, user: Any, at: datetime, worklists: Sequence[str] | None = None) -> WorkItem | None:
    """Take the first item this person may take now, of all their lists or those named; None when there is none.

    Two people asking at once never get the same one: whoever comes second steps over the locked row. Raises
    WorkRefused for somebody who holds `MOST_AT_ONCE` items already.
    """
    names = offers.lists_of(user, at=at, among=worklists)
    held = WorkItem.objects.filter(claimed_by=user, lease_until__gt=at, closed_at=None).count()
    if held >= MOST_AT_ONCE:
        raise WorkRefused(f"You hold {held} items. Finish one, or give one back, before you take the next.")
    after: tuple[str, int] | None = None
    while True:
        seen = offers.free(names, at=at, after=after).filter(offers.of_own_office(user, names))
        found = list(seen.values_list("order_key", "id")[:LOOKED_AT])
        for _, item_id in found:
            taken = _take_if_free(item_id, user, at=at)
            if taken is not None:
                return taken
        if len(found) < LOOKED_AT:
            return None
        after = found[-1]


@transaction.atomic
def _take_if_free(item_id: int, user: Any, *, at: datetime) -> WorkItem | None:
    rows = WorkItem.objects.select_for_update(skip_locked=True, of=("self",))
    item = rows.filter(offers.free_at(at), pk=item_id).first()
    if item is None or not offers.may_take(user, item, at=at):
        return None
    return _hold(item, user, at=at)


@transaction.atomic
def renew(*, item_id: int, user: Any, at: datetime) -> WorkItem:
    """A page that is open keeps its item, up to `rules.UNATTENDED` after the last act.

    Raises NotHeld once the hold has run out or somebody else has the item, ItemClosed.
    """
    item = locked(item_id)
    if item.claimed_by_id != user.pk or item.lease_until is None or item.acted_at is None:
        raise NotHeld(f"“{item.title}” is no longer yours. Take it again before you go on, if nobody else has it.")
    if not rules.is_held(lease_until=item.lease_until, at=at):
        raise NotHeld(f"Your hold on “{item.title}” ran out at {item.lease_until:%H:%M} UTC. Take it again to go on.")
    item.lease_until = rules.renewed(lease_until=item.lease_until, acted_at=item.acted_at, at=at)
    item.save(update_fields=["lease_until"])
    return item


def claimed_by(*, item_id: int) -> int | None:
    """Who holds an item now, by number, or None."""
    return WorkItem.objects.values_list("claimed_by_id", flat=True).get(pk=item_id)


@transaction.atomic
def release(*, item_id: int, user: Any, at: datetime) -> None:
    """Give one's own item back. Somebody else's stays as it is: nothing happens."""
    item = WorkItem.objects.select_for_update().filter(pk=item_id, claimed_by=user, closed_at=None).first()
    if item is None:
        return
    _let_go(item)
    note_event("work:released", item, actor=user, at=at)


def put_back(*, worklist: str, about: tuple[str, Any], user: Any, at: datetime) -> None:
    """One's own part is done, the piece of work is not: the item is free for the next person."""
    item = WorkItem.objects.filter(
        worklist=worklist, about_type=about[0], about_id=str(about[1]), closed_at=None, claimed_by=user
    ).first()
    if item is not None:
        release(item_id=item.pk, user=user, at=at)


def _let_go(item: WorkItem) -> None:
    for name, value in NOBODY.items():
        setattr(item, name, value)
    item.save(update_fields=[*NOBODY])


def close_item(*, worklist: str, about: tuple[str, Any], reason: str, at: datetime, by: Any = None) -> None:
    """Close the open item of a piece of work, if there is one. Closing twice changes nothing."""
    WorkItem.objects.filter(worklist=worklist, about_type=about[0], about_id=str(about[1]), closed_at=None).update(
        closed_at=at, closed_reason=reason, closed_by=by, next_notice_at=None, escalation=0, escalated_at=None, **NOBODY
    )


@transaction.atomic
def reorder(
    *, worklist: str, about: tuple[str, Any], order_class: int, order_reason: str, actor: Any, at: datetime,
    due_at: datetime | None = None, clock: ClockName | None = None, placed_at: datetime | None = None,
) -> None:  # fmt: skip
    """Give the open item of a piece of work another place, and, where given, another clock or due time.

    For the subject that opened it: only it knows why. Nothing happens when no item is open. Without `due_at`, another
    clock runs from the same start.
    """
    item = (
        WorkItem.objects.select_for_update()
        .filter(worklist=worklist, about_type=about[0], about_id=str(about[1]), closed_at=None)
        .first()
    )
    if item is None:
        return
    before = item.order_class
    if due_at is not None or clock is not None:
        named = clock or (ClockName(item.clock) if item.clock else None)
        timed = timing.start(worklist=worklist, clock=named, started=item.clock_started_at, due=due_at, at=at)
        for name, value in timed.columns().items():
            setattr(item, name, value)
    item.order_class, item.order_reason = order_class, order_reason
    item.order_key = rules.order_key(order_class, opened_at=item.opened_at, due_at=item.due_at, placed_at=placed_at)
    item.save()
    note_event("work:reordered", item, actor=actor, at=at, data={"from": before, "to": order_class})


def lease_left(item: WorkItem, *, at: datetime) -> timedelta:
    """How long an item stays with its holder; zero when it is free."""
    return max(item.lease_until - at, timedelta(0)) if item.lease_until else timedelta(0)
