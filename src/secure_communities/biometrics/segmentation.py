# SPDX-License-Identifier: Apache-2.0
"""Plain images of several fingers, cut into fingertips: a slap of four, a thumb, two thumbs.

In: uint8 H×W, ridges dark, its resolution and position 11–15, the fingers known to be missing. Out: a Segmentation:
finger, box, turn and length of every fingertip (the last joint only, cut at its crease), and what was odd."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.fingertips import Fingertip, find_fingertips
from secure_communities.biometrics.hand import name_fingers, side_of
from secure_communities.biometrics.image import Pixels, resample
from secure_communities.biometrics.ridge_map import map_ridges

FINGERS: Final[Mapping[int, tuple[int, ...]]] = {
    11: (1,),
    12: (6,),
    13: (2, 3, 4, 5),
    14: (10, 9, 8, 7),
    15: (6, 1),
}
"""The fingers that an image of each position shows, from left to right."""
THUMBS: Final = frozenset({1, 6})


class Side(StrEnum):
    """Which hand the shape of a slap suggests."""

    RIGHT = "right"
    LEFT = "left"
    UNCLEAR = "unclear"


class NotASlap(ValueError):
    """The image cannot be segmented; the message says why."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels of the image as sent, half-open: left ≤ x < right, top ≤ y < bottom."""

    left: int
    right: int
    top: int
    bottom: int

    @property
    def area(self) -> int:
        """Its px²."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0–1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0, width) * max(0, height)
        return shared / max(1, self.area + other.area - shared)


@dataclass(frozen=True, slots=True)
class Segment:
    """One fingertip. `finger` 1–10; `turn` in degrees, counter-clockwise from upright.

    `outline` are the corners (x, y) in px of the rectangle that is turned with the finger, clockwise from top left."""

    finger: int
    box: Box
    turn: float
    outline: tuple[tuple[int, int], ...]
    cut_at_crease: bool


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What a plain image shows. `turn` of the whole hand in degrees, counter-clockwise; `absent`: the fingers of this
    position that were not found and not declared missing; `remarks` are sentences for a human."""

    position: int
    segments: tuple[Segment, ...]
    turn: float
    side: Side
    absent: tuple[int, ...]
    remarks: tuple[str, ...]


def segment(
    pixels: Pixels, *, position: int, ppi: float = p.RESOLUTION, missing: frozenset[int] = frozenset()
) -> Segmentation:
    """Find the fingertips of a plain image. About 0.3 s for a slap. Raises NotASlap for a wrong position or image."""
    if position not in FINGERS:
        raise NotASlap(
            f"position {position} is not a plain image: 11 and 12 are thumbs, 13 and 14 slaps, 15 two thumbs"
        )
    _check(pixels, ppi)
    fingers = [finger for finger in FINGERS[position] if finger not in missing]
    upright = resample(pixels, ppi)
    ridges = map_ridges(upright)
    tips, turn = find_fingertips(upright, ridges, wanted=len(fingers)) if fingers else ([], 0.0)
    side = Side(side_of(tips, turn=turn)) if len(FINGERS[position]) == 4 else Side.UNCLEAR
    named, sure = name_fingers(tips, fingers, turn=turn, mirrored=position == 14)
    scale = upright.shape[0] / pixels.shape[0]
    segments = tuple(_segment(finger, tip, scale, pixels.shape) for finger, tip in named)
    absent = tuple(sorted(set(fingers) - {one.finger for one in segments}))
    remarks = list(_remarks(position, absent, sure=sure, side=side))
    return Segmentation(position, segments, round(math.degrees(turn), 1), side, absent, tuple(remarks))


def _check(pixels: Pixels, ppi: float) -> None:
    if pixels.ndim != 2 or pixels.dtype != np.uint8:
        raise NotASlap("the image is not 8-bit gray")
    if not 100 <= ppi <= 2_000:  # also refuses NaN
        raise NotASlap(f"{ppi} ppi is not a resolution of 100 to 2000 ppi")
    largest = max(pixels.shape) * p.RESOLUTION / ppi
    if largest > p.LARGEST_SIDE or min(pixels.shape) * p.RESOLUTION / ppi < p.SMALLEST_SIDE:
        height, width = pixels.shape
        raise NotASlap(
            f"the image is {width}×{height} px at {ppi:.0f} ppi; a side may have "
            f"{p.SMALLEST_SIDE} to {p.LARGEST_SIDE} px at 500 ppi"
        )


def _remarks(position: int, absent: tuple[int, ...], *, sure: bool, side: Side) -> list[str]:
    remarks = []
    if absent:
        names = ", ".join(map(str, absent))
        doubt = "" if sure else "; which one is a guess from the spacing"
        remarks.append(f"no fingertip was found for finger {names}, and nothing says that it is missing{doubt}")
    expected = {13: Side.RIGHT, 14: Side.LEFT}.get(position)
    if expected and side not in (expected, Side.UNCLEAR):
        remarks.append(f"the shape of the hand suggests a {side} hand")
    return remarks


def _segment(finger: int, tip: Fingertip, scale: float, shape: tuple[int, ...]) -> Segment:
    height, width = shape[0], shape[1]
    corners = tip.corners / scale
    left, top, right, bottom = (value / scale for value in tip.bounds)
    box = Box(
        max(0, math.floor(left)), min(width, math.ceil(right)), max(0, math.floor(top)), min(height, math.ceil(bottom))
    )
    outline = tuple((round(float(x)), round(float(y))) for x, y in corners)
    return Segment(finger, box, round(math.degrees(tip.turn), 1), outline, tip.cut)


def cut(pixels: Pixels, found: Segment, *, margin: int = 12) -> Pixels:
    """The fingertip alone: its box and a margin; beside a finger of four, all outside its turned rectangle is paper."""
    height, width = pixels.shape
    box = found.box
    left, right = max(0, box.left - margin), min(width, box.right + margin)
    top, bottom = max(0, box.top - margin), min(height, box.bottom + margin)
    part: Pixels = pixels[top:bottom, left:right].copy()
    if found.finger not in THUMBS:
        outside = _outside(found.outline, left=left, top=top, shape=part.shape, margin=margin)
        part[outside] = np.uint8(np.percentile(part, 95))
    return part


def _outside(
    outline: tuple[tuple[int, int], ...], *, left: int, top: int, shape: tuple[int, ...], margin: int
) -> NDArray[np.bool_]:
    y, x = np.mgrid[top : top + shape[0], left : left + shape[1]]
    outside = np.zeros(shape, np.bool_)
    for (ax, ay), (bx, by) in zip(outline, (*outline[1:], outline[0]), strict=True):
        length = math.hypot(bx - ax, by - ay) or 1.0
        distance = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length  # positive inside, corners go clockwise
        outside |= distance < -margin
    return outside
