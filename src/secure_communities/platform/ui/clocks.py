# SPDX-License-Identifier: Apache-2.0
"""A service clock as it is shown: what part of the time is used, in which tone, in which words.

Input: aware datetimes (started, due, now, and stopped once the work is done). Output: a frozen `Clock`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .tones import Tone

CLOSE = 0.75  # the part of the time after which a running clock asks for attention


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock component draws: `percent` of the time used (0–100), the tone, and two short phrases."""

    percent: int
    tone: Tone
    state: str  # "running", "close", "late", "met", "missed"
    remaining: str  # "2 h 14 min left", "35 min late", "Done in 3 h 05 min"
    reading: str  # the whole clock as one sentence, for a screen reader


def read_clock(*, due: datetime, started: datetime, now: datetime, stopped: datetime | None = None) -> Clock:
    """Read a clock.

    Raises
    ------
    ValueError
        When a time is naive or the clock is due before it starts.
    """
    if any(time.tzinfo is None for time in (due, started, now, stopped) if time is not None):
        raise ValueError("A clock needs times with a time zone.")
    if due <= started:
        raise ValueError("A clock must be due after it starts.")
    end = stopped or now
    used = (end - started) / (due - started)
    percent = max(0, min(100, round(used * 100)))
    allowed = words(due - started)
    if stopped is not None:
        taken = words(stopped - started)
        if stopped <= due:
            return Clock(percent, Tone.GOOD, "met", f"Done in {taken}", f"Done in {taken} of {allowed} allowed.")
        late = words(stopped - due)
        return Clock(100, Tone.LATE, "missed", f"Done {late} late", f"Done in {taken}, {late} after it was due.")
    if now > due:
        late = words(now - due)
        return Clock(100, Tone.LATE, "late", f"{late} late", f"Late by {late}; {allowed} were allowed.")
    left = words(due - now)
    tone, state = (Tone.ATTENTION, "close") if used >= CLOSE else (Tone.WORKING, "running")
    return Clock(percent, tone, state, f"{left} left", f"{left} left of {allowed}.")


def words(span: timedelta) -> str:
    """A span in the two largest units that matter: "2 d 3 h", "3 h 05 min", "12 min", "40 s"."""
    seconds = max(0, round(span.total_seconds()))
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes:02} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"
