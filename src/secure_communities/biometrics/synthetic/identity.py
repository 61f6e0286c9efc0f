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
from scipy.special import ndtri

POSITIONS = tuple(range(1, 11))
KNOTS = 16  # of the piecewise-linear correction around each core and delta


class Pattern(StrEnum):
    """Henry's classes, with the loops named by the side to which they open in the print."""

    ARCH = "arch"
    TENTED_ARCH = "tented arch"
    LEFT_LOOP = "left loop"
    RIGHT_LOOP = "right loop"
    WHORL = "whorl"
    DOUBLE_LOOP = "double loop"


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


# Per finger of a hand, thumb first: shares of plain arches, tented arches and whorls, and of loops that open to the
# thumb's side. Orders of magnitude of the classical tables; overall about 66 % loops, 28 % whorls, 6 % arches.
_ARCHES = np.array([0.030, 0.080, 0.060, 0.015, 0.010])
_TENTED = np.array([0.005, 0.050, 0.020, 0.010, 0.005])
_WHORLS = np.array([0.36, 0.31, 0.19, 0.42, 0.13])
_RADIAL = np.array([0.01, 0.25, 0.03, 0.01, 0.005])
_TWINS = 0.18  # of the whorls
_SIZES = np.array([1.14, 1.0, 1.02, 0.98, 0.86])
# How much of a finger's tendency to whorls belongs to the person, to the pair of like fingers, to the hand.
_PERSON, _PAIR, _HAND = 0.55, 0.25, 0.05


def draw_patterns(rng: Generator) -> list[Pattern]:
    """Ten pattern classes, correlated between the fingers of a person as real ones are.

    Each finger has a latent normal "intensity" (arch < loop < whorl) shared in part by the person, by the like finger
    of the other hand and by the hand; the thresholds give each finger its own shares."""
    shared = np.sqrt(_PERSON) * rng.standard_normal()
    pair = np.sqrt(_PAIR) * rng.standard_normal(5)
    hand = np.sqrt(_HAND) * rng.standard_normal(2)
    own = np.sqrt(1 - _PERSON - _PAIR - _HAND) * rng.standard_normal((2, 5))
    intensity = shared + pair[None, :] + hand[:, None] + own
    side, twin = rng.random((2, 5)), rng.random((2, 5))
    patterns = []
    for h in range(2):
        ulnar, radial = (Pattern.RIGHT_LOOP, Pattern.LEFT_LOOP) if h == 0 else (Pattern.LEFT_LOOP, Pattern.RIGHT_LOOP)
        for f in range(5):
            if intensity[h, f] < _ARCH_BELOW[f]:
                patterns.append(Pattern.ARCH)
            elif intensity[h, f] < _TENTED_BELOW[f]:
                patterns.append(Pattern.TENTED_ARCH)
            elif intensity[h, f] > _WHORL_ABOVE[f]:
                patterns.append(Pattern.DOUBLE_LOOP if twin[h, f] < _TWINS else Pattern.WHORL)
            else:
                patterns.append(radial if side[h, f] < _RADIAL[f] else ulnar)
    return patterns


_ARCH_BELOW = ndtri(_ARCHES)
_TENTED_BELOW = ndtri(_ARCHES + _TENTED)
_WHORL_ABOVE = ndtri(1 - _WHORLS)


def draw_fingers(rng: Generator) -> tuple[Finger, ...]:
    """Ten fingers of a new person. The size of the hand and the ridge period are shared between them."""
    patterns = draw_patterns(rng)
    size = float(np.clip(rng.normal(1.0, 0.06), 0.84, 1.16))
    period = 9.0 * size**0.6 * float(np.clip(rng.normal(1.0, 0.03), 0.92, 1.08))
    return tuple(_draw_finger(rng, position, patterns[position - 1], size, period) for position in POSITIONS)


def _draw_finger(rng: Generator, position: int, pattern: Pattern, size: float, period: float) -> Finger:
    scale = size * float(_SIZES[(position - 1) % 5])
    normal = rng.standard_normal(12)
    points = _place(pattern, scale, normal)
    bends = np.array([_loop_bends(points, k) for k in range(len(points))]).reshape(-1, KNOTS)
    if len(points) == 4:
        # Turning the flow around both cores makes a spiral of a whorl, and of a steep turn two interlocked loops.
        steep = pattern is Pattern.DOUBLE_LOOP
        bends[:2] -= 0.6 * np.sign(normal[4]) if steep else 0.2 * normal[4]
    bends += np.repeat(0.12 * rng.standard_normal((len(points), KNOTS // 2)), 2, axis=1)
    return Finger(
        position=position,
        pattern=pattern,
        singularities=tuple(
            Singularity(x, y, index, tuple(row)) for (x, y, index), row in zip(points, bends.tolist(), strict=True)
        ),
        bow=0.85 + 0.12 * float(np.clip(normal[9], -2, 2)),
        arch=0.75 + 0.15 * float(np.clip(normal[11], -2, 2)) if pattern is Pattern.ARCH else 0.0,
        period=period * (1 + 0.02 * float(normal[10])),
        half_width=min(168 * scale, 208.0),
        half_height=min(206 * scale, 244.0),
        seed=int(rng.integers(2**62)),
    )


def _place(pattern: Pattern, scale: float, n: np.ndarray) -> list[tuple[float, float, int]]:
    """Cores and deltas of a pattern as (x, y, index); `n` holds twelve standard normal numbers."""
    n = np.clip(n, -2.2, 2.2)
    top = 22 + 10 * n[0]
    middle = 9 * n[1]
    match pattern:
        case Pattern.ARCH:
            points: list[tuple[float, float, int]] = []
        case Pattern.TENTED_ARCH:
            points = [(middle, top, 1), (middle + 6 * n[2], top - 62 - 10 * n[3], -1)]
        case Pattern.LEFT_LOOP | Pattern.RIGHT_LOOP:
            side = 1 if pattern is Pattern.RIGHT_LOOP else -1
            points = [(middle, top, 1), (middle - side * (82 + 16 * n[2]), top - 98 - 18 * n[3], -1)]
        case Pattern.WHORL | Pattern.DOUBLE_LOOP:
            twin = pattern is Pattern.DOUBLE_LOOP
            apart = (54 + 8 * n[2]) if twin else (30 + 9 * n[2])
            lean = (52 + 8 * n[3]) * (1 if n[4] > 0 else -1) if twin else 5 * n[3]
            low = top - apart - 62
            points = [
                (middle - lean / 2, top, 1),
                (middle + lean / 2, top - apart, 1),
                (middle - 104 - 15 * n[5], low - 14 * n[6], -1),
                (middle + 104 + 15 * n[7], low - 14 * n[8], -1),
            ]
    return [(float(x * scale), float(y * scale), index) for x, y, index in points]


def _loop_bends(points: list[tuple[float, float, int]], which: int) -> np.ndarray:
    """Corrections that give a core the shape of a real loop: a round head and nearly parallel legs.

    The ideal field fans out below the core. A loop's opening is the bearing along which the flow points at the core;
    the correction is largest at right angles to it. Deltas keep their ideal shape."""
    x, y, index = points[which]
    if index < 0:
        return np.zeros(KNOTS)
    others = [point for k, point in enumerate(points) if k != which]
    opening = sum(i * np.arctan2(y - py, x - px) for px, py, i in others)
    bearing = np.angle(np.exp(1j * (np.linspace(-np.pi, np.pi, KNOTS, endpoint=False) - opening)))
    strength = 0.55 if len(points) == 2 else 0.35
    bends: np.ndarray = -strength * np.sign(bearing) * np.minimum(np.abs(bearing), np.pi - np.abs(bearing))
    return bends
