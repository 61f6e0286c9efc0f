# SPDX-License-Identifier: Apache-2.0
"""How good likelihood ratios are: their cost, how much of it is bad calibration, whether they mean what they say.

In: bans (log10 likelihood ratios) of mates and of different people; out: numbers for the report of a calibration.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Values = NDArray[np.float64]


def cllr(mated: Values, other: Values) -> float:
    """Cost of log likelihood ratios, in bits: 0 perfect, 1 says nothing (Brümmer and du Preez 2006)."""
    for_mates, for_others = np.logaddexp2(0, -mated * np.log2(10)), np.logaddexp2(0, other * np.log2(10))
    return float(for_mates.mean() + for_others.mean()) / 2


def min_cllr(mated: Values, other: Values) -> float:
    """The cost that remains after the best monotone recalibration (pooling adjacent violators): what ranking allows."""
    levels, place = np.unique(np.concatenate([mated, other]), return_inverse=True)
    first = np.bincount(place[: len(mated)], minlength=len(levels)) / len(mated)
    second = np.bincount(place[len(mated) :], minlength=len(levels)) / len(other)
    share = optimize.isotonic_regression(first / (first + second), weights=first + second).x
    there, elsewhere = first > 0, second > 0
    cost = -(first[there] * np.log2(share[there])).sum() - (second[elsewhere] * np.log2(1 - share[elsewhere])).sum()
    return max(0.0, float(cost) / 2)


def reliability(mated: Values, other: Values, *, width: float = 0.5) -> list[dict[str, Any]]:
    """In bins of stated bans: how many of each kind there were, and the bans that their shares amount to.

    `observed` is None where a kind is missing, so that no ratio can be formed.
    """
    lowest, highest = (
        float(np.floor(each / width)) for each in (min(mated.min(), other.min()), max(mated.max(), other.max()))
    )
    edges = np.arange(lowest, highest + 2) * width
    found = [np.histogram(values, edges)[0] for values in (mated, other)]
    rows = []
    for k in range(len(edges) - 1):
        first, second = int(found[0][k]), int(found[1][k])
        if not first + second:
            continue
        inside = np.concatenate([each[(each >= edges[k]) & (each < edges[k + 1])] for each in (mated, other)])
        ratio = np.log10(first / len(mated)) - np.log10(second / len(other)) if first and second else None
        rows.append(
            {
                "stated": round(float(inside.mean()), 3),
                "observed": None if ratio is None else round(float(ratio), 3),
                "mated": first,
                "other": second,
            }
        )
    return rows


def tippett(values: Values, *, step: float = 0.5) -> list[tuple[float, float]]:
    """(bans, share of the values at or above them): one of the two curves of a Tippett plot."""
    grid = np.arange(np.floor(values.min() / step), np.ceil(values.max() / step) + 1) * step
    shares = 1 - np.searchsorted(np.sort(values), grid, "left") / len(values)
    return [(round(float(at), 3), round(float(share), 7)) for at, share in zip(grid, shares, strict=True)]


def upper_limit(found: int, of: int, *, confidence: float = 0.95) -> float:
    """Upper limit of a rate of which `found` cases in `of` were seen (Clopper and Pearson 1934); 3/of for none."""
    from scipy import stats

    return float(stats.beta.ppf(confidence, found + 1, of - found)) if found < of else 1.0
