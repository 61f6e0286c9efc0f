# SPDX-License-Identifier: Apache-2.0
"""Where search meets the list of records to look at: what resembles a new record is put before people, never joined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from secure_communities.identify.people import reviews, search
from secure_communities.identify.people.models import Review, SourceRecord
from secure_communities.linkage.weighing import Word

ACTOR = "system:people"
MOST = 3


def open_reviews(record: SourceRecord, *, at: datetime, by: Any = ACTOR) -> list[Review]:
    """Put a record beside those that are likely the same, or may be twins: at most `MOST` pairs."""
    opened = []
    for found in search.like(record, limit=MOST):
        if found.weighing.word is Word.LIKELY or found.weighing.twins:
            review = reviews.open_review(
                first=record, second=found.record, weight=found.weighing.total, model=found.weighing.model, by=by, at=at
            )
            opened += [review] if review is not None else []
    return opened
