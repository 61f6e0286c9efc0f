# SPDX-License-Identifier: Apache-2.0
"""From what was found to what would be found with full coverage: a rate, its exact interval, bookings not seen. Pure.

The interval is Garwood's for a Poisson count (Biometrika 28, 1936), through the Gamma distribution. It covers chance
alone, not that the assumptions fail. "Not enough data" is an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scipy.stats import gamma

CONFIDENCE: Final = 0.95
LEAST_SEARCHED: Final = 100  # bookings
LEAST_AGENCIES: Final = 2  # agencies that submitted, where others did not
ASSUMPTIONS: Final = (
    "Agencies that send nothing are taken to book as many people, on average, as those of the same place that submit.",
    "The same share of these bookings is taken to match. Who lives somewhere is never looked at.",
    "Matches are taken to come independently of one another (a Poisson count). The interval is the exact one for 95 of "
    "100 cases (Garwood 1936); it covers chance in the rate, not that an assumption fails.",
    "Bookings are counted, not people: who is booked twice counts twice.",
    "A match says that a record exists in the immigration register. Lawful residents and citizens are in it: this is "
    "no estimate of anybody's status, and none of how many people live somewhere.",
    "A place is estimated from its own figures. The estimates of counties do not add up to that of their state.",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is on record of a place within a time: agencies that could submit and that did, searches, matches."""

    agencies: int
    submitting: int
    searched: int
    matched: int


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


def estimate(seen: Seen) -> Estimate | NotEnough:
    """The matches of a place with full coverage, or why that cannot be said."""
    if not 0 <= seen.matched <= seen.searched or not 0 <= seen.submitting <= seen.agencies:
        raise ValueError(f"{seen} cannot be")
    silent = seen.agencies - seen.submitting
    if not seen.submitting:
        return NotEnough("No agency submitted.")
    if seen.searched < LEAST_SEARCHED:
        return NotEnough(f"Fewer than {LEAST_SEARCHED} bookings were searched.")
    if silent and seen.submitting < LEAST_AGENCIES:
        return NotEnough("One agency says too little of the others.")
    unseen = seen.searched / seen.submitting * silent
    low, high = (end / seen.searched * unseen for end in exact_interval(seen.matched))
    more = seen.matched / seen.searched * unseen
    return Estimate(unseen, seen.matched + more, seen.matched + low, seen.matched + high)
