# SPDX-License-Identifier: Apache-2.0
"""Sample values for the style guide: sources of evidence in every state, and a disagreement. About nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def sources(at: datetime) -> dict[str, Any]:
    """One source in each state."""
    record = {"id": "IMH-0000000001", "href": "#sources", "protected": False}
    withheld = {"id": "BEN-0000000002", "href": "#sources", "protected": True}

    def source(title: str, text: str, tone: str, sentence: str = "", **more: Any) -> dict[str, Any]:
        plain = {"attempt": 1, "retrieved_at": at, "records": [], "stale": "", "retry": False, "unasked": False}
        return {
            "code": "SAMPLE", "title": title, "system": "SAMPLE REGISTER", "tag": {"text": text, "tone": tone},
            "text": sentence, **plain, **more,
        }  # fmt: skip

    return {
        "asking": False,
        "failed_title": "No answer from Court",
        "failed_text": "What would have been said is not known.",
        "gather_url": "#sources",
        "sources": [
            source("History", "1 record", "good", records=[record]),
            source("Benefits", "1 record", "good", records=[withheld]),
            source("Movements", "Holds no record", "neutral", "The source looked, and holds no record."),
            source("Court", "Failed", "late", "The source is not available. This is not an answer.", retry=True),
            source("Criminal history", "Being asked", "working", "The question is out.", retrieved_at=None),
            source("Archive", "Not asked yet", "neutral", unasked=True, retrieved_at=None),
            source(
                "Naturalisation", "1 record", "good", records=[record], attempt=2,
                stale="Retrieved 26 h ago: ask again before relying on it.",
            ),
        ],
    }  # fmt: skip


def contradictions() -> list[dict[str, Any]]:
    """Two sources and the booking that do not agree."""
    return [
        {
            "title": "Day and month of birth are turned round",
            "why": "Both orders are customary. One of the two dates was read in the other order.",
            "sayings": [
                {"says": "Apr 9, 1980", "sources": [{"text": "The booking", "note": "SC-SAMPLE"}]},
                {"says": "Sep 4, 1980", "sources": [{"text": "Court", "note": "CRT-0000000003", "href": "#sources"}]},
            ],
        }
    ]
