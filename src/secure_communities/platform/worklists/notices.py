# SPDX-License-Identifier: Apache-2.0
"""Announce the moments of the clocks: a warning, lateness, a call to the supervisor. Each once, whatever was missed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from secure_communities.platform.worklists import handling, timing
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.services import note_event
from secure_communities.policy.clocks import Act, Moment

ACTOR = "system:worklists"


def due_for_notice(*, at: datetime, limit: int = 500) -> list[int]:
    """Open items that a moment has come for, the longest awaited first."""
    found = WorkItem.objects.filter(closed_at=None, next_notice_at__lte=at).order_by("next_notice_at")
    return list(found.values_list("pk", flat=True)[:limit])


@transaction.atomic
def announce(*, item_id: int, at: datetime) -> list[Moment]:
    """Announce what has come for one item, and note what comes next. Safe to repeat.

    Where several warnings were missed, the last stands for them; lateness and each call to the supervisor are never
    left out.
    """
    item = WorkItem.objects.select_for_update().filter(pk=item_id, closed_at=None, next_notice_at__lte=at).first()
    if item is None:
        return []
    timed = timing.of(item)
    come = [moment for moment in timed.moments[item.noticed :] if moment.at <= at]
    warnings = [moment for moment in come if moment.act is Act.WARN]
    said = [moment for moment in come if moment.act is not Act.WARN or moment is warnings[-1]]
    item.noticed += len(come)
    item.next_notice_at = timing.of(item).next_notice
    item.save(update_fields=["noticed", "next_notice_at"])
    for moment in said:
        _say(item, moment, at=at)
    return said


def _say(item: WorkItem, moment: Moment, *, at: datetime) -> None:
    if moment.act is Act.ESCALATE:
        handling.raise_level(item, max(item.escalation, moment.level), actor=ACTOR, at=at, why="CLOCK")
        return
    kind = "work:late" if moment.act is Act.LATE else "work:warning"
    note_event(kind, item, actor=ACTOR, at=at, data={"part": moment.part, "clock": item.clock})
