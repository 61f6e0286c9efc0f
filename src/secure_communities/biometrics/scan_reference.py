# SPDX-License-Identifier: Apache-2.0
"""The first stage in plain NumPy: slow, readable, and the judge of `scan_kernels`, bit for bit.

In: minutiae or codes; out: histogram, code, scan scores.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.first_stage import Codes, Tables


def pair_histogram(points: NDArray[np.uint16], tables: Tables) -> NDArray[np.int64]:
    """Histogram (distances, cells) of a finger's neighbouring pairs, in 4,096ths of a pair."""
    width, distances = 768 // p.CODE_ANGLES, p.CODE_DISTANCES
    found = np.zeros((distances, len(tables.projection) // distances), np.int64)
    for i, (x, y, direction, _) in enumerate(points.astype(np.int64)):
        for to_x, to_y, other, _ in points[:i].astype(np.int64):
            dx, dy = int(to_x - x), int(y - to_y)
            square = dx * dx + dy * dy
            if square >= len(tables.near) or tables.near[square] < 0:
                continue
            steep = abs(dy) > abs(dx)
            bearing = int(tables.arc[256 * min(abs(dx), abs(dy)) // max(abs(dx), abs(dy))])
            bearing = 192 - bearing if steep else bearing
            bearing = 384 - bearing if dx < 0 else bearing
            bearing = -bearing if dy < 0 else bearing
            near = divmod(int(tables.near[square]), 16)
            here, there = (3 * direction - bearing) % 768, (3 * other - bearing - 384) % 768
            for step, a_step, b_step in np.ndindex(2, 2, 2):
                shares = [
                    part if up else 16 - part
                    for up, part in (
                        (step, near[1]), (a_step, here % width * 16 // width), (b_step, there % width * 16 // width),
                    )
                ]  # fmt: skip
                cell = near[0] + step
                if cell < distances:
                    a, b = (here // width + a_step) % p.CODE_ANGLES, (there // width + b_step) % p.CODE_ANGLES
                    found[cell, tables.corner[a, b]] += int(np.prod(shares))
    return found


def encode(points: NDArray[np.uint16], tables: Tables) -> Codes:
    """The code (8,) of one finger."""
    if len(points) < p.FEWEST_COMPARED:
        return np.zeros(8, np.uint64)
    sums = pair_histogram(points, tables).ravel() @ tables.projection.astype(np.int64)
    return np.packbits(sums > 0, bitorder="little").view("<u8").astype(np.uint64)


def scan(
    codes: Codes, masks: NDArray[np.uint16], probe: Codes, weights: NDArray[np.int32], factors: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Scan scores (rows,) of codes (10, rows, 8) for a probe (10, 8); rows whose factor is 0 are not to be returned."""
    apart = np.bitwise_count(codes ^ probe[:, None]).sum(axis=2, dtype=np.int64)
    middles = np.bitwise_count(probe).sum(axis=1, dtype=np.int64)
    scores: NDArray[np.int64] = (weights.astype(np.int64)[:, None] * (middles[:, None] - apart)).sum(axis=0)
    return scores * factors[masks]
