# SPDX-License-Identifier: Apache-2.0
"""How long an answer of a source may be relied on, and how often a learned number leads to another round. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from secure_communities.identify.evidence.ports import SourceCode

# Ours. Court and movements change from one day to the next; histories and certificates hardly do.
FRESH_FOR: Mapping[SourceCode, timedelta] = {
    SourceCode.IMMIGRATION_HISTORY: timedelta(hours=24),
    SourceCode.BENEFITS: timedelta(hours=24),
    SourceCode.ENTRY_EXIT: timedelta(hours=12),
    SourceCode.COURT: timedelta(hours=12),
    SourceCode.CRIMINAL_HISTORY: timedelta(hours=24),
    SourceCode.NATURALISATION: timedelta(hours=24),
}
MOST_FOLLOW_UPS = 2


def is_stale(source: str, retrieved_at: datetime, *, now: datetime) -> bool:
    """Whether an answer is too old to be relied on without asking again. At the very limit it still stands."""
    return now - retrieved_at > FRESH_FOR[SourceCode(source)]


def stale_at(source: str, retrieved_at: datetime) -> datetime:
    """The moment after which the answer counts as stale."""
    return retrieved_at + FRESH_FOR[SourceCode(source)]
