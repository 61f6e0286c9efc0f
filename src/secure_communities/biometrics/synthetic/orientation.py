# SPDX-License-Identifier: Apache-2.0
"""Ridge flow of a finger: the zero-pole field of its cores and deltas, corrected piecewise linearly around each.

In: a `Finger`. Out: ridge angle in radians (counter-clockwise from +x, y up), at points or on a grid. Sources: Sherlock
and Monro 1993; Vizcaya and Gerhardt 1996; Cappelli, Maio and Maltoni (ICPR 2000) for the arch."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from secure_communities.biometrics.synthetic.anatomy import HEADER, KNOTS, ROW
from secure_communities.biometrics.synthetic.identity import Finger

REACH = 130.0  # px over which the corrections fade, so that they leave the far field alone


def parameters(finger: Finger) -> NDArray[np.float64]:
    """The finger's flow as the flat vector that the compiled functions read."""
    vector = np.empty(HEADER + ROW * len(finger.singularities))
    vector[:HEADER] = finger.arch, finger.bow, finger.half_width, finger.half_height
    for k, point in enumerate(finger.singularities):
        row = vector[HEADER + ROW * k :]
        row[0], row[1], row[2] = point.x, point.y, point.index
        row[3:ROW] = point.bends
    return vector


@njit(cache=True, nogil=True)
def angle_at(x: float, y: float, flow: NDArray[np.float64]) -> float:
    """Ridge angle at a point of the finger's axes (y up), modulo π but not reduced."""
    arch, bow, half_width, half_height = flow[0], flow[1], flow[2], flow[3]
    high = y / half_height
    # The tip's ridges follow the nail: arcs about a point below; flat at the crease.
    tip = 1 / (1 + math.exp(-5 * (high - 0.05)))
    angle: float = -bow * tip * math.atan(0.8 * x / half_width)
    if arch > 0:
        across = x / (0.42 * half_width)
        hump = math.exp(-((high + 0.05) ** 2) / 0.32)
        angle -= math.atan(1.65 * arch * hump * across * math.exp(-0.5 * across * across))
    for start in range(HEADER, len(flow), ROW):
        dx, dy = x - flow[start], y - flow[start + 1]
        bearing = math.atan2(dy, dx)
        place = (bearing + math.pi) * (KNOTS / (2 * math.pi))
        knot = min(int(place), KNOTS - 1)
        share = place - knot
        bend = (1 - share) * flow[start + 3 + knot] + share * flow[start + 3 + (knot + 1) % KNOTS]
        bend *= math.exp(-(dx * dx + dy * dy) / (2 * REACH * REACH))
        angle += 0.5 * flow[start + 2] * (bearing + bend)
    return angle


@njit(cache=True, nogil=True)
def _fill(angles: NDArray[np.float32], flow: NDArray[np.float64], step: float) -> None:
    height, width = angles.shape
    for row in range(height):
        y = (0.5 * (height - 1) - row) * step
        for column in range(width):
            angles[row, column] = angle_at((column - 0.5 * (width - 1)) * step, y, flow) % math.pi


def orientation_field(finger: Finger, *, height: int, width: int, step: float = 1.0) -> NDArray[np.float32]:
    """Ridge angles in [0, π) on a `height` × `width` grid centred on the finger, `step` pixels (500 ppi) apart."""
    angles = np.empty((height, width), np.float32)
    _fill(angles, parameters(finger), step)
    return angles
