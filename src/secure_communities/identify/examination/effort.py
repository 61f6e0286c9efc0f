# SPDX-License-Identifier: Apache-2.0
"""What an examiner used while looking: seconds, fingers, tools. Codes only; it measures the work, never the verdict.

The browser counts and says so; what it says is read strictly, and what cannot be is left out. Whether the pairs were
opened is not asked of the browser: the server knows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST = 8 * 3600  # seconds: a page left open over night is no work
LARGEST = 2_000  # letters of what a browser may say


class Tool(StrEnum):
    """The tools of the viewer."""

    ZOOM = "zoom"
    PAN = "pan"
    ROTATE = "rotate"
    UNLOCK = "unlock"
    CONTRAST = "contrast"
    BRIGHTNESS = "brightness"
    INVERT = "invert"
    MARKS = "marks"
    PAIRS = "pairs"
    ALIGN = "align"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds in which the page was visible, finger positions looked at (1–10), tools used. None: not said."""

    seconds: int | None = None
    fingers: tuple[int, ...] = ()
    tools: tuple[Tool, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Codes for an event."""
        return {
            "seconds_visible": self.seconds,
            "fingers": list(self.fingers),
            "tools": [one.value for one in self.tools],
        }


NOT_SAID = Effort()


def read_effort(text: str) -> Effort:
    """What the browser said, as JSON `{"seconds": 83, "fingers": [1, 2], "tools": ["zoom"]}`; never an error."""
    if len(text) > LARGEST:
        return NOT_SAID
    try:
        said = json.loads(text)
    except ValueError:
        return NOT_SAID
    if not isinstance(said, dict):
        return NOT_SAID
    seconds: Any = said.get("seconds")
    known = {one.value for one in Tool}
    return Effort(
        min(max(int(seconds), 0), LONGEST) if _number(seconds) else None,
        tuple(sorted({one for one in _list(said.get("fingers")) if _number(one) and one in range(1, 11)})),
        tuple(Tool(one) for one in sorted({one for one in _list(said.get("tools")) if isinstance(one, str)} & known)),
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
