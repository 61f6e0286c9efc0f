# SPDX-License-Identifier: Apache-2.0
"""From scores of different people to thresholds with a stated false-match rate, and the check on held-out scores.

In: non-mated scores per finger; out: Thresholds. Per finger the bulk is empirical and the tail a generalised Pareto
distribution (Pickands 1975; Coles 2001, chapter 4); fingers of two different people are taken as independent, so the
fused score of n fingers is an n-fold convolution. Beyond the data this is extrapolation, and the report says how far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import signal, stats

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.decision import Thresholds, Zone

Scores = NDArray[np.float64]
_STEP: Final = 1e-4  # of a score, on the grid of the convolution
_GRID: Final = round(1 / _STEP) + 1


@dataclass(frozen=True, slots=True)
class Tail:
    """Non-mated scores of one finger: the sorted scores, and the Pareto tail above the quantile `above`."""

    scores: Scores
    above: float
    shape: float
    scale: float

    def exceeding(self, scores: Scores) -> Scores:
        """Chances that the finger of a different person scores higher than each of these."""
        found = 1 - np.searchsorted(self.scores, scores, "right") / len(self.scores)
        fitted = stats.genpareto.sf(scores - self.above, self.shape, 0, self.scale)
        chances: Scores = np.where(scores <= self.above, found, (1 - p.TAIL_QUANTILE) * fitted)
        return chances


def fit_tail(scores: Scores) -> Tail:
    """Fit the tail of one population by maximum likelihood. Raises ValueError on fewer than 2,000 scores."""
    if len(scores) < 2_000:
        raise ValueError(f"{len(scores)} non-mated scores are too few to fit a tail, 2,000 are needed")
    ordered = np.sort(scores)
    above = float(np.quantile(ordered, p.TAIL_QUANTILE))
    shape, _, scale = stats.genpareto.fit(ordered[ordered > above] - above, floc=0)
    # A negative shape would promise that no score can exceed some limit: never believed.
    return Tail(ordered, above, max(0.0, float(shape)), float(scale))


def worst_tail(populations: Mapping[str, Scores]) -> tuple[str, Tail]:
    """The population with the heaviest tail at the rate of a HIT, and its fit: thresholds must hold for every one."""
    tails = {name: fit_tail(scores) for name, scores in populations.items()}
    name = max(tails, key=lambda each: _score_at(tails[each], p.HIT_RATE))
    return name, tails[name]


def _score_at(tail: Tail, rate: float) -> float:
    return tail.above + float(stats.genpareto.isf(rate / (1 - p.TAIL_QUANTILE), tail.shape, 0, tail.scale))


def fused_exceedance(tail: Tail, fingers: int) -> tuple[Scores, Scores]:
    """Fused scores of n fingers on a grid, and the chance that two different people exceed each."""
    edges = np.arange(_GRID, dtype=np.float64) * _STEP
    beyond = tail.exceeding(edges)
    one = np.empty(_GRID)
    one[0] = 1 - beyond[0]
    one[1:] = beyond[:-1] - beyond[1:]  # mass of (edge − step, edge], put at its upper end: conservative
    one[-1] += beyond[-1]
    total = one
    for _ in range(fingers - 1):
        total = np.maximum(signal.fftconvolve(total, one), 0.0)
    chance = np.cumsum(total[::-1])[::-1]
    scores: Scores = np.arange(len(total), dtype=np.float64) * _STEP - fingers * p.NON_MATED_MEAN
    exceeded: Scores = np.append(chance[1:], 0.0)
    return scores, exceeded


def make_thresholds(tail: Tail, *, version: str) -> Thresholds:
    """Zones for 1 to 10 fingers at HIT_RATE and POSSIBLE_RATE. One finger alone is never a HIT."""
    zones = {}
    for fingers in range(1, 11):
        scores, chance = fused_exceedance(tail, fingers)
        hit, possible = (round(float(scores[chance <= rate][0]), 4) for rate in (p.HIT_RATE, p.POSSIBLE_RATE))
        zones[fingers] = Zone(hit if fingers >= p.FEWEST_SUPPORTING else None, possible)
    return Thresholds(version, p.HIT_RATE, p.POSSIBLE_RATE, round(_score_at(tail, p.SUPPORT_RATE), 4), zones)


def check_tail(scores: Scores, *, seed: int = 1) -> list[dict[str, float]]:
    """Fit one random half of the scores and compare expected with found exceedances in the other half."""
    shuffled = np.random.default_rng(seed).permutation(scores)
    half = len(shuffled) // 2
    tail, held = fit_tail(shuffled[:half]), shuffled[half:]
    levels = [_score_at(tail, rate) for rate in (1e-2, 3e-3, 1e-3, 3e-4, 1e-4)]
    expected = (tail.exceeding(np.array(levels)) * len(held)).tolist()
    return [
        {"score": round(level, 4), "expected": round(share, 1), "found": int((held > level).sum())}
        for level, share in zip(levels, expected, strict=True)
    ]


def miss_rates(fused: Mapping[int, Sequence[float]], thresholds: Thresholds) -> dict[int, dict[str, Any]]:
    """Share of mated searches below each zone, by number of fingers."""
    rates: dict[int, dict[str, Any]] = {}
    for fingers, values in sorted(fused.items()):
        zone, scores = thresholds.zones[fingers], np.array(values)
        rates[fingers] = {
            "mated": len(scores),
            "below_hit": None if zone.hit is None else round(float((scores < zone.hit).mean()), 5),
            "below_possible": None if zone.possible is None else round(float((scores < zone.possible).mean()), 5),
            "lowest": round(float(scores.min()), 4),
        }
    return rates
