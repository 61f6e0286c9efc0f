# SPDX-License-Identifier: Apache-2.0
"""Storage of work items."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class WorkItem(models.Model):
    """One piece of work for one person at a time."""

    worklist = models.CharField(max_length=40)
    about_type = models.CharField(max_length=40)
    about_id = models.CharField(max_length=64)
    correlation = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=200)
    order_reason = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lease_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["worklist", "due_at"], condition=Q(closed_at__isnull=True), name="open_items")]
        constraints = [
            models.UniqueConstraint(
                fields=["worklist", "about_type", "about_id"],
                condition=Q(closed_at__isnull=True),
                name="one_open_item_for_one_piece_of_work",
            ),
            models.CheckConstraint(
                name="a_claim_has_a_lease",
                condition=Q(claimed_by__isnull=True, lease_until__isnull=True)
                | Q(claimed_by__isnull=False, lease_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worklist}: {self.title}"
