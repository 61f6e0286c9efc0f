# SPDX-License-Identifier: Apache-2.0
"""Who a synthetic person's ten fingers are: pattern class, cores and deltas, ridge period, size.

In: a seed or a random generator. Out: ten `Finger` descriptions, from which both the images (`master`, `impression`)
and the sampled templates (`sampler`) are made. Lengths are pixels at 500 ppi; a finger's own axes have the
origin in the middle of the print, x to the right and y up."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from secure_communities.biometrics.synthetic.anatomy import (
    KNOTS,
    MOST_POINTS,
    ROW,
    SIZES,
    bend_points,
    choose_patterns,
    place_points,
)

POSITIONS = tuple(range(1, 11))


class Pattern(StrEnum):
    """Henry's classes, with the loops named by the side to which they open in the print."""

    ARCH = "arch"
    TENTED_ARCH = "tented arch"
    LEFT_LOOP = "left loop"
    RIGHT_LOOP = "right loop"
    WHORL = "whorl"
    DOUBLE_LOOP = "double loop"


PATTERNS = tuple(Pattern)
"""In the order of the codes of `anatomy`."""


@dataclass(frozen=True, slots=True)
class Singularity:
    """A core (index +1) or a delta (index −1), and how the flow around it departs from the ideal one.

    `bends` are the corrections, in radians, of the ideal bearing at `KNOTS` equally spaced bearings from −π on."""

    x: float
    y: float
    index: int
    bends: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Finger:
    """One finger, before anything is printed.

    `half_width` and `half_height` bound the skin that a rolled print can show; `period` is the mean distance between
    ridges; `bow` how round the ridges of the tip are; `arch` the steepness of a plain arch (0 for the other classes);
    `seed` drives what the description leaves open."""

    position: int
    pattern: Pattern
    singularities: tuple[Singularity, ...]
    bow: float
    arch: float
    period: float
    half_width: float
    half_height: float
    seed: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Ten fingers that follow from a seed alone."""

    seed: int
    fingers: tuple[Finger, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingers", draw_fingers(np.random.default_rng([self.seed, 0x1D])))

    def finger(self, position: int) -> Finger:
        """The finger at `position` 1–10 (right thumb to right little, left thumb to left little)."""
        if position not in POSITIONS:
            raise ValueError(f"finger position {position}: expected 1 to 10")
        return self.fingers[position - 1]


def draw_patterns(rng: Generator) -> list[Pattern]:
    """Ten pattern classes, correlated between the fingers of a person (see `anatomy.choose_patterns`)."""
    shared = rng.standard_normal()
    pair, hand, own = rng.standard_normal(5), rng.standard_normal(2), rng.standard_normal((2, 5))
    side, twin = rng.random((2, 5)), rng.random((2, 5))
    codes = np.empty(10, np.int64)
    choose_patterns(shared, pair, hand, own, side, twin, codes)
    return [PATTERNS[code] for code in codes]


def draw_fingers(rng: Generator) -> tuple[Finger, ...]:
    """Ten fingers of a new person. The size of the hand and the ridge period are shared between them."""
    patterns = draw_patterns(rng)
    size = float(np.clip(rng.normal(1.0, 0.06), 0.84, 1.16))
    period = 9.0 * size**0.6 * float(np.clip(rng.normal(1.0, 0.03), 0.92, 1.08))
    return tuple(_draw_finger(rng, position, patterns[position - 1], size, period) for position in POSITIONS)


def _draw_finger(rng: Generator, position: int, pattern: Pattern, size: float, period: float) -> Finger:
    scale = size * float(SIZES[(position - 1) % 5])
    normal = rng.standard_normal(12)
    code = PATTERNS.index(pattern)
    rows = np.zeros((MOST_POINTS, ROW))
    count = place_points(code, scale, normal, rows)
    bend_points(code, normal, rng.standard_normal((count, KNOTS // 2)), rows, count)
    return Finger(
        position=position,
        pattern=pattern,
        singularities=tuple(
            Singularity(x, y, int(index), tuple(bends)) for x, y, index, *bends in rows[:count].tolist()
        ),
        bow=0.85 + 0.12 * float(np.clip(normal[9], -2, 2)),
        arch=0.75 + 0.15 * float(np.clip(normal[11], -2, 2)) if pattern is Pattern.ARCH else 0.0,
        period=period * (1 + 0.02 * float(normal[10])),
        half_width=min(168 * scale, 208.0),
        half_height=min(206 * scale, 244.0),
        seed=int(rng.integers(2**62)),
    )
