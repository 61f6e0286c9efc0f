# SPDX-License-Identifier: Apache-2.0
"""Compare two fingers: a score of 0 to 1 and the minutiae that were paired, which is what an examiner is shown.

In: two templates (or their Features); out: Comparison. Positions are the caller's business: see `fusion` and `search`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import kernels
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.descriptor import TABLES, Features, features
from secure_communities.biometrics.template import Template

ROOTS: Final = np.sqrt(np.arange(64 * p.WORDS + 1, dtype=np.float64))
"""Square roots of bit counts, shared with the reference so that similarities agree to the last bit."""

COUNTED: Final = np.array(
    [
        p.COUNTED_LEAST + round(p.COUNTED_SPAN / (1 + math.exp(-p.COUNTED_SLOPE * (count - p.COUNTED_CENTRE))))
        for count in range(p.MOST_MINUTIAE + 1)
    ],
    dtype=np.int64,
)
"""How many pairs a score counts, by the smaller number of minutiae."""

GEOMETRY: Final = np.array(
    [
        p.DISTANCE_CENTRE,
        p.DISTANCE_SLOPE,
        math.radians(p.ANGLE_CENTRE),
        p.ANGLE_SLOPE,
        p.DISTANCE_CENTRE - 16 / p.DISTANCE_SLOPE,  # beyond, the logistic is below 1e-7
    ]
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Score 0–1 of two fingers, and the pairs (index of a probe minutia, index of a candidate minutia) behind it.

    Indices count the templates' minutiae in their own order. Pairs come strongest first.
    """

    score: float
    pairs: tuple[tuple[int, int], ...]


def relaxation_arguments() -> tuple[Any, ...]:
    """The parameters of the relaxation in the order in which the kernels take them."""
    return (
        p.DIRECTION_LIMIT, p.PARTNERS, p.MOST_PAIRS, p.FEWEST_PAIRS, p.ROUNDS, p.RELAXATION_WEIGHT, GEOMETRY, COUNTED,
    )  # fmt: skip


def compare_features(probe: Features, candidate: Features) -> tuple[float, NDArray[np.int64]]:
    """Score and pairs (k, 2) as indices of the features' points. Fewer than FEWEST_COMPARED points give 0."""
    pairs = np.empty((p.MOST_MINUTIAE, 2), np.int64)
    if min(len(probe), len(candidate)) < p.FEWEST_COMPARED:
        return 0.0, pairs[:0]
    score, held = kernels.relax(
        probe.points,
        probe.codes,
        candidate.points,
        candidate.codes,
        len(candidate),
        *relaxation_arguments(),
        ROOTS,
        pairs,
    )
    return float(score), pairs[:held]


def score_many(probe: Features, points: NDArray[np.uint16], counts: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Scores (rows,) of one finger against stored minutiae, described on the fly; −1 where a row has too few.

    `points` (rows, MOST_MINUTIAE, 4) uint16 as in Features, of which row r holds counts[r]. One call without the
    interpreter lock: share the rows among threads.
    """
    scores = np.empty(len(points))
    t = TABLES
    kernels.score_rows(
        probe.points, probe.codes, points, counts,
        t.cosines, t.sines, t.cells, t.spatial, t.directional, t.reach, t.shift, t.threshold, p.FEWEST_NEIGHBOURS,
        *relaxation_arguments(), p.FEWEST_COMPARED, ROOTS, scores,
    )  # fmt: skip
    return scores


def _order(template: Template) -> NDArray[np.int64]:
    order: NDArray[np.int64] = np.argsort(-template.minutiae["quality"].astype(int), kind="stable")
    return order


def compare(probe: Template, candidate: Template) -> Comparison:
    """Compare two templates of one finger position each (the positions themselves are not looked at)."""
    score, pairs = compare_features(features(probe), features(candidate))
    here, there = _order(probe), _order(candidate)
    return Comparison(score, tuple((int(here[i]), int(there[j])) for i, j in pairs))


def warm() -> None:
    """Compile every kernel now (seconds without a cache, milliseconds with one), so that no request pays for it."""
    from secure_communities.biometrics.search import warm_search

    warm_search()
