# SPDX-License-Identifier: Apache-2.0
"""Reads of the worklists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from secure_communities.platform.worklists.models import WorkItem


def open_items(worklists: Sequence[str]) -> QuerySet[WorkItem]:
    """Open items of some worklists, the one due first first."""
    return (
        WorkItem.objects.filter(worklist__in=worklists, closed_at=None)
        .select_related("claimed_by")
        .order_by("due_at", "id")
    )


def free_for(user: Any, worklists: Sequence[str], *, at: datetime) -> QuerySet[WorkItem]:
    """Open items that `user` could work on now: nobody's, their own, or with an expired lease."""
    return open_items(worklists).filter(Q(claimed_by=None) | Q(claimed_by=user) | Q(lease_until__lte=at))
