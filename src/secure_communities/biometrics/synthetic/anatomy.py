# SPDX-License-Identifier: Apache-2.0
"""The shape of fingers in compiled code: which pattern a finger has, and where its cores and deltas lie.

In: random numbers drawn by the caller. Out: pattern codes, and the flow vector [arch, bow, half width, half height,
then per core or delta x, y, index, bends] that `orientation` reads. `identity` and `sampler` share it."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from scipy.special import ndtri

KNOTS = 16  # of the piecewise-linear correction around each core and delta
HEADER = 4  # arch, bow, half width, half height
ROW = 3 + KNOTS  # x, y, index, bends
MOST_POINTS = 4
FLOW = HEADER + ROW * MOST_POINTS
ARCH, TENTED_ARCH, LEFT_LOOP, RIGHT_LOOP, WHORL, DOUBLE_LOOP = range(6)

# Per finger of a hand, thumb first: shares of plain arches, tented arches and whorls, and of loops that open to the
# thumb's side. Orders of magnitude of the classical tables; overall about 66 % loops, 28 % whorls, 6 % arches.
_ARCHES = np.array([0.030, 0.080, 0.060, 0.015, 0.010])
_TENTED = np.array([0.005, 0.050, 0.020, 0.010, 0.005])
_WHORLS = np.array([0.36, 0.31, 0.19, 0.42, 0.13])
_RADIAL = np.array([0.01, 0.25, 0.03, 0.01, 0.005])
_TWINS = 0.18  # of the whorls
SIZES = np.array([1.14, 1.0, 1.02, 0.98, 0.86])
# How much of a finger's tendency to whorls belongs to the person, to the pair of like fingers, to the hand.
_PERSON, _PAIR, _HAND = 0.55, 0.25, 0.05
_OWN = 1 - _PERSON - _PAIR - _HAND
_ARCH_BELOW = ndtri(_ARCHES)
_TENTED_BELOW = ndtri(_ARCHES + _TENTED)
_WHORL_ABOVE = ndtri(1 - _WHORLS)


@njit(cache=True, nogil=True)
def choose_patterns(shared, pair, hand, own, side, twin, codes):  # type: ignore[no-untyped-def]
    """Ten pattern codes, correlated between the fingers of a person as real ones are.

    Each finger has a latent normal "intensity" (arch < loop < whorl) shared in part by the person, by the like finger
    of the other hand and by the hand; the thresholds give each finger its own shares. `shared` is one standard normal
    number, `pair` (5,), `hand` (2,) and `own` (2, 5) are arrays of them, `side` and `twin` (2, 5) are uniform."""
    for h in range(2):
        ulnar, radial = (RIGHT_LOOP, LEFT_LOOP) if h == 0 else (LEFT_LOOP, RIGHT_LOOP)
        for f in range(5):
            intensity = (
                math.sqrt(_PERSON) * shared + math.sqrt(_PAIR) * pair[f] + math.sqrt(_HAND) * hand[h]
                + math.sqrt(_OWN) * own[h, f]
            )  # fmt: skip
            if intensity < _ARCH_BELOW[f]:
                code = ARCH
            elif intensity < _TENTED_BELOW[f]:
                code = TENTED_ARCH
            elif intensity > _WHORL_ABOVE[f]:
                code = DOUBLE_LOOP if twin[h, f] < _TWINS else WHORL
            else:
                code = radial if side[h, f] < _RADIAL[f] else ulnar
            codes[5 * h + f] = code


@njit(cache=True, nogil=True)
def place_points(code, scale, normal, rows):  # type: ignore[no-untyped-def]
    """Fill `rows` (4, ROW) with the cores and deltas of a pattern, ideal ones; returns how many there are.

    `normal` holds twelve standard normal numbers, `scale` is the size of the finger."""
    n = np.minimum(np.maximum(normal, -2.2), 2.2)
    top, middle = 22 + 10 * n[0], 9 * n[1]
    if code == ARCH:
        return 0
    rows[0, 2], rows[1, 2] = 1.0, -1.0
    if code == TENTED_ARCH:
        rows[0, 0], rows[0, 1] = middle, top
        rows[1, 0], rows[1, 1] = middle + 6 * n[2], top - 62 - 10 * n[3]
        count = 2
    elif code in (LEFT_LOOP, RIGHT_LOOP):
        side = 1 if code == RIGHT_LOOP else -1
        rows[0, 0], rows[0, 1] = middle, top
        rows[1, 0], rows[1, 1] = middle - side * (82 + 16 * n[2]), top - 98 - 18 * n[3]
        count = 2
    else:
        apart, lean = 30 + 9 * n[2], 5 * n[3]
        if code == DOUBLE_LOOP:
            apart, lean = 54 + 8 * n[2], (52 + 8 * n[3]) * (1 if n[4] > 0 else -1)
        low = top - apart - 62
        rows[0, 0], rows[0, 1] = middle - lean / 2, top
        rows[1, 0], rows[1, 1], rows[1, 2] = middle + lean / 2, top - apart, 1.0
        rows[2, 0], rows[2, 1], rows[2, 2] = middle - 104 - 15 * n[5], low - 14 * n[6], -1.0
        rows[3, 0], rows[3, 1], rows[3, 2] = middle + 104 + 15 * n[7], low - 14 * n[8], -1.0
        count = 4
    for k in range(count):
        rows[k, 0] *= scale
        rows[k, 1] *= scale
    return count


@njit(cache=True, nogil=True)
def bend_points(code, normal, own, rows, count):  # type: ignore[no-untyped-def]
    """Fill the bends of `rows[:count]`: the shape of real loops, the turn of whorls, and what is the finger's `own`.

    The ideal field fans out below a core, where a real loop has a round head and nearly parallel legs. A loop's opening
    is the bearing along which the flow points at the core; the correction is largest at right angles to it. Deltas
    keep their ideal shape. `own` (count, KNOTS/2) are standard normal numbers."""
    turn = 0.0
    if count == 4:
        # Turning the flow around both cores makes a spiral of a whorl, and of a steep turn two interlocked loops.
        turn = 0.6 * np.sign(normal[4]) if code == DOUBLE_LOOP else 0.2 * normal[4]
    strength = 0.55 if count == 2 else 0.35
    for k in range(count):
        opening = 0.0
        for other in range(count):
            if other != k:
                opening += rows[other, 2] * math.atan2(rows[k, 1] - rows[other, 1], rows[k, 0] - rows[other, 0])
        for knot in range(KNOTS):
            bend = 0.12 * own[k, knot // 2]
            if rows[k, 2] > 0:
                bearing = -math.pi + 2 * math.pi * knot / KNOTS - opening
                bearing -= 2 * math.pi * math.floor(bearing / (2 * math.pi) + 0.5)
                bend -= strength * np.sign(bearing) * min(abs(bearing), math.pi - abs(bearing))
                bend -= turn if k < 2 else 0.0
            rows[k, 3 + knot] = bend
