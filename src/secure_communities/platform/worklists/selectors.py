# SPDX-License-Identifier: Apache-2.0
"""Reads of the worklists: what is open, whose it is, what is late, close, stuck or called for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Q, QuerySet

from secure_communities.platform.access.policy import POLICY
from secure_communities.platform.accounts import selectors as accounts
from secure_communities.platform.accounts.models import User
from secure_communities.platform.worklists import offers, registry, rules
from secure_communities.platform.worklists.models import WorkItem

CLOSE = 0.75  # the part of the time after which an item is about to be late, as the clock component draws it


class Concern(StrEnum):
    """Why a supervisor looks at an item."""

    CALLED = "called"
    LATE = "late"
    CLOSE = "close"
    STUCK = "stuck"


def open_items(worklists: Sequence[str]) -> QuerySet[WorkItem]:
    """Open items of some worklists, the one due first first."""
    return (
        WorkItem.objects.filter(worklist__in=worklists, closed_at=None)
        .select_related("claimed_by")
        .order_by("due_at", "id")
    )


def seen_by(user: Any, worklists: Sequence[str]) -> QuerySet[WorkItem]:
    """Open items of some worklists but those of other offices, the one due first first."""
    return open_items(worklists).filter(offers.of_own_office(user, worklists))


def free_for(user: Any, worklists: Sequence[str], *, at: datetime) -> QuerySet[WorkItem]:
    """Open items that `user` could work on now: nobody's, their own, or with an expired lease."""
    return seen_by(user, worklists).filter(Q(claimed_by=None) | Q(claimed_by=user) | Q(lease_until__lte=at))


def held_by(user: Any, *, at: datetime) -> QuerySet[WorkItem]:
    """The items a person holds now, in the order they are served."""
    held = WorkItem.objects.filter(claimed_by=user, closed_at=None, lease_until__gt=at)
    return held.select_related("claimed_by", "handed_by").order_by("order_key", "id")


def open_item_of(about: tuple[str, Any]) -> WorkItem | None:
    """The open item about a thing, of whatever list; with several, the first opened."""
    found = WorkItem.objects.filter(about_type=about[0], about_id=str(about[1]), closed_at=None)
    return found.select_related("claimed_by", "handed_by").order_by("id").first()


def concerning(concern: Concern, *, at: datetime) -> Q:
    """Which open items a concern takes in. Close items are not late yet."""
    if concern is Concern.CALLED:
        return Q(escalation__gt=0)
    if concern is Concern.LATE:
        return Q(due_at__lte=at)
    if concern is Concern.STUCK:
        return Q(lease_until__gt=at, acted_at__lte=at - rules.IDLE)
    return Q(due_at__gt=at, close_at__lte=at)


def with_close_at(found: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """The items with `close_at`, when each begins to be about to be late."""
    left = (F("due_at") - F("clock_started_at")) * (1 - CLOSE)
    return found.annotate(close_at=ExpressionWrapper(F("due_at") - left, output_field=DateTimeField()))


def concerns(worklists: Sequence[str], concern: Concern, *, reader: Any, at: datetime) -> QuerySet[WorkItem]:
    """The open items of a concern that a reader sees: first class first, then the oldest."""
    found = with_close_at(seen_by(reader, worklists)).filter(concerning(concern, at=at))
    return found.order_by("order_key", "id")


def tally(worklists: Sequence[str], *, reader: Any, at: datetime) -> Mapping[str, int]:
    """How many items are open, first class, free, held, late, close, stuck, called for; in one query."""
    counted: dict[str, int] = with_close_at(seen_by(reader, worklists).order_by()).aggregate(
        open=Count("id"),
        first=Count("id", filter=Q(order_class=rules.FIRST)),
        free=Count("id", filter=Q(claimed_by=None) | Q(lease_until__lte=at)),
        held=Count("id", filter=Q(lease_until__gt=at)),
        **{concern.value: Count("id", filter=concerning(concern, at=at)) for concern in Concern},
    )
    return counted


def by_list(worklists: Sequence[str], *, reader: Any) -> Mapping[str, int]:
    """How many items a reader sees open on each list. Lists of offices are counted apart: an index alone does it."""
    of_offices = {one.name for one in registry.all_worklists() if one.of_offices}
    counted: dict[str, int] = {}
    for names in ([one for one in worklists if one in of_offices], [one for one in worklists if one not in of_offices]):
        found = seen_by(reader, names).order_by() if names else WorkItem.objects.none()
        counted |= dict(found.values_list("worklist").annotate(Count("id")))
    return counted


def colleagues(item: WorkItem, *, at: datetime) -> list[User]:
    """Who holds a role that works on the item, but its holder: those it may be handed to, if the item allows."""
    listed = registry.worklist(item.worklist)
    permission = listed.permission_for(item) if listed.permission_for else listed.permission
    found = {user.pk: user for role in POLICY[permission].roles for user in accounts.holders(role, at=at)}
    found = {pk: user for pk, user in found.items() if offers.sees(user, item)}
    if rules.is_held(lease_until=item.lease_until, at=at):
        found.pop(item.claimed_by_id or 0, None)
    return sorted(found.values(), key=lambda user: user.display_name)
