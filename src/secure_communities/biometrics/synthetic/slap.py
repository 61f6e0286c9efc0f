# SPDX-License-Identifier: Apache-2.0
"""Flat hands: four fingers pressed together, or a thumb, as one image.

In: an identity, a position 11–14, an impression number. Out: a uint8 image at 500 ppi and where each finger is in it,
as (left, right, top, bottom), the order of field 14.021."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import STYLES, Kind, Pixels, press, skin_of_the_day

RIGHT_THUMB, LEFT_THUMB, RIGHT_FOUR, LEFT_FOUR = SLAPS = (11, 12, 13, 14)
FINGERS = {RIGHT_THUMB: (1,), LEFT_THUMB: (6,), RIGHT_FOUR: (2, 3, 4, 5), LEFT_FOUR: (10, 9, 8, 7)}
"""The fingers of each slap from left to right in the image."""

_FRAMES = {RIGHT_THUMB: (560, 480), LEFT_THUMB: (560, 480), RIGHT_FOUR: (1000, 1600), LEFT_FOUR: (1000, 1600)}
# How far up each finger reaches, index first, in px at 500 ppi: the middle finger is the longest.
_REACH = {2: 0.0, 3: 105.0, 4: 62.0, 5: -135.0}


@dataclass(frozen=True, slots=True)
class Slap:
    """A slap and its fingers: `boxes` maps the finger 1–10 to (left, right, top, bottom) in px."""

    position: int
    pixels: Pixels
    boxes: dict[int, tuple[int, int, int, int]]


def slap_image(identity: Identity, position: int, *, impression: int, missing: frozenset[int] = frozenset()) -> Slap:
    """A slap: 1600 × 1000 px for four fingers, 480 × 560 for a thumb; fingers in `missing` leave no trace.

    The hand turns as a whole by some degrees and its fingers spread. Raises ValueError for another position."""
    if position not in SLAPS:
        raise ValueError(f"slap position {position}: expected 11, 12 (thumbs), 13 or 14 (four fingers)")
    rng = np.random.default_rng([identity.seed, position, impression, 0x51])
    height, width = _FRAMES[position]
    skin = skin_of_the_day(identity, impression)
    pixels = _paper(rng, height, width)
    boxes = {}
    for finger, x, y, turn in _layout(rng, position):
        pressing = np.random.default_rng([identity.seed, finger, impression, 0x52])
        if finger in missing:
            continue
        style = replace(STYLES[Kind.PLAIN], turn=math.radians(1.5), shift=9.0, height=448, width=400)
        print_ = press(identity.finger(finger), pressing, style=style, skin=skin, turn=turn)
        boxes[finger] = _place(pixels, print_, round(x), round(y))
    return Slap(position, pixels, boxes)


def _layout(rng: Generator, position: int) -> list[tuple[int, float, float, float]]:
    """Finger, centre x and y (image px) and turn (radians, counter-clockwise) of each finger of the slap."""
    height, width = _FRAMES[position]
    turn = math.radians(float(np.clip(rng.normal(0, 5), -11, 11)))
    fingers = FINGERS[position]
    if len(fingers) == 1:
        return [(fingers[0], width / 2 + rng.normal(0, 12), height / 2 + rng.normal(0, 16), turn)]
    gap = rng.uniform(292, 322)
    places = []
    for order, finger in enumerate(fingers):
        across = (order - 1.5) * gap + rng.normal(0, 5)
        up = _REACH[finger if position == RIGHT_FOUR else finger - 5] + rng.normal(0, 10)
        spread = math.radians(-2.2) * (order - 1.5)
        x = width / 2 + across * math.cos(turn) - up * math.sin(turn)
        y = height / 2 - across * math.sin(turn) - up * math.cos(turn)
        places.append((finger, x, y, turn + spread))
    return places


def _paper(rng: Generator, height: int, width: int) -> Pixels:
    noise = rng.standard_normal((height, width), dtype=np.float32)
    pixels: Pixels = np.clip(np.rint(246 + 1.5 * noise), 0, 255).astype(np.uint8)
    return pixels


def _place(pixels: Pixels, print_: Pixels, x: int, y: int) -> tuple[int, int, int, int]:
    """Darken `pixels` by a print centred at (x, y); returns the box of its ink."""
    height, width = print_.shape
    top, left = y - height // 2, x - width // 2
    r0, c0 = max(top, 0), max(left, 0)
    r1, c1 = min(top + height, pixels.shape[0]), min(left + width, pixels.shape[1])
    part = print_[r0 - top : r1 - top, c0 - left : c1 - left]
    target = pixels[r0:r1, c0:c1]
    ink = part < 200
    # The print's own paper gives way to the slap's, so that no frame shows around a finger.
    blend = np.minimum(target, np.where(part > 225, 255, part))
    target[...] = blend
    rows, columns = np.flatnonzero(ink.sum(axis=1) > 3), np.flatnonzero(ink.sum(axis=0) > 3)
    return c0 + int(columns[0]), c0 + int(columns[-1]), r0 + int(rows[0]), r0 + int(rows[-1])
