# SPDX-License-Identifier: Apache-2.0
"""Storage of rule-set versions, activations and shadow runs. Versions and activations are never changed (trigger)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

SHA256 = r"^[0-9a-f]{64}$"


class RuleSetVersion(models.Model):
    """One version of a rule set in its canonical form. `bundle`: as signed; empty of those shipped with the code."""

    code = models.CharField(max_length=12)
    version = models.PositiveSmallIntegerField()
    hash = models.CharField(max_length=64, unique=True)
    canonical = models.BinaryField()
    bundle = models.BinaryField(default=bytes)
    signed_by = models.CharField(max_length=16, blank=True, default="")
    draft = models.BooleanField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_text_a_version"),
            models.CheckConstraint(name="a_rule_set_has_a_hash", condition=Q(hash__regex=SHA256)),
            models.CheckConstraint(
                name="s17_an_imported_rule_set_is_signed",
                condition=Q(loaded_by="system:shipped") | Q(signed_by__regex=r"^[0-9a-f]{16}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ShadowRun(models.Model):
    """A rule set tried over the cases on record, without effect. `report`: the diff, split by charged and convicted.

    `through`: the last assessment that was tried, so that a run that was killed goes on where it stopped.
    """

    candidate = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="shadow_runs")
    against = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    through = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="a_shadow_run_compares_two_texts", condition=~Q(candidate=F("against"))),
        ]

    def __str__(self) -> str:
        return f"shadow of {self.candidate} against {self.against}"


class ShadowMove(models.Model):
    """One case that the candidate would answer otherwise, and the step that would decide it."""

    run = models.ForeignKey(ShadowRun, on_delete=models.CASCADE, related_name="moves")
    assessment = models.ForeignKey("assessments.Assessment", on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    basis_before = models.CharField(max_length=12)
    basis_after = models.CharField(max_length=12)
    provisional = models.BooleanField()
    step = models.CharField(max_length=60)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "assessment"], name="a_case_moves_once_in_a_run")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Activation(models.Model):
    """From a moment on, a rule set orders the work. The latest one in force counts; going back is another one."""

    version = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="activations")
    effective_from = models.DateTimeField()
    shadow_run = models.ForeignKey(ShadowRun, null=True, on_delete=models.PROTECT, related_name="activations")
    goes_back_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-effective_from", "-id"]
        constraints = [
            models.CheckConstraint(name="an_activation_gives_its_reason", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="rules_are_not_activated_in_the_past", condition=Q(effective_from__gte=F("decided_at"))
            ),
            models.CheckConstraint(
                name="an_activation_follows_a_shadow_run_or_goes_back",
                condition=Q(shadow_run__isnull=False) | Q(goes_back_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} from {self.effective_from:%Y-%m-%d %H:%M}"


class Withdrawal(models.Model):
    """An activation taken back before its moment (trigger): it never orders work. The row stays as it is (trigger)."""

    activation = models.OneToOneField(Activation, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="a_withdrawal_gives_its_reason", condition=Q(reason__regex=r"\S"))]

    def __str__(self) -> str:
        return f"{self.activation} withdrawn"
