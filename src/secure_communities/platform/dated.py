# SPDX-License-Identifier: Apache-2.0
"""Rows that hold for a range of days: the abstract model, its query, and the constraints that go with it.

A range is half-open: in force from `starts_on`, no longer in force on `ends_on`. An open end is NULL. A row that
was ended before it began has both days equal and was never in force.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class DatedQuerySet(models.QuerySet[Any]):
    """Adds the one question that dated rows are asked."""

    def in_force(self, on: date) -> DatedQuerySet:
        """Only the rows in force on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


class Dated(models.Model):
    """From `starts_on` up to, but not including, `ends_on`."""

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def in_force(self, on: date) -> bool:
        """Whether this row holds on that day."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    """A range never runs backwards (equal days: ended before it began)."""
    return models.CheckConstraint(name=name, condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")))


def never_two_at_once(name: str, *keys: str, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows with equal `keys` are in force on the same day."""
    days = Func("starts_on", "ends_on", RangeBoundary(), function="DATERANGE", output_field=DateRangeField())
    expressions: list[tuple[Any, str]] = [(key, RangeOperators.EQUAL) for key in keys]
    return ExclusionConstraint(
        name=name, expressions=[*expressions, (days, RangeOperators.OVERLAPS)], condition=condition
    )
