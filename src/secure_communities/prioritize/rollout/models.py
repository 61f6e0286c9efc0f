# SPDX-License-Identifier: Apache-2.0
"""Storage of plans: what each was computed from, what came out, who approved it. Rows are never changed (trigger)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class RolloutPlan(models.Model):
    """One plan. `inputs`: the canonical text of parameters and counties; `result`: as computed from it."""

    title = models.CharField(max_length=80)
    inputs = models.BinaryField()
    inputs_hash = models.CharField(max_length=64)
    as_of = models.DateField()
    result = models.JSONField()
    bound = models.FloatField()
    covered = models.FloatField()
    replans = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replanned_as")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="a_plan_has_a_title", condition=Q(title__regex=r"\S")),
            models.CheckConstraint(name="a_plan_names_its_inputs", condition=Q(inputs_hash__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="a_plan_covers_no_more_than_its_bound",
                condition=Q(covered__gte=0, bound__lte=1.000001) & Q(covered__lte=models.F("bound") + 0.000001),
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class PlannedActivation(models.Model):
    """One county in a plan and the first day of the month in which it comes on line. `done`: it was on line already."""

    plan = models.ForeignKey(RolloutPlan, on_delete=models.PROTECT, related_name="activations")
    county = models.ForeignKey("agencies.County", on_delete=models.PROTECT, related_name="planned_activations")
    month = models.DateField()
    done = models.BooleanField()

    class Meta:
        ordering = ["month", "county"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "county"], name="a_county_is_planned_once"),
            models.CheckConstraint(name="a_planned_month_is_its_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.county_id} in {self.month:%Y-%m}"


class PlanApproval(models.Model):
    """Another person's yes to a plan. The latest approval is the plan that counts."""

    plan = models.OneToOneField(RolloutPlan, on_delete=models.PROTECT, related_name="approval")
    reason = models.CharField(max_length=300)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["-approved_at", "-id"]
        constraints = [
            models.CheckConstraint(name="an_approval_of_a_plan_gives_its_reason", condition=Q(reason__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"approval of plan {self.plan_id}"
