# SPDX-License-Identifier: Apache-2.0
"""Flat hands: four fingers pressed together, a thumb or both thumbs, as one image.

In: an identity, a position 11–15, an impression number, the conditions of the day. Out: a uint8 image at 500 ppi and
where the last joint of each finger is in it, as (left, right, top, bottom), the order of field 14.021."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import STYLES, Kind, Pixels, press, skin_of_the_day
from secure_communities.biometrics.synthetic.joint import draw_crease, erase_below, lower_joint, soil

RIGHT_THUMB, LEFT_THUMB, RIGHT_FOUR, LEFT_FOUR = SLAPS = (11, 12, 13, 14)
BOTH_THUMBS = 15
FINGERS = {RIGHT_THUMB: (1,), LEFT_THUMB: (6,), RIGHT_FOUR: (2, 3, 4, 5), LEFT_FOUR: (10, 9, 8, 7), BOTH_THUMBS: (6, 1)}
"""The fingers of each slap from left to right in the image."""

_THUMB, _THUMBS, _FOUR = (560, 480), (620, 1000), (1000, 1600)
_FRAMES = {RIGHT_THUMB: _THUMB, LEFT_THUMB: _THUMB, RIGHT_FOUR: _FOUR, LEFT_FOUR: _FOUR, BOTH_THUMBS: _THUMBS}
# How far up each finger reaches, index first, in px at 500 ppi: the middle finger is the longest.
_REACH = {2: 0.0, 3: 105.0, 4: 62.0, 5: -135.0}


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a hand was laid down and on what. Lengths in px, angles in degrees, `halo` in gray levels.

    `joints`: darkness 0–1 of the joints below the creases, 0 without creases; `turn` None: some degrees at random."""

    turn: float | None = None
    gap: tuple[float, float] = (292.0, 322.0)
    uneven: float = 10.0  # spread of how far the fingers reach
    tilt: float = 0.0  # of the row of fingertips against the fingers
    joints: float = 0.0
    halo: float = 0.0
    specks: int = 0
    strokes: int = 0
    rules: int = 0


CLEAN = Conditions()


def rough_conditions(rng: Generator) -> Conditions:
    """Conditions as bad as an ordinary day brings: turned up to 25°, fingers touching or apart, creases, dirt, ink."""
    gap = rng.uniform(252, 330)
    return Conditions(
        turn=float(np.clip(rng.normal(0, 11), -25, 25)),
        gap=(gap, gap),
        uneven=22.0,
        tilt=float(rng.normal(0, 4)),
        joints=float(rng.choice([0.0, 0.35, 0.6, 0.8, 1.0])),
        halo=float(rng.choice([0.0, 15.0, 35.0])),
        specks=int(rng.choice([0, 8, 30])),
        strokes=int(rng.choice([0, 0, 2, 5])),
        rules=int(rng.choice([0, 0, 1])),
    )


@dataclass(frozen=True, slots=True)
class Slap:
    """A slap and its fingers: `boxes` maps the finger 1–10 to (left, right, top, bottom) in px."""

    position: int
    pixels: Pixels
    boxes: dict[int, tuple[int, int, int, int]]


def slap_image(
    identity: Identity,
    position: int,
    *,
    impression: int,
    missing: frozenset[int] = frozenset(),
    conditions: Conditions = CLEAN,
) -> Slap:
    """A slap: 1600 × 1000 px for four fingers, 480 × 560 for a thumb; fingers in `missing` leave no trace.

    The hand turns as a whole by some degrees and its fingers spread. Raises ValueError for another position."""
    if position not in FINGERS:
        raise ValueError(
            f"slap position {position}: expected 11, 12 (thumbs), 13, 14 (four fingers) or 15 (two thumbs)"
        )
    rng = np.random.default_rng([identity.seed, position, impression, 0x51])
    height, width = _FRAMES[position]
    skin = skin_of_the_day(identity, impression)
    pixels = _paper(rng, height, width)
    boxes = {}
    for finger, x, y, turn in _layout(rng, position, conditions):
        pressing = np.random.default_rng([identity.seed, finger, impression, 0x52])
        if finger in missing:
            continue
        style = replace(STYLES[Kind.PLAIN], turn=math.radians(1.5), shift=9.0, height=448, width=400)
        skin_of_finger = identity.finger(finger)
        print_ = press(skin_of_finger, pressing, style=style, skin=skin, turn=turn)
        if conditions.joints > 0:
            crease = draw_crease(pressing, half_height=style.reach_along * skin_of_finger.half_height)
            print_ = erase_below(print_, crease, turn=turn)
            breadth = style.reach_across * skin_of_finger.half_width
            joint = lower_joint(pressing, crease, half_width=breadth, turn=turn, darkness=conditions.joints)
            _darken(pixels, joint, round(x), round(y))
        boxes[finger] = _place(pixels, print_, round(x), round(y))
    dirt = np.random.default_rng([identity.seed, position, impression, 0x53])
    if conditions.halo or conditions.specks or conditions.strokes or conditions.rules:
        soil(
            pixels, dirt,
            halo=conditions.halo, specks=conditions.specks, strokes=conditions.strokes, rules=conditions.rules,
        )  # fmt: skip
    return Slap(position, pixels, boxes)


def _layout(rng: Generator, position: int, conditions: Conditions) -> list[tuple[int, float, float, float]]:
    """Finger, centre x and y (image px) and turn (radians, counter-clockwise) of each finger of the slap."""
    height, width = _FRAMES[position]
    drawn = math.radians(float(np.clip(rng.normal(0, 5), -11, 11)))
    turn = drawn if conditions.turn is None else math.radians(conditions.turn)
    fingers = FINGERS[position]
    if len(fingers) == 1:
        return [(fingers[0], width / 2 + rng.normal(0, 12), height / 2 + rng.normal(0, 16), turn)]
    if position == BOTH_THUMBS:  # thumbs lie side by side and turn each for itself
        return [
            (finger, width / 2 + (order - 0.5) * 470 + rng.normal(0, 8), 270 + rng.normal(0, 12), (0.5 - order) * turn)
            for order, finger in enumerate(fingers)
        ]
    gap = rng.uniform(*conditions.gap)
    tilt = math.tan(math.radians(conditions.tilt))
    places = []
    for order, finger in enumerate(fingers):
        across = (order - 1.5) * gap + rng.normal(0, 5)
        up = _REACH[finger if position == RIGHT_FOUR else finger - 5] + rng.normal(0, conditions.uneven) - tilt * across
        spread = math.radians(-2.2) * (order - 1.5)
        x = width / 2 + across * math.cos(turn) - up * math.sin(turn)
        y = height / 2 - across * math.sin(turn) - up * math.cos(turn)
        places.append((finger, x, y, turn + spread))
    if conditions.turn is None:
        return places
    # A hand turned far is laid down so that all four fingertips still find room.
    margin = 170
    x_off = _room([x for _, x, _, _ in places], width, margin)
    y_off = _room([y for _, _, y, _ in places], height, margin)
    return [(finger, x + x_off, y + y_off, own) for finger, x, y, own in places]


def _room(places: list[float], length: int, margin: int) -> float:
    """How far to move so that all places keep `margin` from both ends, or are at least centred."""
    low, high = min(places), max(places)
    if high - low > length - 2 * margin:
        return (length - low - high) / 2
    return max(0.0, margin - low) + min(0.0, length - margin - high)


def _paper(rng: Generator, height: int, width: int) -> Pixels:
    noise = rng.standard_normal((height, width), dtype=np.float32)
    pixels: Pixels = np.clip(np.rint(246 + 1.5 * noise), 0, 255).astype(np.uint8)
    return pixels


def _darken(pixels: Pixels, part: Pixels, x: int, y: int) -> tuple[Pixels, int, int]:
    """Darken `pixels` by a patch centred at (x, y); returns what of it lies inside, and its left and top."""
    height, width = part.shape
    top, left = y - height // 2, x - width // 2
    r0, c0 = max(top, 0), max(left, 0)
    r1, c1 = max(r0, min(top + height, pixels.shape[0])), max(c0, min(left + width, pixels.shape[1]))
    inside = part[r0 - top : r1 - top, c0 - left : c1 - left]
    target = pixels[r0:r1, c0:c1]
    # The print's own paper gives way to the slap's, so that no frame shows around a finger.
    target[...] = np.minimum(target, np.where(inside > 225, 255, inside))
    return inside, c0, r0


def _place(pixels: Pixels, print_: Pixels, x: int, y: int) -> tuple[int, int, int, int]:
    """Darken `pixels` by a print centred at (x, y); returns the box of its ink."""
    inside, left, top = _darken(pixels, print_, x, y)
    ink = inside < 200
    rows, columns = np.flatnonzero(ink.sum(axis=1) > 3), np.flatnonzero(ink.sum(axis=0) > 3)
    return left + int(columns[0]), left + int(columns[-1]), top + int(rows[0]), top + int(rows[-1])
