# SPDX-License-Identifier: Apache-2.0
"""Storage of referrals. A row is never changed; the referral of a later version says that it supersedes."""

from __future__ import annotations

from django.db import models

from secure_communities.platform.agencies.models import Agency


class Referral(models.Model):
    """One determination referred to one field office. No priority: the identification side never learns one."""

    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="referrals")
    query = models.ForeignKey("research.StatusQuery", on_delete=models.PROTECT, related_name="referrals")
    determination = models.ForeignKey("research.Determination", on_delete=models.PROTECT, related_name="referrals")
    referred_at = models.DateTimeField()

    class Meta:
        ordering = ["-referred_at", "-id"]
        indexes = [models.Index(fields=["office", "-referred_at"])]
        constraints = [
            models.UniqueConstraint(fields=["determination", "office"], name="a_determination_is_referred_once")
        ]

    def __str__(self) -> str:
        return f"{self.determination_id} to {self.office}"
