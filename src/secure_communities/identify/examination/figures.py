# SPDX-License-Identifier: Apache-2.0
"""Gather what the statistics are counted from: closed comparisons only, so that no figure tells an examiner who is
still to decide what others concluded (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.examination.rules import Finding, Verdict
from secure_communities.identify.examination.statistics import Comparison, Look, Taken
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events.models import Event

MOST = 20_000  # comparisons counted at once


def closed_between(start: datetime, end: datetime, *, reader: Any, at: datetime) -> QuerySet[Examination]:
    """Comparisons closed from `start` to before `end`, newest first. Raises NotAllowed."""
    access.require(reader, Permission.EXAMINATION_STATISTICS, at=at)
    found = Examination.objects.filter(closed_at__gte=start, closed_at__lt=end)
    return found.select_related("submission").defer("submission__content").order_by("-closed_at", "-id")


def counted(examinations: QuerySet[Examination]) -> list[Comparison]:
    """Comparisons as the statistics take them; time and tools come from the log."""
    rows = list(examinations.prefetch_related("decisions", "first_looks")[:MOST])
    work = _work(rows)
    return [
        Comparison(
            number=one.pk,
            finding=Finding(one.finding),
            confirmed=one.confirmed_id,
            decisions=tuple(
                Taken(
                    each.examiner_id, Verdict(each.verdict), each.candidate_id, each.decided_at, each.lead,
                    work.get(each.pk, {}).get("seconds"), bool(work.get(each.pk, {}).get("pairs_shown")),
                )
                for each in one.decisions.all()
            ),
            looks=tuple(
                Look(each.examiner_id, Verdict(each.verdict), each.candidate_id) for each in one.first_looks.all()
            ),
        )
        for one in rows
    ]  # fmt: skip


def _work(rows: Sequence[Examination]) -> dict[int, dict[str, Any]]:
    """What the log keeps of each decision, by the number of the decision."""
    numbers = [one.submission.control_number for one in rows]
    told = Event.objects.filter(correlation__in=numbers, kind__in=("criminal:decision", "immigration:decision"))
    return {data["decision"]: data for data in told.values_list("data", flat=True) if "decision" in data}
