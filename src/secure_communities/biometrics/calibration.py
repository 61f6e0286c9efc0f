# SPDX-License-Identifier: Apache-2.0
"""From labelled comparisons of fingers to a table of evidence: how much more probable a score is for mates.

In: scores of mates and of different people's fingers with minutiae counts and qualities; out: Evidence. Densities are
binned, the non-mated tail is a generalised Pareto distribution (Pickands 1975; Coles 2001, chapter 4) on the log odds
of the score, and the ratio is made monotone by pooling adjacent violators (Zadrozny and Elkan 2002; Brümmer 2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.evidence import Evidence

Values = NDArray[np.float64]
_MATED_LEVELS: Final = (0.002, 0.005, 0.01, 0.02, 0.035, *np.arange(0.05, 0.96, 0.05), 0.98, 0.995)
_OTHER_LEVELS: Final = (*np.arange(0.1, 0.91, 0.1), 0.95, 0.98, p.TAIL_QUANTILE, 0.997, 0.999, 0.9997, 0.9999)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Comparisons of single fingers, arrays of one length: score, lower count, lower quality, whether mated.

    A quality of NaN says nothing: such comparisons teach every quality alike.
    """

    scores: Values
    counts: Values
    qualities: Values
    mated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.scores)

    def where(self, chosen: NDArray[np.bool_]) -> Labelled:
        """The chosen comparisons only."""
        return Labelled(self.scores[chosen], self.counts[chosen], self.qualities[chosen], self.mated[chosen])


@dataclass(frozen=True, slots=True)
class Tail:
    """How non-mated scores of one population thin out above `above` (log odds), which `share` of them exceed."""

    above: float
    share: float
    shape: float
    scale: float

    def exceeding(self, odds: Values) -> Values:
        """Chance that a non-mated score has higher log odds than each of these, all at or above `above`."""
        chance: Values = self.share * stats.genpareto.sf(odds - self.above, self.shape, 0, self.scale)
        return chance


def log_odds(scores: Values) -> Values:
    """Natural log odds of scores 0–1, kept finite: the scale on which tails are fitted."""
    kept = np.clip(scores, 1e-6, 1 - 1e-6)
    odds: Values = np.log(kept / (1 - kept))
    return odds


def fit_tail(scores: Values) -> Tail:
    """Fit the tail of non-mated scores by maximum likelihood. Raises ValueError on fewer than 2,000 scores."""
    if len(scores) < 2_000:
        raise ValueError(f"{len(scores)} non-mated scores are too few to fit a tail, 2,000 are needed")
    odds = log_odds(scores)
    above = float(np.quantile(odds, p.TAIL_QUANTILE))
    beyond = odds[odds > above] - above
    if len(beyond) < 10:
        raise ValueError("the highest non-mated scores are all alike: no tail can be fitted")
    shape, _, scale = stats.genpareto.fit(beyond, floc=0)
    if shape <= 0:  # it would promise that no score can exceed some limit: never believed
        shape, scale = 0.0, float(beyond.mean())
    return Tail(above, len(beyond) / len(odds), float(shape), float(scale))


def fit_evidence(populations: Mapping[str, Labelled], *, compared: int, dependence: float) -> Evidence:
    """Fit the table on populations that count alike, however large each is; the heaviest non-mated tail rules.

    `compared` is the number of comparisons of different people that were made in all: no finger is worth more.
    Raises ValueError when a population has too few comparisons of a kind.
    """
    for name, one in populations.items():
        if one.mated.sum() < 100:
            raise ValueError(f"{name}: {one.mated.sum()} mated comparisons are too few, 100 are needed")
    everything = _join(populations)
    weights = np.concatenate([_weights(one) for one in populations.values()])
    edges = _edges(everything, weights)
    tails = [fit_tail(one.scores[~one.mated]) for one in populations.values()]
    start = int(np.searchsorted(log_odds(edges), max(tail.above for tail in tails), "left"))
    start = min(start, len(edges) - 1)
    other = ~everything.mated
    whole_mated = _masses(everything.scores[~other], weights[~other], edges, prior=None)
    whole_other = _masses(everything.scores[other], weights[other], edges, prior=None)
    whole_other[start + 1 :] = _tail_masses(tails, edges[start:])
    count_cells, quality_cells = _cells(everything)
    bans = np.empty((len(count_cells), len(quality_cells), len(edges) + 1))
    for i, (_, lowest, highest) in enumerate(count_cells):
        for j, (_, worst, best) in enumerate(quality_cells):
            inside = (everything.counts >= lowest) & (everything.counts < highest)
            inside &= np.isnan(everything.qualities) | ((everything.qualities >= worst) & (everything.qualities < best))
            mated, others = inside & ~other, inside & other
            f = _masses(everything.scores[mated], weights[mated], edges, prior=(whole_mated, p.MATED_PRIOR))
            g = _masses(everything.scores[others], weights[others], edges, prior=(whole_other, p.OTHER_PRIOR))
            # Few scores of a cell reach the tail: its level follows the cell, its form the whole.
            effective = _effective(weights[others])
            share = _share(everything.scores[others] > edges[start], weights[others])
            usual = whole_other[start + 1 :].sum()
            level = (share * effective + p.TAIL_PRIOR) / (usual * effective + p.TAIL_PRIOR)
            g[start + 1 :] = level * whole_other[start + 1 :]
            limits = (-np.log10(_effective(weights[mated]) + p.MATED_PRIOR), np.log10(compared))
            bans[i, j] = _monotone(f, g / g.sum(), limits)
    knots = _knots(everything, weights, edges)
    centres = [np.array([cell[0] for cell in cells]) for cells in (count_cells, quality_cells)]
    return Evidence(centres[0], centres[1], knots, bans, dependence)


def _join(populations: Mapping[str, Labelled]) -> Labelled:
    parts = list(populations.values())
    return Labelled(*(np.concatenate([getattr(part, name) for part in parts]) for name in Labelled.__slots__))


def _weights(one: Labelled) -> Values:
    """Every population weighs alike, its mates and its non-mates too."""
    weights: Values = np.where(one.mated, 1 / one.mated.sum(), 1 / (~one.mated).sum())
    return weights


def _effective(weights: Values) -> float:
    """How many equally weighted comparisons these are worth (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def _share(chosen: NDArray[np.bool_], weights: Values) -> float:
    return float(weights[chosen].sum() / weights.sum()) if len(weights) else 0.0


def _quantiles(values: Values, weights: Values, levels: Values) -> Values:
    order = np.argsort(values)
    at = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    found: Values = np.interp(levels, at, values[order])
    return found


def _edges(everything: Labelled, weights: Values) -> Values:
    """Edges of the bins: quantiles of the mates' scores and of the others'."""
    levels = ((everything.mated, _MATED_LEVELS), (~everything.mated, _OTHER_LEVELS))
    found = [_quantiles(everything.scores[which], weights[which], np.array(at)) for which, at in levels]
    edges: Values = np.unique(np.concatenate(found).round(9))
    return edges


def _masses(scores: Values, weights: Values, edges: Values, *, prior: tuple[Values, float] | None) -> Values:
    """Share of the weight in each bin (below, between, above the edges), drawn towards a prior distribution."""
    bins = np.bincount(np.searchsorted(edges, scores, "left"), weights, len(edges) + 1)
    size = _effective(weights)
    shares = bins / weights.sum() if size else bins
    expected, strength = prior or (np.full(len(edges) + 1, 1 / (len(edges) + 1)), 1.0)
    drawn: Values = (shares * size + expected * strength) / (size + strength)
    return drawn


def _tail_masses(tails: list[Tail], edges: Values) -> Values:
    """Non-mated shares of the bins above each edge, the last open: for each the largest over the populations."""
    odds = log_odds(edges)
    found = []
    for tail in tails:
        beyond = tail.exceeding(odds)
        found.append(beyond - np.append(beyond[1:], 0.0))
    largest: Values = np.maximum(np.max(found, axis=0), 1e-15)
    return largest


def _cells(everything: Labelled) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]:
    """(centre, from, to) of the cells of count and of quality: quantiles of what the mates have."""
    told = everything.mated & ~np.isnan(everything.qualities)
    return (
        _split(everything.counts[everything.mated], p.COUNT_CELLS),
        _split(everything.qualities[told], p.QUALITY_CELLS) if told.any() else [(50.0, -np.inf, np.inf)],
    )


def _split(values: Values, cells: int) -> list[tuple[float, float, float]]:
    inner = np.unique(np.quantile(values, np.arange(1, cells) / cells).round())
    inner = inner[(inner > values.min()) & (inner <= values.max())]
    limits = [-np.inf, *inner.tolist(), np.inf]
    return [(float(np.median(values[(values >= low) & (values < high)])), low, high) for low, high in pairwise(limits)]


def _monotone(mated: Values, other: Values, limits: tuple[float, float]) -> Values:
    """Bans of each bin, never falling, within the limits that the amount of data allows."""
    weights = mated + other
    chance = optimize.isotonic_regression(mated / weights, weights=weights).x
    chance = np.clip(chance, 1e-12, 1 - 1e-12)
    limit = p.MOST_BANS
    bans: Values = np.clip(np.log10(chance / (1 - chance)), max(-limit, limits[0]), min(limit, limits[1]))
    return np.maximum.accumulate(bans.round(4))


def _knots(everything: Labelled, weights: Values, edges: Values) -> Values:
    """One score for each bin: the median of what is in it, the middle where nothing is; strictly rising."""
    bins = np.searchsorted(edges, everything.scores, "left")
    limits = np.concatenate([[0.0], edges, [1.0]])
    knots = 0.5 * (limits[:-1] + limits[1:])
    order = np.argsort(bins, kind="stable")
    where = np.searchsorted(bins[order], np.arange(len(edges) + 2))
    for k in range(len(edges) + 1):
        chosen = order[where[k] : where[k + 1]]
        if len(chosen):
            knots[k] = _quantiles(everything.scores[chosen], weights[chosen], np.array([0.5]))[0]
    rising: Values = np.maximum.accumulate(knots + 1e-9 * np.arange(len(knots)))
    return rising
