# SPDX-License-Identifier: Apache-2.0
"""From what was found to what would be found with full coverage: a rate, bookings not seen, an interval of both. Pure.

Two intervals of 97.5 % give one of at least 95 % (Bonferroni): Garwood's for the Poisson count of matches (Biometrika
28, 1936), and Student's for the sum of further agencies of the same kind. They cover chance alone, not that an
assumption fails. "Not enough data" is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Final

from scipy.stats import gamma, t

CONFIDENCE: Final = 0.95
LEAST_SEARCHED: Final = 100  # bookings
LEAST_AGENCIES: Final = 3  # agencies that submitted, where others did not
ASSUMPTIONS: Final = (
    "Agencies that send nothing are taken to be like those of the same place that submit: as different from one "
    "another in size, and with the same share of matches. Who lives somewhere is never looked at.",
    "Matches are taken to come independently of one another (a Poisson count), sizes of agencies to scatter evenly "
    "around their mean. The interval joins the exact one of the rate (Garwood 1936) with Student's for the bookings "
    "not seen, and holds in at least 95 of 100 cases. It covers chance, not that an assumption fails.",
    "Bookings are counted, not people: who is booked twice counts twice.",
    "A match says that a record exists in the immigration register. Lawful residents and citizens are in it: this is "
    "no estimate of anybody's status, and none of how many people live somewhere.",
    "A place is estimated from its own figures. The estimates of counties do not add up to that of their state.",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is on record of a place within a time: agencies that could submit; bookings searched for each that did."""

    agencies: int
    sizes: Sequence[int]
    matched: int

    @property
    def searched(self) -> int:
        """All bookings searched."""
        return sum(self.sizes)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Matches that would be found in the same time with full coverage: those found, and those not seen.

    `unseen`: bookings that agencies which send nothing are taken to make.
    """

    unseen: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class NotEnough:
    """There is no estimate; `why` in a sentence."""

    why: str


def exact_interval(count: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of the mean of a Poisson count: quantiles of Gamma distributions of count and count + 1."""
    if count < 0 or not 0 < confidence < 1:
        raise ValueError("a count is 0 or more, and a confidence lies between 0 and 1")
    tail = (1 - confidence) / 2
    low = float(gamma.ppf(tail, count)) if count else 0.0
    return low, float(gamma.ppf(1 - tail, count + 1))


def further(sizes: Sequence[int], number: int, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """The sum of `number` further draws: expected, low and high, from at least two draws of the same kind (Student)."""
    mean = fsum(sizes) / len(sizes)
    spread = sqrt(fsum((one - mean) ** 2 for one in sizes) / (len(sizes) - 1) * number * (1 + number / len(sizes)))
    reach = float(t.ppf((1 + confidence) / 2, len(sizes) - 1)) * spread
    return mean * number, max(0.0, mean * number - reach), mean * number + reach


def estimate(seen: Seen) -> Estimate | NotEnough:
    """The matches of a place with full coverage, or why that cannot be said."""
    silent = seen.agencies - len(seen.sizes)
    if silent < 0 or min(seen.sizes, default=0) < 0 or not 0 <= seen.matched <= seen.searched:
        raise ValueError(f"{seen} cannot be")
    if not seen.sizes:
        return NotEnough("No agency submitted.")
    if not silent:
        return Estimate(0, seen.matched, seen.matched, seen.matched)
    if seen.searched < LEAST_SEARCHED:
        return NotEnough(f"Fewer than {LEAST_SEARCHED} bookings were searched.")
    if len(seen.sizes) < LEAST_AGENCIES:
        return NotEnough(f"Fewer than {LEAST_AGENCIES} agencies submitted: they say too little of the others.")
    each = (1 + CONFIDENCE) / 2
    unseen, fewest, most = further(seen.sizes, silent, each)
    low, high = (end / seen.searched for end in exact_interval(seen.matched, each))
    more = seen.matched / seen.searched * unseen
    return Estimate(unseen, seen.matched + more, seen.matched + low * fewest, seen.matched + high * most)
