# SPDX-License-Identifier: Apache-2.0
"""Error rates of scores: detection error trade-off, rates at stated false-match rates, intervals, rank curves.

In: genuine and impostor scores, a pair being accepted when its score reaches the threshold. Out: rates 0–1 in the terms
of ISO/IEC 19795-1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Labels = NDArray[np.int64]
_SLACK = 1e-12  # rates are sums of weights; a rate of exactly 1 % must count as 1 %


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Equal error rate, and the share of genuine pairs missed (0–1) at false-match rates 1 %, 0.1 % and zero."""

    eer: float
    fmr100: float
    fmr1000: float
    zerofmr: float


RATES = tuple(field.name for field in fields(ErrorRates))


class Trade:
    """The trade-off of one set of scores: at every threshold that matters, pairs missed and pairs falsely matched.

    Sorting is done once, so that resampled weights cost two cumulative sums.
    """

    def __init__(self, genuine: Scores, impostor: Scores) -> None:
        if not len(genuine) or not len(impostor):
            raise ValueError("both genuine and impostor scores are needed")
        self._genuine, self._impostor = np.argsort(genuine), np.argsort(impostor)
        self.thresholds: Scores = np.unique(np.concatenate([genuine, impostor, [impostor.max() + 1.0]]))
        self._below_genuine = np.searchsorted(genuine[self._genuine], self.thresholds, "left")
        self._below_impostor = np.searchsorted(impostor[self._impostor], self.thresholds, "left")

    def rates(self, genuine: Scores | None = None, impostor: Scores | None = None) -> tuple[Scores, Scores]:
        """Missed genuine and matched impostor pairs (shares, by threshold); pairs may carry weights."""
        missed = _below(self._genuine, self._below_genuine, genuine)
        matched = 1 - _below(self._impostor, self._below_impostor, impostor)
        return missed, matched

    def summary(self, genuine: Scores | None = None, impostor: Scores | None = None) -> ErrorRates:
        """The four rates that sets are compared by."""
        missed, matched = self.rates(genuine, impostor)
        nearest = int(np.abs(missed - matched).argmin())
        at = [float(missed[matched <= limit + _SLACK].min()) for limit in (0.01, 0.001, 0.0)]
        return ErrorRates(float(missed[nearest] + matched[nearest]) / 2, *at)

    def det(self) -> list[tuple[float, float]]:
        """Corners (false-match rate, false-non-match rate) of the trade-off, from strict to lenient."""
        missed, matched = self.rates()
        corners: list[tuple[float, float]] = []
        for fmr, fnmr in sorted(zip(np.maximum(matched, 0.0).tolist(), missed.tolist(), strict=True)):
            if not corners or fnmr < corners[-1][1]:
                corners.append((fmr, fnmr))
        return corners


def _below(order: NDArray[np.int64], below: NDArray[np.int64], weights: Scores | None) -> Scores:
    if weights is None:
        plain: Scores = below / len(order)
        return plain
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    shares: Scores = total[below] / total[-1]
    return shares


def resample(
    trade: Trade, genuine_fingers: Labels, impostor_fingers: Labels, *, rounds: int = 1_000, seed: int = 1
) -> Scores:
    """Rates of bootstrap samples of the fingers, (rounds, 4) in the order of RATES.

    The finger is what was sampled, not the pair, so fingers are drawn with replacement and every pair carries the
    product of how often its fingers were drawn (Bolle, Ratha, Pankanti, CVIU 2004: the subsets bootstrap).
    `genuine_fingers` (n,), `impostor_fingers` (m, 2).
    """
    found = []
    for drawn in _draws(np.union1d(genuine_fingers, impostor_fingers), rounds, seed):
        own = drawn[genuine_fingers]
        cross = drawn[impostor_fingers].prod(axis=1)
        if own.any() and cross.any():
            rates = trade.summary(own, cross)
            found.append([getattr(rates, name) for name in RATES])
    return np.array(found, dtype=np.float64).reshape(-1, len(RATES))


def _draws(fingers: Labels, rounds: int, seed: int) -> Iterator[Scores]:
    rng = np.random.default_rng(seed)
    for _ in range(rounds):
        drawn = np.zeros(int(fingers.max()) + 1)
        np.add.at(drawn, rng.choice(fingers, len(fingers)), 1.0)
        yield drawn


def interval(samples: Scores, *, share: float = 0.95) -> list[tuple[float, float]]:
    """The middle `share` of bootstrap samples (rounds, rates): one (low, high) for each rate."""
    low, high = np.quantile(samples, [(1 - share) / 2, (1 + share) / 2], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def cumulative_match(ranks: Labels, *, longest: int = 10) -> list[float]:
    """Share of searches whose mate stands at rank 1, at most 2, … (the CMC). Ranks count from 1."""
    return [float((ranks <= rank).mean()) for rank in range(1, longest + 1)]


@dataclass(frozen=True, slots=True)
class Separation:
    """How far apart the two kinds of score stand: `gap` is worst genuine − best impostor, negative if they overlap.

    `spread` is the pooled standard deviation √((s²_genuine + s²_impostor) / 2), both kinds counting alike however many
    pairs of each there are.
    """

    worst_genuine: float
    best_impostor: float
    spread: float

    @property
    def gap(self) -> float:
        """Worst genuine − best impostor."""
        return self.worst_genuine - self.best_impostor


def separation(genuine: Scores, impostor: Scores) -> Separation:
    """The gap between the two kinds of score and their pooled standard deviation."""
    spread = (
        float(np.sqrt((genuine.var(ddof=1) + impostor.var(ddof=1)) / 2))
        if min(len(genuine), len(impostor)) > 1
        else 0.0
    )
    return Separation(float(genuine.min()), float(impostor.max()), spread)
