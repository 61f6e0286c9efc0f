# SPDX-License-Identifier: Apache-2.0
"""In which order a field office's cases are served, and how many each officer may expect. Pure.

A place is a moment: when the case came, plus a step for each level below the gravest, plus the time left on its clock
up to a cap. Waiting does the rest: new work gets later moments, so only so much can ever overtake a case (S20).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from secure_communities.policy.priority import Outside, RuleSet
from secure_communities.prioritize.queues.vocabulary import Lever

LONGEST_TITLE: Final = 60  # of a level in the reason that a row shows
LATEST: Final = timedelta(days=90)  # how long ahead a lever is set
LOWEST: Final = 5  # levels below the gravest that still count: a longer order is no reason to wait longer


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a lever may be set to, and what it is until somebody sets it."""

    least: int
    most: int
    usual: int
    title: str
    says: str


BOUNDS: Final[Mapping[Lever, Bounds]] = {
    Lever.STEP_HOURS: Bounds(
        1, 72, 24, "Hours between levels", "How many hours a case stands behind one that is a level graver."
    ),
    Lever.CLOCK_CAP_HOURS: Bounds(
        0, 168, 24, "Most hours of the clock", "Time left on the clock counts up to so many hours."
    ),
    Lever.UNDECIDED_BEHIND_PERCENT: Bounds(
        0,
        100,
        50,
        "Undecided cases behind",
        "A case to review stands so many hundredths of a step behind the gravest level it could be.",
    ),
    Lever.ITEMS_PER_OFFICER: Bounds(1, 5, 5, "Cases at once", "How many cases one officer holds at most."),
}


@dataclass(frozen=True, slots=True)
class Levers:
    """Every lever at a moment."""

    step_hours: int = 24
    clock_cap_hours: int = 24
    undecided_behind_percent: int = 50
    items_per_officer: int = 5

    @classmethod
    def of(cls, values: Mapping[str, int]) -> Levers:
        """The usual values, but for those given."""
        return replace(cls(), **{Lever(code).value.lower(): value for code, value in values.items()})

    def value(self, lever: Lever) -> int:
        """The value of one lever."""
        found: int = getattr(self, lever.value.lower())
        return found

    @property
    def step(self) -> timedelta:
        """Between two levels."""
        return timedelta(hours=self.step_hours)

    @property
    def cap(self) -> timedelta:
        """What the clock counts for at most."""
        return timedelta(hours=self.clock_cap_hours)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of a case. `rank`: of its level, 0 the gravest; None: undecided, `gravest` is what it could be."""

    rank: int | None
    gravest: int | None = None

    @property
    def undecided(self) -> bool:
        """Whether no level is given yet."""
        return self.rank is None

    @property
    def counts_as(self) -> int:
        """The rank that orders; what nothing is known of could be the gravest."""
        rank = self.gravest or 0 if self.rank is None else self.rank
        return min(max(rank, 0), LOWEST)


def refusal(lever: Lever, value: int) -> str:
    """Why a lever cannot be set to a value; empty where it can."""
    bounds = BOUNDS[lever]
    if bounds.least <= value <= bounds.most:
        return ""
    return f"{bounds.title} lies between {bounds.least} and {bounds.most}, not {value}."


def place(standing: Standing, *, opened_at: datetime, due_at: datetime, levers: Levers) -> datetime:
    """The moment a case is placed at. It grows with the rank and with the time left, and with nothing else."""
    behind = levers.step * standing.counts_as
    if standing.undecided:
        behind += levers.step * levers.undecided_behind_percent / 100
    return opened_at + behind + min(max(due_at - opened_at, timedelta(0)), levers.cap)


def overtaken_for_at_most(levers: Levers) -> timedelta:
    """How long after a case another may come and still be served before it (S20)."""
    return levers.step * LOWEST + levers.step * levers.undecided_behind_percent / 100 + levers.cap


def reason(words: str, *, opened_at: datetime, due_at: datetime) -> str:
    """Why a case stands where it stands, as it is shown."""
    return f"{words} · clock ends {_moment(due_at)} · waiting since {_moment(opened_at)}"


def _moment(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at:%H:%M}"


def words_of(rules: RuleSet, answer: str, gravest: str = "") -> str:
    """An answer in the words of the rules; `gravest`: the level that an undecided case could turn out to be."""
    said = _title(rules, answer)
    return f"{said}, could be {_title(rules, gravest)}" if gravest else said


def _title(rules: RuleSet, answer: str) -> str:
    known = answer in rules.ranks or answer in set(Outside)
    said = rules.title_of(answer) if known else answer  # of rules that were in force a moment ago: by its code
    return said if len(said) <= LONGEST_TITLE else f"{said[: LONGEST_TITLE - 1]}…"


def fair_share(total: int, capacities: Mapping[int, int]) -> dict[int, int]:
    """Split so many cases by capacity: whole numbers, nobody above capacity; largest remainder, then lowest number.

    What is beyond all capacity together stays unsplit.
    """
    room = sum(max(value, 0) for value in capacities.values())
    wanted = min(max(total, 0), room)
    if not wanted:
        return dict.fromkeys(capacities, 0)
    exact = {who: divmod(wanted * max(value, 0), room) for who, value in capacities.items()}
    shares = {who: whole for who, (whole, _) in exact.items()}
    left = wanted - sum(shares.values())
    for who in sorted(exact, key=lambda one: (-exact[one][1], one))[:left]:
        shares[who] += 1
    return shares
