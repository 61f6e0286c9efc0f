# SPDX-License-Identifier: Apache-2.0
"""The code of a finger for the first stage of a search: 64 bytes that stay alike when the finger is moved or turned.

In: the compared minutiae; out: 512 bits, and how much a finger's bits are worth. Pairs of neighbouring minutiae are
counted by distance and the two directions relative to the line between them; the bits are signs of projections of that
histogram onto the directions in which persons differ most and impressions least (discriminant analysis after Fisher,
signs after Charikar's random hyperplanes), learned on sampled fingers by `tools/learn_codes.py`.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics import scan_kernels

Codes = NDArray[np.uint64]
WORDS: Final = 8
"""64-bit words of a code."""
CELLS: Final = p.CODE_DISTANCES * p.CODE_ANGLES * (p.CODE_ANGLES + 1) // 2
"""Cells of the histogram: distances × unordered pairs of directions."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What the kernels need, in integers; `version` names the projection by its content."""

    near: NDArray[np.int16]  # position among the distances (16 to a cell) by squared distance, −1: not a neighbour
    arc: NDArray[np.int16]  # (257,) bearing, 768 to a turn, by 256 × the smaller of |dx|, |dy| over the larger
    corner: NDArray[np.int64]  # (angles, angles) cell of two directions, the same whichever comes first
    projection: NDArray[np.int8]  # (CELLS, 512)
    version: int


def make_geometry() -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int64]]:
    """The tables `near`, `arc` and `corner`, which do not depend on anything learned."""
    reach = p.CODE_FIRST + p.CODE_STEP * p.CODE_DISTANCES
    squares = np.sqrt(np.arange(reach * reach, dtype=np.float64))
    near = np.rint(np.maximum(squares - p.CODE_FIRST, 0) * (16 / p.CODE_STEP)).astype(np.int16)
    near[squares < p.CODE_NEAREST] = -1
    arc = np.array([round(math.atan(ratio / 256) * 768 / (2 * math.pi)) for ratio in range(257)], np.int16)
    corner = np.zeros((p.CODE_ANGLES, p.CODE_ANGLES), np.int64)
    upper = np.triu_indices(p.CODE_ANGLES)
    corner[upper] = np.arange(len(upper[0]))
    corner.T[upper] = corner[upper]
    return near, arc, corner


@cache
def tables() -> Tables:
    """The shipped tables."""
    path = resources.files("secure_communities.biometrics") / "data" / "first-stage.npy"
    with path.open("rb") as file:
        projection = np.load(file, allow_pickle=False)
    if projection.dtype != np.int8 or projection.shape != (CELLS, 64 * WORDS):
        raise ValueError(f"data/first-stage.npy is not an int8 table of {CELLS}×{64 * WORDS}: write it again")
    return make_tables(projection)


def make_tables(projection: NDArray[np.int8]) -> Tables:
    """Tables with a given projection (CELLS, 512)."""
    near, arc, corner = make_geometry()
    named = hashlib.sha256(near.tobytes() + arc.tobytes() + corner.tobytes() + projection.tobytes()).digest()
    return Tables(near, arc, corner, np.ascontiguousarray(projection), int.from_bytes(named[:4], "little"))


def code_version() -> int:
    """Names the way codes are made; codes of different versions do not compare."""
    return tables().version


def encode(points: NDArray[np.uint16], counts: NDArray[np.uint8], *, using: Tables | None = None) -> Codes:
    """Codes (rows, 8) of fingers: points (rows, MOST_MINUTIAE, 4) as in Features, of which row r holds counts[r].

    About 50 µs a finger. Fewer than FEWEST_COMPARED minutiae give a code of zeros.
    """
    t, codes = using or tables(), np.zeros((len(points), WORDS), np.uint64)
    scan_kernels.encode(points, counts, p.FEWEST_COMPARED, t.near, t.arc, t.corner, t.projection, codes)
    return codes


def weigh(count: int) -> int:
    """What a finger's code is worth beside others': the more minutiae, the more it tells."""
    return 0 if count < p.FEWEST_COMPARED else min(max(count // p.CODE_MINUTIAE_A_WEIGHT, 1), p.CODE_HEAVIEST)


def factors(weights: NDArray[np.int32]) -> NDArray[np.int32]:
    """Per mask of a row's fingers (1024,): what makes sums over different fingers comparable; 0: no common finger.

    A sum of unrelated codes spreads as the root of the squared weights of the common fingers.
    """
    squares = weights.astype(np.int64) ** 2
    there = (np.arange(1024)[:, None] >> np.arange(10)) & 1
    common = there @ squares
    found = np.zeros(1024, np.int32)
    some = common > 0
    found[some] = np.rint(256 * np.sqrt(squares.sum() / common[some])).astype(np.int32)
    return found


def best_of(parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]], keep: int) -> tuple[Any, Any]:
    """The best `keep` of several (rows, scores), best first, equal scores by row: the same however rows were shared."""
    rows = np.concatenate([part[0] for part in parts] or [np.empty(0, np.int64)])
    scores = np.concatenate([part[1] for part in parts] or [np.empty(0, np.int64)])
    order = np.lexsort((rows, -scores))[:keep]
    return rows[order], scores[order]
