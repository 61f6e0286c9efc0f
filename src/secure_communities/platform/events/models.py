# SPDX-License-Identifier: Apache-2.0
"""Storage of events and of the chain over them. Triggers refuse UPDATE, DELETE and TRUNCATE on both tables."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from secure_communities.platform.keys.models import DataKey

SEALED = "events.sealed"  # what the boxes of this table are bound to


class Event(models.Model):
    """One thing that happened. Holds ids and codes; personal values only inside `sealed`."""

    kind = models.CharField(max_length=80)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=120)
    about_type = models.CharField(max_length=40)
    about_id = models.CharField(max_length=64)
    correlation = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    data_key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["about_type", "about_id", "id"]),
            models.Index(fields=["correlation", "id"]),
            models.Index(fields=["kind", "occurred_at"]),
            # What one person opened: reads alone, so that it stays small.
            models.Index(fields=["actor", "id"], condition=models.Q(kind__endswith=":read"), name="reads_by_actor"),
        ]
        constraints = [
            models.CheckConstraint(
                name="sealed_values_name_their_key",
                condition=models.Q(sealed__isnull=True) | models.Q(data_key__isnull=False),
            ),
            models.CheckConstraint(name="an_event_names_its_actor", condition=~models.Q(actor="")),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M:%S} {self.kind} {self.about_type}/{self.about_id} by {self.actor}"


class Seal(models.Model):
    """The link of one event in the hash chain, added afterwards by the sealing job, in sealing order."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="seal")
    previous = models.BinaryField()
    digest = models.BinaryField(unique=True)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position}: {bytes(self.digest).hex()[:16]}"
