# SPDX-License-Identifier: Apache-2.0
"""What the figures are made of. Pure: shares with their interval, waves of activation, levels by basis (S6)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

Z95 = 1.959963984540054  # the two-sided 95 % point of the normal distribution
NO_WAVE = ""  # agencies that no entry of the register speaks of
BASES = ("CONVICTED", "CHARGED", "FINDING", "NONE")


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `of`, with a 95 % interval (Wilson 1927); of nothing, no share."""

    count: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise ValueError(f"{self.count} of {self.of} is no share")

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper end, within 0 and 1."""
        if not self.of:
            return None
        share, spread = self.count / self.of, 1 + Z95 * Z95 / self.of
        middle = (share + Z95 * Z95 / (2 * self.of)) / spread
        half = Z95 * math.sqrt(share * (1 - share) / self.of + Z95 * Z95 / (4 * self.of * self.of)) / spread
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class AgencyCount:
    """What one ORI sent: bookings received, searched in the immigration register, matches that two examiners found."""

    originator: int
    received: int
    searched: int
    matched: int


@dataclass(frozen=True, slots=True)
class Wave:
    """The agencies whose part in the programme began in one month, and what came of their bookings."""

    month: str  # 2026-03, or NO_WAVE
    agencies: int
    received: int
    searched: Rate  # matches of those searched


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One answer of the rules: never one number, but one for each basis, and how many of each are provisional."""

    answer: str
    cases: Mapping[str, int]  # basis → cases
    provisional: Mapping[str, int]

    def __post_init__(self) -> None:
        if set(self.cases) - set(BASES) or any(self.provisional.get(one, 0) > self.cases.get(one, 0) for one in BASES):
            raise ValueError("a level is counted by its basis, and no more are provisional than there are")


@dataclass(frozen=True, slots=True)
class Spans:
    """How long something took: how many, the median, and by when 90 and 95 of a hundred had it."""

    count: int
    median: timedelta | None = None
    p90: timedelta | None = None
    p95: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much is known of the charges of the bookings: published, as it bounds what any level can say."""

    coded: Rate  # charges with a code, of all charges
    outcome: Rate  # charges with a recorded outcome, of all charges
    sentence: Rate  # convictions whose sentence is on record, of all convictions
    reasons: Mapping[str, int] = field(default_factory=dict)  # why a charge has no code


def waves(counts: Iterable[AgencyCount], began: Mapping[int, date]) -> list[Wave]:
    """Agencies by the month in which their part began, earliest first; those without an entry last."""
    gathered: dict[str, list[AgencyCount]] = {}
    for one in counts:
        gathered.setdefault(month_of(began.get(one.originator)), []).append(one)
    return [
        Wave(
            month, len(many), sum(one.received for one in many),
            Rate(sum(one.matched for one in many), sum(one.searched for one in many)),
        )
        for month, many in sorted(gathered.items(), key=lambda item: (item[0] == NO_WAVE, item[0]))
    ]  # fmt: skip


def month_of(day: date | None) -> str:
    """The month of a day, as 2026-03."""
    return f"{day:%Y-%m}" if day else NO_WAVE


def levels(counts: Iterable[tuple[str, str, bool, int]], order: Iterable[str]) -> list[LevelRow]:
    """Counts of (answer, basis, provisional, cases) as rows, in the order of the rule set, other answers after it."""
    cases: dict[str, dict[str, int]] = {one: {} for one in order}
    provisional: dict[str, dict[str, int]] = {}
    for answer, basis, open_, number in counts:
        row = cases.setdefault(answer, {})
        row[basis] = row.get(basis, 0) + number
        if open_:
            part = provisional.setdefault(answer, {})
            part[basis] = part.get(basis, 0) + number
    return [LevelRow(answer, row, provisional.get(answer, {})) for answer, row in cases.items()]
