# SPDX-License-Identifier: Apache-2.0
"""The periods that are published: whole calendar quarters. A year is its four quarters, and nothing else. Pure.

No other span can be asked for: two spans that overlap would tell by their difference what each of them hides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

QUARTER = re.compile(r"(20[0-9]{2})-Q([1-4])", re.ASCII)
YEAR = re.compile(r"20[0-9]{2}", re.ASCII)


class NoPeriod(ValueError):
    """The text names no quarter, and no year."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter, in UTC."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 2000 <= self.year <= 2099 or not 1 <= self.number <= 4:
            raise NoPeriod(f"{self.year}, quarter {self.number}, is no quarter from 2000 to 2099")

    @property
    def start(self) -> datetime:
        """The first moment in it."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime(self.year + self.number // 4, 3 * self.number % 12 + 1, 1, tzinfo=UTC)

    @property
    def next(self) -> Quarter:
        """The one after it."""
        return quarter_on(self.end.date())

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def quarter_on(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_named(text: str) -> Quarter:
    """The quarter written as 2026-Q3. Raises NoPeriod."""
    found = QUARTER.fullmatch(text)
    if not found:
        raise NoPeriod(f"{text[:20]!r} is no quarter: write it as 2026-Q3")
    return Quarter(int(found[1]), int(found[2]))


def quarters_of(year: int) -> tuple[Quarter, ...]:
    """The four quarters of a year."""
    return tuple(Quarter(year, number) for number in (1, 2, 3, 4))
