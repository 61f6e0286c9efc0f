# SPDX-License-Identifier: Apache-2.0
"""Features of a finger: its best minutiae and, for each, a binary code of who its neighbours are and how they point.

In: a template; out: Features (points and 512-bit codes) of one version. The code is a grid of cells turned with the
minutia, a Gaussian vote of every neighbour per cell and direction section, thresholded; it stands in the line of the
Minutia Cylinder-Code (Cappelli, Ferrara, Maltoni, PAMI 2010) and hides behind `features` so that it can be replaced.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import kernels
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.template import MINUTIA, Template

_SCALE: Final = 1 << 10  # fixed-point units per px
_STEP_SHIFT: Final = 18  # squared distances are tabulated in steps of a quarter px²
_WEIGHT: Final = 1 << 20  # fixed-point one of the two weights


@dataclass(frozen=True, slots=True)
class Tables:
    """Constants of the code, in integers so that every machine computes the same bits."""

    cosines: NDArray[np.int64]  # (256,)
    sines: NDArray[np.int64]  # (256,)
    cells: NDArray[np.int64]  # (cells, 2) centres, u along the minutia's direction
    spatial: NDArray[np.int64]  # weight by squared distance
    directional: NDArray[np.int64]  # (256, sections) weight by turn
    reach: int  # px², neighbours beyond have no vote
    shift: int
    threshold: int


def _make_tables() -> Tables:
    angles = np.arange(256) * (2 * math.pi / 256)
    cell = 2 * p.NEIGHBOURHOOD_RADIUS / p.GRID
    centres = [
        ((column + 0.5) * cell - p.NEIGHBOURHOOD_RADIUS, (row + 0.5) * cell - p.NEIGHBOURHOOD_RADIUS)
        for row in range(p.GRID)
        for column in range(p.GRID)
    ]
    inside = [(u, v) for u, v in centres if math.hypot(u, v) <= p.NEIGHBOURHOOD_RADIUS]
    steps = int((3 * p.CELL_SIGMA) ** 2 * _SCALE**2) >> _STEP_SHIFT
    squares = (np.arange(steps) + 0.5) * (2**_STEP_SHIFT / _SCALE**2)
    gauss = np.exp(-squares / (2 * p.CELL_SIGMA**2)) / (p.CELL_SIGMA * math.sqrt(2 * math.pi))
    sigma = math.radians(p.DIRECTION_SIGMA_DEGREES)
    width = 2 * math.pi / p.SECTIONS
    directional = np.zeros((256, p.SECTIONS))
    for turn in range(256):
        for section in range(p.SECTIONS):
            offset = (-math.pi + (section + 0.5) * width - turn * 2 * math.pi / 256 + math.pi) % (2 * math.pi) - math.pi
            low, high = (offset - width / 2) / sigma, (offset + width / 2) / sigma
            directional[turn, section] = (math.erf(high / math.sqrt(2)) - math.erf(low / math.sqrt(2))) / 2
    return Tables(
        cosines=np.rint(np.cos(angles) * _SCALE).astype(np.int64),
        sines=np.rint(np.sin(angles) * _SCALE).astype(np.int64),
        cells=np.rint(np.array(inside) * _SCALE).astype(np.int64),
        spatial=np.rint(gauss * _WEIGHT).astype(np.int64),
        directional=np.rint(directional * _WEIGHT).astype(np.int64),
        reach=round((p.NEIGHBOURHOOD_RADIUS + 3 * p.CELL_SIGMA) ** 2),
        shift=_STEP_SHIFT,
        threshold=round(p.CELL_THRESHOLD * _WEIGHT**2),
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


def best_points(template: Template) -> NDArray[np.uint16]:
    """The minutiae that are compared: at most MOST_MINUTIAE, best quality first, in a stable order."""
    rows = template.minutiae[np.argsort(-template.minutiae["quality"].astype(int), kind="stable")][: p.MOST_MINUTIAE]
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
    """Describe the best minutiae of a template, about half a millisecond."""
    points = best_points(template)
    codes = np.zeros((len(points), p.WORDS), np.uint64)
    t = TABLES
    kernels.describe(
        points, t.cosines, t.sines, t.cells, t.spatial, t.directional, t.reach, t.shift, t.threshold,
        p.FEWEST_NEIGHBOURS, codes,
    )  # fmt: skip
    return Features(points, codes)
