# SPDX-License-Identifier: Apache-2.0
"""Storage of data keys. A destroyed key stays as a tombstone; its wrapped bytes are gone."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import Q

from secure_communities.platform.listed import named, one_of


class MasterKeyState(StrEnum):
    """What a master key is for."""

    ACTIVE = "ACTIVE"  # wraps new data keys
    OLD = "OLD"  # still opens those that were not wrapped anew yet
    RETIRED = "RETIRED"  # wraps nothing any more (trigger)


class MasterKey(models.Model):
    """A master key, which itself is never here: its number, and a box that only it opens.

    So a lost or second key is noticed before it seals anything.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    state = models.CharField(max_length=8, choices=named(MasterKeyState), default=MasterKeyState.ACTIVE)
    box = models.BinaryField()
    made_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("a_master_key_is_in_a_known_state", "state", MasterKeyState),
            models.UniqueConstraint(fields=["state"], condition=Q(state="ACTIVE"), name="one_master_key_is_active"),
        ]

    def __str__(self) -> str:
        return f"master key {self.number} ({self.state})"


class DataKey(models.Model):
    """One person's data key, wrapped by the master key of `master`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField(null=True)
    master = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)
    destroyed_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["master"], condition=Q(wrapped__isnull=False), name="data_keys_by_master")]
        constraints = [
            models.CheckConstraint(
                name="a_key_is_either_kept_or_destroyed",
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.id}{' (destroyed)' if self.destroyed_at else ''}"


class IndexKey(models.Model):
    """The key of the blind indexes: a data key of its own, so that a new master key leaves the indexes as they are."""

    data_key = models.OneToOneField(DataKey, primary_key=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    used_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(used_until__isnull=True), name="one_index_key_is_in_use"
            )
        ]

    def __str__(self) -> str:
        return f"index key {self.data_key_id}"
