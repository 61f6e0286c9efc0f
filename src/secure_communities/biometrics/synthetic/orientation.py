# SPDX-License-Identifier: Apache-2.0
"""Ridge flow of a finger: the zero-pole field of its cores and deltas, corrected piecewise linearly around each.

In: a `Finger`. Out: ridge angle in radians (counter-clockwise from +x, y up), at points or on a grid. Sources: Sherlock
and Monro 1993; Vizcaya and Gerhardt 1996; Cappelli, Maio and Maltoni (ICPR 2000) for the arch."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from secure_communities.biometrics.synthetic.identity import KNOTS, Finger, Pattern

_HEADER = 3  # arch steepness, half width, half height
_ROW = 3 + KNOTS  # x, y, index, bends


def parameters(finger: Finger) -> NDArray[np.float64]:
    """The finger's flow as the flat vector that the compiled functions read."""
    vector = np.empty(_HEADER + _ROW * len(finger.singularities))
    vector[0] = finger.arch if finger.pattern is Pattern.ARCH else 0.0
    vector[1], vector[2] = finger.half_width, finger.half_height
    for k, point in enumerate(finger.singularities):
        row = vector[_HEADER + _ROW * k :]
        row[0], row[1], row[2] = point.x, point.y, point.index
        row[3:_ROW] = point.bends
    return vector


@njit(cache=True, nogil=True)
def angle_at(x: float, y: float, flow: NDArray[np.float64]) -> float:
    """Ridge angle at a point of the finger's axes (y up), modulo π but not reduced."""
    angle = 0.0
    if flow[0] > 0:
        reach = min(max((y + 0.9 * flow[2]) / (1.1 * flow[2]), 0.0), 1.25)
        angle -= math.atan(flow[0] * reach * math.sin(math.pi * min(max(x / (1.25 * flow[1]), -1.0), 1.0)))
    for start in range(_HEADER, len(flow), _ROW):
        bearing = math.atan2(y - flow[start + 1], x - flow[start])
        place = (bearing + math.pi) * (KNOTS / (2 * math.pi))
        knot = min(int(place), KNOTS - 1)
        share = place - knot
        bend = (1 - share) * flow[start + 3 + knot] + share * flow[start + 3 + (knot + 1) % KNOTS]
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
