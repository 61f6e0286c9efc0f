# SPDX-License-Identifier: Apache-2.0
"""Minutiae as marks to draw over a finger image: position, direction tick, kind and quality band.

Input: mappings in image pixels. Output: coordinates ready for an SVG whose view box is the image itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

TICK = 2.6  # length of the direction tick, in radii
FINGERS = {
    1: "Right thumb",
    2: "Right index",
    3: "Right middle",
    4: "Right ring",
    5: "Right little",
    6: "Left thumb",
    7: "Left index",
    8: "Left middle",
    9: "Left ring",
    10: "Left little",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One minutia on screen: centre, upper left corner, end of its tick, and the words for its style classes."""

    x: float
    y: float
    left: float
    top: float
    tick_x: float
    tick_y: float
    kind: str  # "ending", "bifurcation", "other"
    quality: str  # "high", "medium", "low", "unknown"
    pair: int | None = None  # number of the pair it belongs to


def mark_radius(*, width: int, height: int) -> float:
    """Radius of a mark in image pixels: about 1.3 % of the longer side, so that it looks alike at any resolution."""
    return round(max(width, height) * 0.013, 1)


def draw_marks(minutiae: Iterable[Mapping[str, Any]], *, radius: float) -> list[Mark]:
    """Turn minutiae into marks.

    Parameters
    ----------
    minutiae
        Each with `x`, `y` in pixels from the upper left corner, `angle_degrees` counted counter-clockwise from the
        positive x axis (the sense of ISO/IEC 19794-2), optional `kind`, `quality` (0–100) and `pair`: the number by
        which a minutia of another image is marked as the same one.
    radius
        Of a mark, in pixels.
    """
    marks = []
    for minutia in minutiae:
        x, y, angle = float(minutia["x"]), float(minutia["y"]), radians(float(minutia["angle_degrees"]))
        kind = str(minutia.get("kind", "other"))
        marks.append(
            Mark(
                x=round(x, 1),
                y=round(y, 1),
                left=round(x - radius, 1),
                top=round(y - radius, 1),
                tick_x=round(x + TICK * radius * cos(angle), 1),
                tick_y=round(y - TICK * radius * sin(angle), 1),  # image rows count downwards
                kind=kind if kind in ("ending", "bifurcation") else "other",
                quality=quality_band(minutia.get("quality")),
                pair=minutia.get("pair"),
            )
        )
    return marks


def quality_band(quality: float | None) -> str:
    """The quality 0–100 as one of three bands."""
    if quality is None:
        return "unknown"
    return "high" if quality >= 67 else "medium" if quality >= 34 else "low"
