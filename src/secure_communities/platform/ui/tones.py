# SPDX-License-Identifier: Apache-2.0
"""The five tones a state may have on screen, the two lanes, and the icon each carries beside its words.

A tone never stands alone: every component writes the state as text.
"""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """How urgent or settled a state is; never what it says about a person."""

    NEUTRAL = "neutral"
    WORKING = "working"
    GOOD = "good"
    ATTENTION = "attention"
    LATE = "late"


class Lane(StrEnum):
    """Which register's side of the work something belongs to."""

    CRIMINAL = "criminal"
    IMMIGRATION = "immigration"
    BOTH = "both"


TONE_ICONS = {
    Tone.NEUTRAL: "radio_button_unchecked",
    Tone.WORKING: "autorenew",
    Tone.GOOD: "check_circle",
    Tone.ATTENTION: "priority_high",
    Tone.LATE: "error",
}

LANE_TITLES = {
    Lane.CRIMINAL: "Criminal",
    Lane.IMMIGRATION: "Immigration",
    Lane.BOTH: "Both registers",
}

ACTORS = {
    "person": ("person", "Person"),
    "machine": ("settings", "System"),
    "agency": ("account_balance", "Agency"),
}


def tone_of(value: str | Tone | None) -> Tone:
    """The tone by name; none means neutral. Raises ValueError for a name that is not a tone."""
    return Tone(value) if value else Tone.NEUTRAL


def lane_of(value: str | Lane | None) -> Lane:
    """The lane by name; none means both. Raises ValueError for a name that is not a lane."""
    return Lane(value) if value else Lane.BOTH
