# SPDX-License-Identifier: Apache-2.0
"""Compare two fingers: a score of 0 to 1, the minutiae that were paired and how one print lies on the other.

In: two templates (or their Features); out: Comparison. Pairs of alike neighbourhoods support each other where they
agree (relaxation), the best supported seed alignments, each alignment pairs all minutiae on skin that bends, and the
evidence of the best pairing is weighed by a logistic regression learned on made-up fingers (`data/comparison.json`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import comparison_kernels as kernels
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.descriptor import TABLES, Features, features, order
from secure_communities.biometrics.template import Template

EVIDENCE: Final = (
    "worth density",  # worth of the pairing by the root of the minutiae that could have been paired
    "worth",  # root of the worth: closeness times similarity, summed over pairs
    "worth share",  # worth by the minutiae that could have been paired
    "paired share",  # pairs by the minutiae that could have been paired
    "similarity",  # mean of the pairs' codes
    "links",  # root of the number of pairs of pairs near each other that moved together
    "support",  # root of what agreed with the seed of the alignment
    "kinds",  # mean of +1 for pairs of one kind, −1 for others
    "alone",  # root of the unpaired quality where both prints have minutiae
    "residual",  # px, mean distance of pairs on stiff skin
    "turn",  # root of the mean of 1 − cosine of the pairs' directions
    "fewer",  # log of one more than the minutiae of the finger that has fewer
    "more",  # the same of the other
)
"""What a comparison weighs, in the order of the kernel."""

SIGNS: Final = (1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, 0, 0)
"""Which way evidence may speak for a match, whatever a training set says; 0: either way."""


class Settings(NamedTuple):
    """The parameters of a comparison, in the units of the kernels: see `parameters`."""

    least_cosine: float
    partners: int
    most_pairs: int
    fewest_pairs: int
    gap: float
    gap_share: float
    bearing: float
    turn: float
    rounds: int
    inertia: float
    hypotheses: int
    refined: int
    same_alignment: float
    lever: float
    first_tolerance: float
    tolerance: float
    pair_turn: float
    place_share: float
    plain_share: float
    stiffness: float
    softness: float
    link_reach: float
    link_gap: float
    link_share: float
    doubt: float


def _cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


SETTINGS: Final = Settings(
    least_cosine=_cosine(p.DIRECTION_TURN),
    partners=p.PARTNERS,
    most_pairs=p.MOST_PAIRS,
    fewest_pairs=p.FEWEST_PAIRS,
    gap=p.GAP,
    gap_share=p.GAP_SHARE,
    bearing=_cosine(p.BEARING),
    turn=_cosine(p.TURN),
    rounds=p.ROUNDS,
    inertia=p.INERTIA,
    hypotheses=p.HYPOTHESES,
    refined=p.REFINED,
    same_alignment=p.SAME_ALIGNMENT,
    lever=p.LEVER,
    first_tolerance=p.FIRST_TOLERANCE,
    tolerance=p.TOLERANCE,
    pair_turn=_cosine(p.PAIR_TURN),
    place_share=p.PLACE_SHARE,
    plain_share=p.PLAIN_SHARE,
    stiffness=p.STIFFNESS,
    softness=1 / p.SOFTNESS**2,
    link_reach=p.LINK_REACH**2,
    link_gap=p.LINK_GAP**2,
    link_share=p.LINK_SHARE**2,
    doubt=p.DOUBT,
)


class Belief(NamedTuple):
    """How evidence is weighed: log odds = bias + Σ weight · (evidence − centre) / spread, limited in each term."""

    weight: NDArray[np.float64]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    bias: float
    limit: float
    temper: float


@cache
def belief() -> Belief:
    """The shipped weights. Raises ValueError when they are of other evidence than this code's."""
    path = resources.files("secure_communities.biometrics") / "data" / "comparison.json"
    data = json.loads(path.read_text("utf-8"))
    if list(data["evidence"]) != list(EVIDENCE):
        raise ValueError("data/comparison.json weighs other evidence than this version: run `biometrics tune` again")
    weight, centre, spread = (
        np.array([one[key] for one in data["evidence"].values()]) for key in ("weight", "centre", "spread")
    )
    return Belief(weight, centre, spread, float(data["bias"]), p.EVIDENCE_LIMIT, p.TEMPER)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the probe lies on the candidate: turned by `angle` degrees (counter-clockwise), then moved by dx, dy px
    (image axes, y downwards), the turn being about the origin of the probe's image."""

    dx: float
    dy: float
    angle: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Score 0–1 of two fingers, the pairs (index of a probe minutia, index of a candidate minutia) behind it, and the
    alignment, None where none was found. Indices count the templates' minutiae in their own order."""

    score: float
    pairs: tuple[tuple[int, int], ...]
    alignment: Alignment | None = None


class Match(NamedTuple):
    """What the kernel finds: evidence (13,), pairs (k, 2) of point indices, motion (4,) as cosine, sine, dx, dy."""

    evidence: NDArray[np.float64]
    pairs: NDArray[np.int64]
    motion: NDArray[np.float64]


def match(probe: Features, candidate: Features) -> Match:
    """Pair two fingers and gather the evidence, without weighing it; no pair where either has too few minutiae."""
    evidence, motion = np.zeros(len(EVIDENCE)), np.array([1.0, 0.0, 0.0, 0.0])
    pairs = np.empty((p.MOST_MINUTIAE, 2), np.int64)
    if min(len(probe), len(candidate)) < p.FEWEST_COMPARED:
        return Match(evidence, pairs[:0], motion)
    found = kernels.match(
        probe.points, probe.codes, len(probe), candidate.points, candidate.codes, len(candidate),
        TABLES, SETTINGS, evidence, pairs, motion,
    )  # fmt: skip
    return Match(evidence, pairs[:found], motion)


def compare_features(probe: Features, candidate: Features) -> tuple[float, NDArray[np.int64]]:
    """Score and pairs (k, 2) as indices of the features' points. Fewer than FEWEST_COMPARED points give 0."""
    found = match(probe, candidate)
    return float(kernels.believe(found.evidence, len(found.pairs), belief())), found.pairs


def score_many(probe: Features, points: NDArray[np.uint16], counts: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Scores (rows,) of one finger against stored minutiae, described on the fly; −1 where a row has too few.

    `points` (rows, MOST_MINUTIAE, 4) uint16 as in Features, of which row r holds counts[r]. One call without the
    interpreter lock: share the rows among threads.
    """
    scores = np.empty(len(points))
    kernels.score_rows(probe.points, probe.codes, points, counts, p.FEWEST_COMPARED, TABLES, SETTINGS, belief(), scores)
    return scores


def compare(probe: Template, candidate: Template) -> Comparison:
    """Compare two templates of one finger position each (the positions themselves are not looked at)."""
    found = match(features(probe), features(candidate))
    score = float(kernels.believe(found.evidence, len(found.pairs), belief()))
    if not len(found.pairs):
        return Comparison(score, ())
    here, there = order(probe), order(candidate)
    cosine, sine, dx, dy = found.motion.tolist()
    return Comparison(
        score,
        tuple((int(here[i]), int(there[j])) for i, j in found.pairs),
        Alignment(dx, -dy, math.degrees(math.atan2(sine, cosine))),
    )


def warm() -> None:
    """Compile every kernel now (seconds without a cache, milliseconds with one), so that no request pays for it."""
    from secure_communities.biometrics.search import warm_search

    warm_search()
