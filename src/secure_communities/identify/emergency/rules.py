# SPDX-License-Identifier: Apache-2.0
"""How long emergency access lasts, when its review is due, and what a reviewer may find. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LASTS = timedelta(minutes=60)
REVIEW_WITHIN = timedelta(hours=24)
SHORTEST_REASON = 20  # characters: a word is no reason


class Outcome(StrEnum):
    """What the review found."""

    JUSTIFIED = "JUSTIFIED"
    NOT_JUSTIFIED = "NOT_JUSTIFIED"


def runs(*, opened_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether the access is open at that moment."""
    return opened_at <= at < ends_at


def review_due(opened_at: datetime) -> datetime:
    """When somebody else should have looked at it."""
    return opened_at + REVIEW_WITHIN
