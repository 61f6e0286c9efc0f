# SPDX-License-Identifier: Apache-2.0
"""Features of a finger: its best minutiae and, for each, a binary code of who its neighbours are and how they point.

In: a template; out: Features. Around each minutia, turned with it, lie rings of cells that widen with distance as skin
stretches do; every neighbour marks the cells within reach of its place, in the sectors within reach of its direction.
Descends from fixed-radius neighbour structures (Ratha et al. 2000; Jiang and Yau 2000) and bit codes as in Cappelli
et al. (PAMI 2010); rings, reach that grows with distance and marking instead of summed votes are this engine's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import comparison_kernels
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.template import MINUTIA, Template

_SCALE_BITS: Final = 10  # fixed-point bits of the cosines
_STEP_BITS: Final = 2  # places are told apart in squares of 4 px


class Tables(NamedTuple):
    """Constants of the code, in integers so that every machine computes the same bits, and of its comparison."""

    cosines: NDArray[np.int64]  # (256,)
    sines: NDArray[np.int64]  # (256,)
    places: NDArray[np.uint64]  # (squares, squares, WORDS) cells, in all sectors, that a neighbour there marks
    turns: NDArray[np.uint64]  # (256, WORDS) sectors, in all cells, that a neighbour turned so marks
    reach: int  # px², neighbours beyond mark nothing
    middle: int  # fixed-point offset of the middle of `places`
    shift: int  # from fixed point to squares
    fewest: int  # neighbours of a minutia that is described
    unit: NDArray[np.float64]  # (256, 2) cosine and sine
    roots: NDArray[np.float64]  # square roots of bit counts


def _cells() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres (cells, 2) along and across the minutia's direction, and the reach of each, in px."""
    centres, reaches = [], []
    for ring, (radius, cells) in enumerate(zip(p.RING_RADII, p.RING_CELLS, strict=True)):
        for cell in range(cells):
            angle = 2 * math.pi * (cell + 0.5 * (ring % 2)) / cells
            centres.append((radius * math.cos(angle), radius * math.sin(angle)))
            reaches.append(p.CELL_REACH * 2 * math.pi * radius / cells)
    return np.array(centres), np.array(reaches)


def _pack(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    padded = np.zeros((*bits.shape[:-1], 64 * p.WORDS), np.bool_)
    padded[..., : bits.shape[-1]] = bits
    words: NDArray[np.uint64] = np.packbits(padded, axis=-1, bitorder="little").view("<u8")
    return words


def _make_tables() -> Tables:
    angles = np.arange(256) * (2 * math.pi / 256)
    unit = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    centres, reaches = _cells()
    farthest = float(p.RING_RADII[-1] + reaches[-1])
    half = int(farthest) // (1 << _STEP_BITS) + 1
    middles = (np.arange(2 * half) - half + 0.5) * (1 << _STEP_BITS)
    along, across = np.meshgrid(middles, middles, indexing="ij")
    marked = np.hypot(along[..., None] - centres[:, 0], across[..., None] - centres[:, 1]) <= reaches
    width = 360 / p.SECTORS
    away = np.abs((np.arange(256)[:, None] * 360 / 256 - (np.arange(p.SECTORS) + 0.5) * width + 180) % 360 - 180)
    shift = _SCALE_BITS + _STEP_BITS
    return Tables(
        cosines=np.rint(unit[:, 0] * (1 << _SCALE_BITS)).astype(np.int64),
        sines=np.rint(unit[:, 1] * (1 << _SCALE_BITS)).astype(np.int64),
        places=_pack(np.repeat(marked, p.SECTORS, axis=-1)),
        turns=_pack(np.tile(away <= p.SECTOR_REACH, (1, len(centres)))),
        reach=int(farthest**2),
        middle=half << shift,
        shift=shift,
        fewest=p.FEWEST_NEIGHBOURS,
        unit=unit,
        roots=np.sqrt(np.arange(64 * p.WORDS + 1, dtype=np.float64)),
    )


TABLES: Final = _make_tables()


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of one finger.

    points (n, 4) uint16: x, y, direction, kind·256 + quality; codes (n, 8) uint64.
    """

    points: NDArray[np.uint16]
    codes: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.points)


def order(template: Template) -> NDArray[np.int64]:
    """Which minutiae are compared, and in which order: best quality first, then by content, at most MOST_MINUTIAE."""
    m = template.minutiae
    ranked: NDArray[np.int64] = np.lexsort((m["kind"], m["direction"], m["y"], m["x"], -m["quality"].astype(int)))
    return ranked[: p.MOST_MINUTIAE]


def best_points(template: Template) -> NDArray[np.uint16]:
    """The minutiae that are compared, as Features.points."""
    rows = template.minutiae[order(template)]
    points = np.empty((len(rows), 4), np.uint16)
    points[:, 0], points[:, 1], points[:, 2] = rows["x"], rows["y"], rows["direction"]
    points[:, 3] = rows["kind"].astype(np.uint16) * 256 + rows["quality"]
    return points


def to_minutiae(points: NDArray[np.uint16]) -> NDArray[Any]:
    """The minutiae (template rows) that points were made of."""
    rows = np.empty(len(points), MINUTIA)
    rows["x"], rows["y"], rows["direction"] = points[:, 0], points[:, 1], points[:, 2]
    rows["kind"], rows["quality"] = points[:, 3] >> 8, points[:, 3] & 0xFF
    return rows


def features(template: Template) -> Features:
    """Describe the best minutiae of a template, some tens of microseconds."""
    points = best_points(template)
    codes = np.zeros((len(points), p.WORDS), np.uint64)
    comparison_kernels.describe(points, len(points), TABLES, codes)
    return Features(points, codes)
