# SPDX-License-Identifier: Apache-2.0
"""Which items are free, and whether a person may take one. The list's own permission decides, asked with the thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import Allowed, Refused
from secure_communities.platform.worklists import registry
from secure_communities.platform.worklists.models import WorkItem

OTHERS = "This work belongs to another office."


def free_at(at: datetime) -> Q:
    """Open, and held by nobody any more."""
    return Q(closed_at=None) & (Q(claimed_by=None) | Q(lease_until__lte=at))


def free(worklists: Sequence[str], *, at: datetime, after: tuple[str, int] | None = None) -> QuerySet[WorkItem]:
    """Free items of some lists as they are served, behind the place (`order_key`, id) where given."""
    found = WorkItem.objects.filter(free_at(at), worklist__in=worklists).order_by("order_key", "id")
    if after is not None:
        found = found.filter(Q(order_key__gt=after[0]) | Q(order_key=after[0], id__gt=after[1]))
    return found


def of_own_office(user: Any, worklists: Iterable[str]) -> Q:
    """The items of these lists that a person may see: nobody's in particular, and their own office's.

    Where every list is one of offices, that is the office alone, which an index serves.
    """
    listed = [registry.find(name) for name in worklists]
    if listed and all(one is not None and one.of_offices for one in listed):
        return Q(office=user.agency_id, office__isnull=False)
    return Q(office=None) | Q(office=user.agency_id) if user.agency_id else Q(office=None)


def sees(user: Any, item: WorkItem) -> bool:
    """Whether an item is nobody's in particular, or of this person's own office."""
    listed = registry.find(item.worklist)
    if item.office_id is None:
        return listed is None or not listed.of_offices
    return bool(item.office_id == user.agency_id)


def may_take(user: Any, item: WorkItem, *, at: datetime) -> Allowed | Refused:
    """Whether this person may take this item, whoever holds it: role and condition, as its list says."""
    listed = registry.worklist(item.worklist)
    if not sees(user, item):
        return Refused(OTHERS)
    try:
        permission = listed.permission_for(item) if listed.permission_for else listed.permission
        thing = listed.thing(item)
    except ObjectDoesNotExist:  # one item about nothing must not stop those behind it
        return Refused("What this work was about is not there any more.")
    return access.may(user, permission, thing, at=at)


def lists_of(user: Any, *, at: datetime, among: Iterable[str] | None = None) -> list[str]:
    """The lists this person takes work from, of all or of those named."""
    named, roles = None if among is None else set(among), access.roles_of(user, at)
    return [
        one.name
        for one in registry.all_worklists()
        if (named is None or one.name in named) and access.may(user, one.permission, at=at, roles=roles)
    ]


def supervised_by(user: Any, *, at: datetime) -> list[str]:
    """The lists this person supervises."""
    roles = access.roles_of(user, at)
    return [
        one.name
        for one in registry.all_worklists()
        if access.may(user, Permission.WORK_SUPERVISE, one, at=at, roles=roles)
    ]


def visible_to(user: Any, *, at: datetime) -> list[str]:
    """The lists this person sees the board of: those they work on, and those they supervise."""
    mine = {*lists_of(user, at=at), *supervised_by(user, at=at)}
    return [one.name for one in registry.all_worklists() if one.name in mine]
