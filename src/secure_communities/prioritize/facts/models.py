# SPDX-License-Identifier: Apache-2.0
"""Storage of what officers state of a person. Nothing here is changed or deleted (trigger): a later entry stands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.keys.boxes import EMPTY_BOX
from secure_communities.platform.listed import named, one_of
from secure_communities.policy.priority import FindingName
from secure_communities.prioritize.facts.vocabulary import CircumstanceCode, UntoldReason


class Finding(models.Model):
    """A fact that a named officer states on stated evidence: so, not so, or not known (None). The latest stands."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="findings")
    name = models.CharField(max_length=40, choices=named(FindingName))
    value = models.BooleanField(null=True)
    sealed_evidence = models.BinaryField()
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["query", "name", "-id"])]
        constraints = [
            one_of("a_finding_has_a_known_name", "name", FindingName),
            models.CheckConstraint(
                name="a_finding_gives_its_evidence", condition=GreaterThan(Length("sealed_evidence"), EMPTY_BOX)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.query_id}: {self.value}"


class Circumstance(models.Model):
    """A humanitarian or family circumstance, recorded or found to hold no more (`holds` False). No rule reads it."""

    query = models.ForeignKey(StatusQuery, on_delete=models.PROTECT, related_name="circumstances")
    code = models.CharField(max_length=24, choices=named(CircumstanceCode))
    holds = models.BooleanField(default=True)
    sealed_words = models.BinaryField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("a_circumstance_has_a_known_code", "code", CircumstanceCode),
            models.CheckConstraint(
                name="a_circumstance_is_described", condition=GreaterThan(Length("sealed_words"), EMPTY_BOX)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.query_id}"


class OutcomeCheck(models.Model):
    """Somebody asked again what became of a charge and heard nothing new: the outcome on record is fresh (S18)."""

    charge = models.ForeignKey("records.Charge", on_delete=models.PROTECT, related_name="outcome_checks")
    source = models.CharField(max_length=80)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="a_check_names_whom_it_asked", condition=models.Q(source__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"charge {self.charge_id} asked again at {self.checked_at:%Y-%m-%d}"


class UntoldCode(models.Model):
    """A person read a charge and cannot tell its code. The charge stays as it is: without a confirmed code (S18)."""

    charge = models.ForeignKey("records.Charge", on_delete=models.PROTECT, related_name="untold_codes")
    reason = models.CharField(max_length=24, choices=named(UntoldReason))
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [one_of("an_untold_code_gives_a_known_reason", "reason", UntoldReason)]

    def __str__(self) -> str:
        return f"charge {self.charge_id}: {self.reason}"
