# SPDX-License-Identifier: Apache-2.0
"""Seal and open the words of drafts and determinations under the submission's data key: one context a column."""

from __future__ import annotations

from enum import StrEnum

from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey


class Column(StrEnum):
    """The context of each sealed column: a box moved to another column does not open."""

    EVIDENCE = "research.evidence"
    CONFIDENCE = "research.confidence"
    CONTRADICTIONS = "research.contradictions"
    AUTHORITY = "research.authority"
    REASON = "research.reason"
    CORRECTION = "research.correction"
    CONCURRENCE = "research.concurrence"


def seal(key: DataKey, words: str, column: Column) -> bytes:
    """Seal words for one column. Words of nothing give the shortest box there is, which the constraints refuse."""
    return keys.seal(key, words.strip().encode(), context=column)


def unseal(key: DataKey, box: bytes | memoryview, column: Column) -> str:
    """Open a column. Raises `KeyDestroyed` or `BoxError`, neither of which holds anything of the content."""
    return keys.unseal(key, box, context=column).decode()
