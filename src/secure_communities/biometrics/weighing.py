# SPDX-License-Identifier: Apache-2.0
"""Learning how the evidence of a comparison is weighed: a logistic regression whose signs are fixed beforehand.

In: evidence of mates and of strangers, from images of our own generator; out: the content of data/comparison.json.
Both kinds count the same in all, and evidence may only speak the way `comparison.SIGNS` allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import EVIDENCE, SIGNS, Belief, match
from secure_communities.biometrics.descriptor import features
from secure_communities.biometrics.evaluation import Sample
from secure_communities.biometrics.template import Template

RIDGE: Final = 3e-3  # penalty of squared weights
Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Evidence (pairs, 13) of mates and of strangers, and the two fingers of every pair."""

    mates: Rows
    strangers: Rows
    mate_fingers: NDArray[np.int64]  # (pairs, 2)
    stranger_fingers: NDArray[np.int64]

    def half(self, side: int) -> Lesson:
        """The pairs whose fingers are both even (0) or both odd (1)."""
        mates, strangers = ((f % 2 == side).all(axis=1) for f in (self.mate_fingers, self.stranger_fingers))
        return Lesson(
            self.mates[mates], self.strangers[strangers], self.mate_fingers[mates], self.stranger_fingers[strangers]
        )


def gather(templates: Mapping[Sample, Template | None], *, strangers: int, seed: int) -> Lesson:
    """Compare all mates of a set and as many strangers, drawn by seed. Pairs without a pairing teach nothing."""
    made = {sample: features(template) for sample, template in templates.items() if template is not None}
    pairs = list(combinations(sorted(made), 2))
    same = [pair for pair in pairs if pair[0][0] == pair[1][0]]
    other = [pair for pair in pairs if pair[0][0] != pair[1][0]]
    rng = np.random.default_rng(seed)
    other = [other[k] for k in np.sort(rng.choice(len(other), min(strangers, len(other)), replace=False))]

    def compare(chosen: list[tuple[Sample, Sample]]) -> tuple[Rows, NDArray[np.int64]]:
        found = [match(made[a], made[b]) for a, b in chosen]
        held = np.array([len(one.pairs) > 0 for one in found], bool)
        rows = np.array([one.evidence for one in found]).reshape(len(found), len(EVIDENCE))
        return rows[held], np.array([(a[0], b[0]) for a, b in chosen], np.int64).reshape(-1, 2)[held]

    (mates, mate_fingers), (others, other_fingers) = compare(same), compare(other)
    return Lesson(mates, others, mate_fingers, other_fingers)


def learn(lessons: Sequence[Lesson]) -> Belief:
    """Fit the weights, every lesson counting the same."""
    rows = np.concatenate([part for one in lessons for part in (one.mates, one.strangers)])
    mate = np.concatenate([np.arange(len(one.mates) + len(one.strangers)) < len(one.mates) for one in lessons])
    share = np.concatenate(
        [np.full(len(part), 0.5 / len(part) / len(lessons)) for one in lessons for part in (one.mates, one.strangers)]
    )
    centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.clip((rows - centre) / spread, -p.EVIDENCE_LIMIT, p.EVIDENCE_LIMIT)
    toward = np.where(mate, 1.0, -1.0)

    def loss(values: Rows) -> tuple[float, Rows]:
        odds = toward * (scaled @ values[1:] + values[0])
        slope = -share * toward / (1 + np.exp(odds))
        cost = float(share @ np.logaddexp(0, -odds) + RIDGE * (values[1:] ** 2).sum())
        return cost, np.concatenate([[slope.sum()], scaled.T @ slope + 2 * RIDGE * values[1:]])

    bounds = [(None, None)] + [(0, None) if s > 0 else (None, 0) if s < 0 else (None, None) for s in SIGNS]
    found = minimize(loss, np.zeros(len(EVIDENCE) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return Belief(found.x[1:], centre, spread, float(found.x[0]), p.EVIDENCE_LIMIT, p.TEMPER)


def log_odds(belief: Belief, rows: Rows) -> Rows:
    """Natural log odds of rows of evidence, at even odds beforehand."""
    scaled = np.clip((rows - belief.centre) / belief.spread, -belief.limit, belief.limit)
    odds: Rows = belief.bias + scaled @ belief.weight
    return odds


def to_data(belief: Belief, *, version: str, learned_on: Any) -> dict[str, Any]:
    """The content of data/comparison.json."""
    columns = zip(EVIDENCE, belief.weight, belief.centre, belief.spread, strict=True)
    return {
        "version": version,
        "learned_on": learned_on,
        "bias": round(belief.bias, 6),
        "evidence": {
            name: {"weight": round(float(w), 6), "centre": round(float(c), 6), "spread": round(float(s), 6)}
            for name, w, c, s in columns
        },
    }
