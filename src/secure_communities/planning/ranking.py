# SPDX-License-Identifier: Apache-2.0
"""Which jurisdictions to bring on line first: one weighted score of serious-offence bookings and readiness.

In: measures of jurisdictions, each with interval, source and date, and weights. Out: scores with their parts, and how
far the order depends on the weights. The names of measures are a closed list. Nothing here is about a person.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isfinite, sqrt
from types import MappingProxyType
from typing import Final

Z = 1.959964  # 95 %


class Input(StrEnum):
    """Everything that may weigh. SERIOUS_BOOKINGS is a count a year; the others are shares from 0 to 1."""

    SERIOUS_BOOKINGS = "SERIOUS_BOOKINGS"
    STATE_BUREAU_READY = "STATE_BUREAU_READY"
    LIVESCAN_READY = "LIVESCAN_READY"
    MESSAGE_SWITCH_READY = "MESSAGE_SWITCH_READY"
    STAFF_TRAINED = "STAFF_TRAINED"
    AGREEMENT_STAGE = "AGREEMENT_STAGE"


WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({
    Input.SERIOUS_BOOKINGS: 0.6, Input.STATE_BUREAU_READY: 0.08, Input.LIVESCAN_READY: 0.08,
    Input.MESSAGE_SWITCH_READY: 0.08, Input.STAFF_TRAINED: 0.08, Input.AGREEMENT_STAGE: 0.08,
})  # fmt: skip
# Parts of names that say what somebody is, not what was done. They are refused with their own sentence.
_WHO_PEOPLE_ARE = (
    "foreign", "born", "birth", "ethnic", "hispanic", "latin", "language", "english", "migra", "national", "citizen",
    "race", "racial", "religio", "ancestry", "surname",
)  # fmt: skip


class InputRefused(ValueError):
    """A measure that may not weigh, or that does not say where it comes from."""


def input_named(name: str) -> Input:
    """The input of that name; any other is refused in a sentence."""
    try:
        return Input(name)
    except ValueError:
        if any(part in name.casefold() for part in _WHO_PEOPLE_ARE):
            raise InputRefused(
                f"{name} describes who lives somewhere, not what was done there: it never weighs in where to go first."
            ) from None
        raise InputRefused(f"{name} is not in the closed list of inputs: {', '.join(Input)}.") from None


@dataclass(frozen=True, slots=True)
class Measure:
    """One input of one jurisdiction: `low` ≤ `value` ≤ `high`, and where and when it was taken."""

    name: str
    value: float
    low: float
    high: float
    source: str
    as_of: date

    def __post_init__(self) -> None:
        known = input_named(self.name)
        if not self.source.strip():
            raise InputRefused(f"{known} does not say its source.")
        if not all(map(isfinite, (self.low, self.value, self.high))) or not 0 <= self.low <= self.value <= self.high:
            raise InputRefused(f"{known} needs an interval around its value, from 0 on.")
        if known is not Input.SERIOUS_BOOKINGS and self.high > 1:
            raise InputRefused(f"{known} is a share from 0 to 1.")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A jurisdiction in the order: its score from 0 to 1, the interval of it, its parts, and the range of its rank.

    `low`, `high`: every measure at its lower or upper end, the largest count of bookings held. `best`, `worst`: ranks
    when each weight alone goes down and up by half. `missing`: inputs without a measure; they add nothing.
    """

    jurisdiction: str
    rank: int
    score: float
    low: float
    high: float
    parts: Mapping[Input, float]
    missing: tuple[Input, ...]
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order, and per input the smaller Kendall tau of the two orders when its weight varies by half."""

    order: tuple[Ranked, ...]
    tau: Mapping[Input, float]


def rank(measures: Mapping[str, Iterable[Measure]], weights: Mapping[str, float] = WEIGHTS) -> Ranking:
    """Order the jurisdictions by score; equal scores share a rank and stand by name. Raises InputRefused."""
    weighing = _weights(weights)
    given = {place: _by_input(place, of_place) for place, of_place in measures.items()}
    bookings = [one[Input.SERIOUS_BOOKINGS].value for one in given.values() if Input.SERIOUS_BOOKINGS in one]
    most = max(bookings, default=0.0) or 1.0
    value = {
        place: {key: _share(one.value, key, most) for key, one in of.items() if key in weighing}
        for place, of in given.items()
    }
    order = _order(value, weighing)
    position = {place: at for at, place in enumerate(order, start=1)}
    ranks = _ranks(value, weighing)
    best, worst, tau = dict(ranks), dict(ranks), {}
    for key in weighing:
        taus = []
        for factor in (0.5, 1.5):
            changed = {str(one): weight * (factor if one is key else 1) for one, weight in weighing.items()}
            other = _order(value, _weights(changed))
            for place, at in _ranks(value, _weights(changed)).items():
                best[place], worst[place] = min(best[place], at), max(worst[place], at)
            taus.append(kendall([position[place] for place in other]))
        tau[key] = min(taus)
    ranked = []
    for place in order:
        ends = [
            sum(
                weighing[key] * _share(getattr(one, end), key, most)
                for key, one in given[place].items()
                if key in weighing
            )
            for end in ("low", "high")
        ]
        parts = {key: weighing[key] * share for key, share in value[place].items()}
        missing = tuple(key for key in weighing if key not in parts)
        ranked.append(Ranked(
            place, ranks[place], sum(parts.values()), ends[0], ends[1], parts, missing, best[place], worst[place]
        ))  # fmt: skip
    return Ranking(tuple(ranked), tau)


def kendall(ranks: Sequence[int]) -> float:
    """Kendall's tau of a permutation of 1..n against 1, 2, …, n: 1 for the same order, -1 for the reverse."""
    seen: list[int] = []
    inversions = 0
    for one in ranks:
        inversions += len(seen) - bisect_right(seen, one)
        insort(seen, one)
    pairs = len(ranks) * (len(ranks) - 1) / 2
    return 1 - 2 * inversions / pairs if pairs else 1.0


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson); of nothing at all, from 0 to 1."""
    if not whole:
        return 0.0, 1.0
    share, z2 = part / whole, Z * Z
    middle = share + z2 / (2 * whole)
    around = Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    return max(0.0, (middle - around) / (1 + z2 / whole)), min(1.0, (middle + around) / (1 + z2 / whole))


def poisson(count: int) -> tuple[float, float]:
    """The 95 % interval of a count (Byar's approximation to the exact Poisson limits)."""
    above = count + 1
    high = above * (1 - 1 / (9 * above) + Z / (3 * sqrt(above))) ** 3
    low = count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    return max(0.0, low), high


def _weights(weights: Mapping[str, float]) -> dict[Input, float]:
    named = {input_named(name): weight for name, weight in weights.items()}
    total = sum(named.values())
    if any(not isfinite(one) or one < 0 for one in named.values()) or total <= 0:
        raise InputRefused("Weights are 0 or more, and not all 0.")
    return {key: weight / total for key, weight in named.items()}


def _by_input(place: str, measures: Iterable[Measure]) -> dict[Input, Measure]:
    found: dict[Input, Measure] = {}
    for one in measures:
        if found.setdefault(input_named(one.name), one) is not one:
            raise InputRefused(f"{place} has {one.name} twice.")
    return found


def _share(value: float, key: Input, most: float) -> float:
    return min(1.0, value / most) if key is Input.SERIOUS_BOOKINGS else value


Shares = Mapping[str, Mapping[Input, float]]


def _scores(value: Shares, weights: Mapping[Input, float]) -> dict[str, float]:
    return {place: round(sum(weights[key] * one for key, one in of.items()), 12) for place, of in value.items()}


def _order(value: Shares, weights: Mapping[Input, float]) -> list[str]:
    scores = _scores(value, weights)
    return sorted(scores, key=lambda place: (-scores[place], place))


def _ranks(value: Shares, weights: Mapping[Input, float]) -> dict[str, int]:
    """Equal scores share the rank of the first of them: a name makes nobody more urgent."""
    scores = _scores(value, weights)
    first: dict[float, int] = {}
    for at, score in enumerate(sorted(scores.values(), reverse=True), start=1):
        first.setdefault(score, at)
    return {place: first[score] for place, score in scores.items()}
