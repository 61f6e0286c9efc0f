# SPDX-License-Identifier: Apache-2.0
"""Storage of what was published. Rows are never changed or deleted (trigger)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from secure_communities.oversight.transparency.files import Kind
from secure_communities.platform.listed import named, one_of


class Publication(models.Model):
    """One state's quarter, published once. `inputs`: the counts it was made from, unhidden, which never leave."""

    state = models.ForeignKey("agencies.State", on_delete=models.PROTECT, related_name="publications")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    inputs = models.BinaryField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-year", "-quarter", "state"]
        constraints = [
            models.UniqueConstraint(fields=["state", "year", "quarter"], name="a_quarter_is_published_once"),
            models.CheckConstraint(
                name="only_whole_quarters_are_published",
                condition=Q(quarter__gte=1, quarter__lte=4, year__gte=2000, year__lte=2099),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state_id} {self.year}-Q{self.quarter}"


class PublishedFile(models.Model):
    """One file of a publication, byte for byte as everybody reads it."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=16, choices=named(Kind))
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["publication", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "kind"], name="one_file_of_a_kind"),
            one_of("a_published_file_is_of_a_known_kind", "kind", Kind),
            models.CheckConstraint(
                name="a_published_file_has_its_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}: {self.kind}"
