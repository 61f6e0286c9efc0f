# SPDX-License-Identifier: Apache-2.0
"""Birth dates as they are given, complete or not, and how two of them differ. Pure."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year, and month and day where they are known. Need not be a day of the calendar: people give 31 June."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def complete(self) -> bool:
        """Whether month and day are known."""
        return self.month is not None and self.day is not None

    @property
    def digits(self) -> str:
        """`YYYYMMDD`, or `YYYY` alone."""
        return f"{self.year:04d}{self.month:02d}{self.day:02d}" if self.complete else f"{self.year:04d}"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}" if self.complete else f"{self.year:04d}"


class DateLevel(StrEnum):
    """How two birth dates agree, best first."""

    EQUAL = "equal"
    SWAPPED = "swapped"
    TRANSPOSED = "transposed"
    ONE_DIGIT = "one_digit"
    YEAR_BY_ONE = "year_by_one"
    YEAR_BY_TEN = "year_by_ten"
    YEAR_ONLY = "year_only"
    SAME_YEAR = "same_year"
    SAME_DAY = "same_day"
    DIFFERENT = "different"


def parse(text: str | datetime.date) -> PartialDate | None:
    """`YYYY-MM-DD`, `YYYYMMDD`, `YYYY`, or with zeros for what is not known (EBTS 2.022); None for anything else."""
    if isinstance(text, datetime.date):
        return PartialDate(text.year, text.month, text.day)
    found = re.fullmatch(r"(\d{4})(?:-?(\d{2})-?(\d{2}))?", text.strip())
    if not found or found[1] == "0000":
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    return PartialDate(year, month, day) if month and day else PartialDate(year)


def level(a: PartialDate, b: PartialDate) -> DateLevel:
    """How two dates agree; the order of the two does not matter."""
    if not (a.complete and b.complete):
        if a.year == b.year:
            return DateLevel.YEAR_ONLY
        return DateLevel.DIFFERENT
    if a == b:
        return DateLevel.EQUAL
    if a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return DateLevel.SWAPPED
    return _near(a, b)


def _near(a: PartialDate, b: PartialDate) -> DateLevel:
    one, other = a.digits, b.digits
    apart = [at for at, (x, y) in enumerate(zip(one, other, strict=True)) if x != y]
    if (a.month, a.day) == (b.month, b.day):
        if abs(a.year - b.year) == 1:
            return DateLevel.YEAR_BY_ONE
        if abs(a.year - b.year) == 10:
            return DateLevel.YEAR_BY_TEN
    if (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and one[apart[0]] == other[apart[1]]
        and one[apart[1]] == other[apart[0]]
    ):
        return DateLevel.TRANSPOSED
    if len(apart) == 1:
        return DateLevel.ONE_DIGIT
    if a.year == b.year:
        return DateLevel.SAME_YEAR
    return DateLevel.SAME_DAY if (a.month, a.day) == (b.month, b.day) else DateLevel.DIFFERENT
