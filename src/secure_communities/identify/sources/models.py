# SPDX-License-Identifier: Apache-2.0
"""Storage of the synthetic registers, and of the switch that takes a source down."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from secure_communities.identify.evidence.ports import SourceCode
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.platform.keys.models import DataKey
from secure_communities.platform.listed import named, one_of


class RegisterEntry(models.Model):
    """One record of a synthetic register, found by number alone.

    `numbers`: blind indexes of the numbers it is filed under. `sealed`: the record as the register answers with it.
    """

    source = models.CharField(max_length=24, choices=named(SourceCode))
    record_id = models.CharField(max_length=40)
    numbers = ArrayField(models.BinaryField())
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    entered_at = models.DateTimeField()
    is_synthetic = models.BooleanField(default=True)

    class Meta:
        indexes = [GinIndex(fields=["numbers"], name="entries_by_number")]
        constraints = [
            models.UniqueConstraint(fields=["source", "record_id"], name="a_register_numbers_its_records"),
            one_of("an_entry_is_of_a_known_source", "source", SourceCode),
            models.CheckConstraint(name="only_synthetic_entries_are_held", condition=Q(is_synthetic=True)),
            models.CheckConstraint(name="an_entry_is_filed_under_a_number", condition=Q(numbers__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.record_id}"


class SourceFault(models.Model):
    """A source taken down by an operator, from `set_at` until it was put back. The row stays."""

    source = models.CharField(max_length=24, choices=named(SourceCode))
    kind = models.CharField(max_length=12, choices=named(FaultKind))
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(ended_at=None), name="one_fault_at_a_time"),
            one_of("a_fault_is_of_a_known_kind", "kind", FaultKind),
            one_of("a_fault_is_of_a_known_source", "source", SourceCode),
            models.CheckConstraint(name="a_fault_has_a_reason", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="whoever_ends_a_fault_is_named",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_at__gte=F("set_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind}"
