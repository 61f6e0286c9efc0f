# SPDX-License-Identifier: Apache-2.0
"""Bars: a picture that says what the table beside it says. In: titles with values. Out: the context of `_bars.html`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

LENGTH, LEFT, ROW, END = 420, 300, 24, 90  # of the picture, in its units


class Bar(NamedTuple):
    """One bar: what it is of, how long, what stands at its end. `strong`: filled. `low`, `high`: its interval."""

    title: str
    value: float
    label: str
    strong: bool = False
    low: float | None = None
    high: float | None = None


def chart(bars: Sequence[Bar], *, most: float | None = None) -> dict[str, Any]:
    """Bars one under another; the longest, or `most`, takes all the room there is."""
    whole: Final = most or max((max(one.value, one.high or 0) for one in bars), default=0) or 1
    return {
        "height": ROW * max(len(bars), 1), "width": LEFT + LENGTH + END,
        "bars": [_drawn(one, place, LENGTH / whole) for place, one in enumerate(bars)],
    }  # fmt: skip


def _drawn(one: Bar, place: int, scale: float) -> dict[str, Any]:
    top = ROW * place
    drawn: dict[str, Any] = {
        "title": one.title, "value": one.label, "kind": "convicted" if one.strong else "other", "x": LEFT,
        "text_y": top + 16, "bar_y": top + 4, "width": round(one.value * scale, 1),
        "end": round(LEFT + 6 + max(one.value, one.high or 0) * scale, 1),
    }  # fmt: skip
    if one.low is not None and one.high is not None:
        drawn["interval"] = {
            "from": round(LEFT + one.low * scale, 1), "to": round(LEFT + one.high * scale, 1), "y": top + 12
        }  # fmt: skip
    return drawn
