# SPDX-License-Identifier: Apache-2.0
"""Storage of data keys. A destroyed key stays as a tombstone; its wrapped bytes are gone."""

from __future__ import annotations

import uuid

from django.db import models


class MasterKeyCheck(models.Model):
    """A box that only the right master key opens: a lost or second key is noticed before it seals anything."""

    box = models.BinaryField()

    def __str__(self) -> str:
        return "check of the master key"


class DataKey(models.Model):
    """One person's data key, wrapped by the master key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)
    destroyed_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_key_is_either_kept_or_destroyed",
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.id}{' (destroyed)' if self.destroyed_at else ''}"
