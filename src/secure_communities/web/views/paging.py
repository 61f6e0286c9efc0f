# SPDX-License-Identifier: Apache-2.0
"""Pages of a list without counting through it: each page starts behind a row, however many rows lie before.

In: an ordered query and the place in the address (`after=` or `before=`). Out: rows, links, a count up to a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COUNTED = 1_000  # rows counted exactly; beyond, "more than"


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by: a field without gaps and without NULL, then the id, in one direction."""

    field: str
    descending: bool = False

    def applied(self, found: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        """The query in this order, or in the opposite one."""
        sign = "-" if self.descending != backwards else ""
        return found.order_by(f"{sign}{self.field}", f"{sign}id")

    def beyond(self, value: Any, pk: int, *, backwards: bool = False) -> Q:
        """The rows behind a place. The first condition alone bounds what the index reads."""
        word = "lt" if self.descending != backwards else "gt"
        strictly = Q(**{f"{self.field}__{word}": value}) | Q(**{f"id__{word}": pk})
        return Q(**{f"{self.field}__{word}e": value}) & strictly

    def place(self, row: Any) -> str:
        """A row's place, as the address carries it."""
        value = getattr(row, self.field)
        text = str((value - EPOCH) // timedelta(microseconds=1)) if isinstance(value, datetime) else str(value)
        return f"{text}~{row.pk}"

    def read(self, text: str, *, timed: bool) -> tuple[Any, int] | None:
        """A place out of an address, or None where it is none."""
        value, _, number = text[:80].replace("\0", "").rpartition("~")
        try:
            pk = int(number)
            read: Any = EPOCH + timedelta(microseconds=int(value)) if timed else value
        except (ValueError, OverflowError):
            return None
        return (read, pk) if value and 0 <= pk < 2**63 else None


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one page and the links to those before and behind; `first` says that nothing lies before."""

    rows: Sequence[Any]
    previous: str
    next: str
    first: bool


def part(found: QuerySet[Any], *, order: Order, query: QueryDict, size: int, timed: bool = True) -> Part:
    """One page of a list. A place that makes no sense is the beginning, never an error."""
    before, after = query.get("before", ""), query.get("after", "")
    backwards = bool(before)
    place = order.read(before or after, timed=timed) if before or after else None
    rows = order.applied(found, backwards=backwards and place is not None)
    if place is not None:
        rows = rows.filter(order.beyond(*place, backwards=backwards))
    shown = list(rows[: size + 1])
    more, shown = len(shown) > size, shown[:size]
    if backwards and place is not None:
        shown.reverse()
        if not more:  # fewer than a page lie before: show the first page in full
            return part(found, order=order, query=_without(query), size=size, timed=timed)
    earlier, later = (more, True) if backwards and place else (place is not None, more)
    return Part(
        rows=shown,
        previous=_link(query, "before", order.place(shown[0])) if earlier and shown else "",
        next=_link(query, "after", order.place(shown[-1])) if later and shown else "",
        first=not earlier,
    )


def _without(query: QueryDict) -> QueryDict:
    kept = query.copy()
    for name in ("before", "after", "page"):
        kept.pop(name, None)
    return kept


def _link(query: QueryDict, name: str, place: str) -> str:
    kept = _without(query)
    kept[name] = place
    return f"?{kept.urlencode()}"


def counted(found: QuerySet[Any], *, limit: int = COUNTED) -> str:
    """How many rows there are, in words: exact up to a limit."""
    number = found.order_by()[: limit + 1].count()
    return f"{number:,}" if number <= limit else f"more than {limit:,}"
