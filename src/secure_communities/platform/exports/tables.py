# SPDX-License-Identifier: Apache-2.0
"""What is exported: a table of plain values, and what it must say of itself. Pure.

A cell is a text, a number, a date, a time with its zone, yes or no, or nothing: anything else is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

Cell = str | int | float | Decimal | date | datetime | bool | None
BANNER = "SYNTHETIC DATA. Every person, number and agency in this file is invented. Not an official record."
# What a spreadsheet takes for the start of a formula, the wide forms of the signs included.
FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32_000  # characters that a cell of a workbook holds, and some less


class Format(StrEnum):
    """The kinds of file."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


class Unexportable(ValueError):
    """The table is not what it should be: a row of another width, or a value of no plain kind."""


class TooLarge(ValueError):
    """The table has more rows than this kind of file takes. The message says what to do."""


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself: its title, what was asked for (item and content), as of when, and for whom."""

    title: str
    at: datetime
    filters: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    source: str = "Secure Communities"

    def lines(self) -> list[tuple[str, str]]:
        """Everything but the notes, in the order in which it is shown."""
        asked = list(self.filters) or [("Filters", "none")]
        return [
            ("Title", self.title), ("Source", self.source), ("As of", f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
            *asked,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titled columns. `rows` may be a generator: it is read once."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()

    def checked(self) -> Iterable[list[Cell]]:
        """The rows, each as wide as the columns. Raises Unexportable."""
        if not self.columns:
            raise Unexportable("a table has at least one column")
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise Unexportable(f"row {number} has {len(row)} cells, and there are {len(self.columns)} columns")
            yield [_plain(one) for one in row]


def _plain(value: Cell) -> Cell:
    if value is None or isinstance(value, bool | int | Decimal | date):
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise Unexportable("a time is exported with its zone only")
            return value.astimezone(UTC)
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        text = CONTROL.sub(lambda one: f"[U+{ord(one[0]):04X}]", unicodedata.normalize("NFC", value))
        return text if len(text) <= LONGEST else text[:LONGEST] + " […]"
    raise Unexportable(f"a {type(value).__name__} is no value for a cell")


def inert(text: str) -> str:
    """A text that no spreadsheet runs when it opens the file: an apostrophe before what would begin a formula."""
    start = text.lstrip(" \u00a0\u200b\ufeff")[:1]
    return f"'{text}" if start and (start in FORMULA or text[0] in FORMULA) else text


def in_words(value: Cell) -> str:
    """A cell as text that people and programs read: ISO dates, no separators in numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    return str(value)
