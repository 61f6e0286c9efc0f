# SPDX-License-Identifier: Apache-2.0
"""Open, claim, release and close work items."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from secure_communities.platform.worklists.models import WorkItem

LEASE = timedelta(minutes=30)


class ItemTaken(Exception):
    """Somebody else is working on the item."""


class ItemClosed(Exception):
    """The work was done already."""


def open_item(
    *,
    worklist: str,
    about: tuple[str, Any],
    title: str,
    order_reason: str,
    correlation: str,
    at: datetime,
    due_at: datetime,
) -> WorkItem:
    """Open an item; the same open piece of work is returned, not opened twice."""
    item, _ = WorkItem.objects.get_or_create(
        worklist=worklist,
        about_type=about[0],
        about_id=str(about[1]),
        closed_at=None,
        defaults={
            "title": title,
            "order_reason": order_reason,
            "correlation": correlation,
            "opened_at": at,
            "due_at": due_at,
        },
    )
    return item


@transaction.atomic
def claim(*, item_id: int, user: Any, at: datetime) -> WorkItem:
    """Take an item for `LEASE`, or renew one's own lease. An expired lease is free to take (S20)."""
    item = WorkItem.objects.select_for_update().get(pk=item_id)
    if item.closed_at:
        raise ItemClosed(f"“{item.title}” was completed at {item.closed_at:%H:%M} UTC.")
    held_by_other = item.claimed_by_id not in (None, user.pk) and item.lease_until and item.lease_until > at
    if held_by_other:
        raise ItemTaken(f"“{item.title}” is with {item.claimed_by} until {item.lease_until:%H:%M} UTC.")
    item.claimed_by, item.lease_until = user, at + LEASE
    item.save(update_fields=["claimed_by", "lease_until"])
    return item


def claimed_by(*, item_id: int) -> int | None:
    """Who holds an item now, by number, or None."""
    return WorkItem.objects.values_list("claimed_by_id", flat=True).get(pk=item_id)


def release(*, item_id: int, user: Any) -> None:
    """Give one's own item back."""
    WorkItem.objects.filter(pk=item_id, claimed_by=user, closed_at=None).update(claimed_by=None, lease_until=None)


def close_item(*, worklist: str, about: tuple[str, Any], reason: str, at: datetime) -> None:
    """Close the open item of a piece of work, if there is one."""
    WorkItem.objects.filter(worklist=worklist, about_type=about[0], about_id=str(about[1]), closed_at=None).update(
        closed_at=at, closed_reason=reason, claimed_by=None, lease_until=None
    )
