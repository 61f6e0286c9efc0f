# SPDX-License-Identifier: Apache-2.0
"""From the evidence of single fingers of different people to zones with a stated false-match rate, by finger count.

In: bans of non-mated fingers, by population; out: thresholds. What is rarer than was observed follows a law, not a
fitted curve: evidence of t bans arises by chance at most once in 10^t (Good 1950; Royall 1997). Fingers of two people
are taken as independent, so n of them are an n-fold convolution.
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

    `observed_to` is the evidence up to which comparisons were counted; beyond, the chance falls tenfold a ban.
    """

    reaching: Values
    observed_to: float


def chances(bans: Values) -> Chances:
    """Of the evidence of non-mated fingers of one population. Raises ValueError on fewer than 2,000."""
    if len(bans) < 2_000:
        raise ValueError(f"{len(bans)} non-mated comparisons are too few for a rate, 2,000 are needed")
    ordered = np.sort(bans)
    reaching = 1 - np.searchsorted(ordered, _GRID - 1e-9, "left") / len(ordered)
    last = int(np.flatnonzero(reaching * len(ordered) >= p.FEWEST_COUNTED)[-1])
    steps = np.arange(len(_GRID) - last)
    reaching[last:] = np.maximum(reaching[last] * 10 ** (-_STEP * steps), reaching[last:])
    return Chances(np.minimum(reaching, 1.0), float(_GRID[last]))


def worst(populations: Mapping[str, Chances]) -> Values:
    """The chance of the population that reaches each evidence most often."""
    largest: Values = np.max([one.reaching for one in populations.values()], axis=0)
    return largest


def fused_chances(reaching: Values, fingers: int) -> tuple[Values, Values]:
    """Sums of n fingers on a grid, and the chance that two different people reach each."""
    one = reaching - np.append(reaching[1:], 0.0)
    one[0] += 1 - reaching[0]
    total = one
    for _ in range(fingers - 1):
        total = np.maximum(signal.fftconvolve(total, one), 0.0)
    sums: Values = np.arange(-fingers * _SIDE, fingers * _SIDE + 1) * _STEP
    reached: Values = np.minimum(np.cumsum(total[::-1])[::-1], 1.0)
    return sums, reached


def reached_at(reaching: Values, fingers: int, rate: float) -> float | None:
    """The least sum of n fingers that two different people reach no more often than this; None when none is."""
    sums, chance = fused_chances(reaching, fingers)
    rare = np.flatnonzero(chance <= rate)
    return float(sums[rare[0]]) if len(rare) else None
