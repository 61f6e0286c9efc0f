# SPDX-License-Identifier: Apache-2.0
"""Columns that hold one of a closed list: the database's CHECK and the wording for forms, from one enumeration."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q


def one_of(name: str, field: str, values: Iterable[str], *, blank: bool = False) -> models.CheckConstraint:
    """The column holds one of `values` (or nothing, where `blank`)."""
    allowed = sorted(str(value) for value in values)
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": [*allowed, ""] if blank else allowed}))


def named(values: Iterable[str]) -> list[tuple[str, str]]:
    """Django's choices for `values`, worded for people."""
    return [(str(value), str(value).replace("_", " ").capitalize()) for value in values]
