# SPDX-License-Identifier: Apache-2.0
"""Reads of the queues: the levers in force, one office's cases, counts that keep the bases apart, the fair share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts import selectors as accounts
from secure_communities.platform.accounts.models import User
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.prioritize.queues import rules
from secure_communities.prioritize.queues.models import LeverChange, QueueEntry
from secure_communities.prioritize.queues.rules import Levers
from secure_communities.prioritize.queues.vocabulary import Lever

WORKLIST = "field-priority"


def levers_at(at: datetime) -> Levers:
    """The levers in force at a moment."""
    found = LeverChange.objects.filter(effective_at__lte=at).order_by("code", "-effective_at", "-id").distinct("code")
    return Levers.of(dict(found.values_list("code", "value")))


def queue_of(office_id: int | None) -> QuerySet[WorkItem]:
    """The open cases of one office in the order they are served; nobody's office has none."""
    found = WorkItem.objects.filter(worklist=WORKLIST, closed_at=None, office=office_id, office__isnull=False)
    return found.select_related("claimed_by", "queue_entry").order_by("order_key", "id")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many open cases stand at one answer on one basis. There is no count without its basis (S6)."""

    answer: str
    basis: str
    cases: int
    provisional: int


def waiting(office_id: int | None) -> list[Waiting]:
    """An office's open cases by answer and basis."""
    found = QueueEntry.objects.filter(office=office_id).values_list("answer", "basis").order_by("answer", "basis")
    counts = {
        "cases": Count("*"),
        "unsure": Count("answer", filter=Q(provisional=True)),
    }  # of rows: the index alone does it
    return [Waiting(*row) for row in found.annotate(**counts)]


@dataclass(frozen=True, slots=True)
class Share:
    """What one officer holds, and how many of the free cases are the officer's fair share."""

    officer: User
    held: int
    share: int


def shares(office_id: int | None, *, at: datetime) -> list[Share]:
    """The free cases of an office, split by what each of its officers can still take."""
    officers = [one for one in accounts.holders(Role.FIELD_OFFICER, at=at) if office_id and one.agency_id == office_id]
    open_now = WorkItem.objects.filter(worklist=WORKLIST, closed_at=None, office=office_id, office__isnull=False)
    holding = open_now.filter(claimed_by__isnull=False, lease_until__gt=at).values_list("claimed_by")
    held = dict(holding.order_by("claimed_by").annotate(Count("id")))
    free = open_now.count() - sum(held.values())  # both by an index: most of what is open is free
    most = levers_at(at).items_per_officer
    split = rules.fair_share(free, {one.pk: most - held.get(one.pk, 0) for one in officers})
    found = [Share(one, held.get(one.pk, 0), split[one.pk]) for one in officers]
    return sorted(found, key=lambda one: one.officer.display_name)


def moved_by(lever: Lever, value: int, *, at: datetime) -> int:
    """How many open cases get another moment if a lever is set to a value."""
    now = levers_at(at).value(lever)
    if value == now or lever is Lever.ITEMS_PER_OFFICER:
        return 0
    found = QueueEntry.objects.filter(item__closed_at=None)
    levels = Q(rank__gt=0) | Q(rank=None)
    conditions: Mapping[Lever, Q] = {
        Lever.STEP_HOURS: levels,
        Lever.UNDECIDED_BEHIND_PERCENT: Q(rank=None),
        Lever.CLOCK_CAP_HOURS: Q(item__due_at__gt=F("item__opened_at") + timedelta(hours=min(now, value))),
    }
    return found.filter(conditions[lever]).count()


def held_by(user: Any, *, at: datetime) -> QuerySet[WorkItem]:
    """The cases of the queue that a person holds."""
    return queue_of(user.agency_id).filter(claimed_by=user, lease_until__gt=at)
