# SPDX-License-Identifier: Apache-2.0
"""Closed lists of the worklists."""

from __future__ import annotations

from enum import StrEnum


class NoteKind(StrEnum):
    """What a written line on an item is."""

    NOTE = "note"
    HAND_OVER = "hand_over"
    ESCALATION = "escalation"
    ANSWER = "answer"
