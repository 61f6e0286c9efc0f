# SPDX-License-Identifier: Apache-2.0
"""Storage of emergency access. A trigger keeps what was written; only a review is added, once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from secure_communities.identify.emergency.rules import LASTS, Outcome
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.listed import named, one_of


class EmergencyAccess(models.Model):
    """One person's access to one record, from `opened_at` up to `ends_at`, and its review. The reason is sealed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="emergencies")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="emergencies")
    sealed_reason = models.BinaryField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, blank=True, choices=named(Outcome))
    sealed_finding = models.BinaryField(null=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            one_of("emergency_outcome_is_known", "outcome", Outcome, blank=True),
            models.CheckConstraint(
                name="emergency_lasts_an_hour_at_most",
                condition=Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + LASTS),
            ),
            models.CheckConstraint(
                name="nobody_reviews_their_own_emergency",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
            ),
            models.CheckConstraint(
                name="a_review_is_whole",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, outcome="", sealed_finding__isnull=True)
                | Q(reviewed_at__gte=F("opened_at"), reviewed_by__isnull=False, sealed_finding__isnull=False)
                & ~Q(outcome=""),
            ),
            ExclusionConstraint(
                name="one_emergency_of_one_record_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("submission", RangeOperators.EQUAL),
                    (
                        Func(
                            "opened_at", "ends_at", RangeBoundary(), function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user}: {self.submission_id} from {self.opened_at}"

    @property
    def user_who_opened_id(self) -> int:
        """For the policy: who must not review it."""
        return int(self.user_id)
