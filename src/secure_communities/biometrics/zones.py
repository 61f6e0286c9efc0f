# SPDX-License-Identifier: Apache-2.0
"""From the evidence of single fingers of different people to zones with a stated false-match rate, by finger count.

In: bans of single fingers, by population; out: chances and levels. What is rarer than was counted follows from what
evidence means: others reach t bans with the chance that mates do, each divided by its ratio (change of measure;
Siegmund 1976). Fingers of two people are taken as independent, so n of them are an n-fold convolution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from secure_communities.biometrics import parameters as p

Values = NDArray[np.float64]
_STEP: Final = 0.01  # bans
_SIDE: Final = round(p.MOST_BANS / _STEP)
_GRID: Final = np.arange(-_SIDE, _SIDE + 1) * _STEP


@dataclass(frozen=True, slots=True)
class Chances:
    """For each evidence on the grid −MOST_BANS … +MOST_BANS, the chance that a non-mated finger reaches it.

    `counted_to` is the evidence up to which enough comparisons reach it to be counted.
    """

    reaching: Values
    counted_to: float


def chances(mated: Values, other: Values) -> Chances:
    """Of one population, by the bans of its mates and of others. Raises ValueError on fewer than 2,000 others.

    Counted as far as FEWEST_COUNTED others reach; beyond, the larger of what was counted and what the mates' ratios
    imply.
    """
    if len(other) < 2_000:
        raise ValueError(f"{len(other)} non-mated comparisons are too few for a rate, 2,000 are needed")
    reaching = _reaching(other, np.ones(len(other)))
    last = int(np.flatnonzero(reaching * len(other) >= p.FEWEST_COUNTED)[-1])
    implied = _reaching(mated, 10**-mated)
    reaching[last:] = np.maximum(reaching[last:], implied[last:])
    falling: Values = np.minimum(np.maximum.accumulate(reaching[::-1])[::-1], 1.0)
    return Chances(falling, float(_GRID[last]))


def _reaching(bans: Values, weights: Values) -> Values:
    """Mean over all of the weights of those at or above each level of the grid."""
    order = np.argsort(bans)
    above = np.append(np.cumsum(weights[order][::-1])[::-1], 0.0)
    shares: Values = above[np.searchsorted(bans[order], _GRID - 1e-9, "left")] / len(bans)
    return shares


def worst(populations: Mapping[str, Chances]) -> Values:
    """The chance of the population that reaches each evidence most often."""
    largest: Values = np.max([one.reaching for one in populations.values()], axis=0)
    return largest


def fused_chances(reaching: Values, fingers: int) -> tuple[Values, Values]:
    """Sums of n fingers on a grid, and the chance that two different people reach each."""
    one: Values = reaching - np.append(reaching[1:], 0.0)
    one[0] += 1 - reaching[0]
    total: Values = one
    for _ in range(fingers - 1):
        total = signal.fftconvolve(total, one).astype(np.float64)
        total[total < 0] = 0.0
    sums: Values = np.arange(-fingers * _SIDE, fingers * _SIDE + 1, dtype=np.float64) * _STEP
    reached: Values = np.minimum(np.cumsum(total[::-1])[::-1], 1.0)
    return sums, reached


def reached_at(reaching: Values, fingers: int, rate: float) -> float | None:
    """The least sum of n fingers that two different people reach no more often than this; None when none is."""
    sums, chance = fused_chances(reaching, fingers)
    rare = np.flatnonzero(chance <= rate)
    return float(sums[rare[0]]) if len(rare) else None


def level_of(reaching: Values, rate: float) -> float:
    """The least evidence that a finger of somebody else reaches no more often than this; MOST_BANS when none is."""
    rare = np.flatnonzero(reaching <= rate)
    return float(_GRID[rare[0]]) if len(rare) else p.MOST_BANS


def reach(reaching: Values, bans: Values) -> Values:
    """The chance that a finger of somebody else reaches each of these."""
    found: Values = np.interp(bans, _GRID, reaching)
    return found
