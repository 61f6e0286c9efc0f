# SPDX-License-Identifier: Apache-2.0
"""Found and expected matches as rows, as bars with their intervals, and as a table for files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from secure_communities.oversight.population.rules import Estimate
from secure_communities.oversight.population.selectors import Place
from secure_communities.platform.exports import Table
from secure_communities.platform.exports.tables import Cell

HIDDEN = "hidden"
LABEL, BAR, ROW = 190, 560, 24  # of the picture, in its units
COLUMNS = (
    {"key": "place", "title": "Place"},
    {"key": "agencies", "title": "Agencies that submitted", "numeric": True},
    {"key": "searched", "title": "Bookings searched", "numeric": True},
    {"key": "matched", "title": "Matches found", "numeric": True},
    {"key": "unseen", "title": "Bookings not seen", "numeric": True},
    {"key": "expected", "title": "Matches with full coverage", "numeric": True},
    {"key": "interval", "title": "95 % interval", "numeric": True},
)
Link = Callable[[Place, str], str]


def row(one: Place, *, opens: str, link: Link | None) -> dict[str, Any]:
    """One place. `opens`: the page of its counties; `link`: where the rows behind a number are, if they may be seen."""
    sure = one.expected if isinstance(one.expected, Estimate) else None
    return {
        "place": {"text": one.title, "href": opens, "note": one.reduced} if opens else
        {"text": one.title, "note": one.reduced},
        "agencies": f"{one.submitting:,} of {one.agencies:,}",
        "searched": _number(one.searched, one, "searched", link),
        "matched": _number(one.matched, one, "matched", link),
        "unseen": f"{sure.unseen:,.0f}" if sure else None,
        "expected": _expected(one),
        "interval": f"{sure.low:,.0f}–{sure.high:,.0f}" if sure and sure.unseen else None,
    }  # fmt: skip


def _expected(one: Place) -> Any:
    if not isinstance(one.expected, Estimate):
        return {"text": "Not enough data", "note": one.expected.why}
    return (
        f"{one.expected.value:,.0f}" if one.expected.unseen else {"text": one.matched, "note": "Every agency submits."}
    )


def _number(value: int | None, place: Place, measure: str, link: Link | None) -> Any:
    if value is None:
        return HIDDEN
    return {"text": f"{value:,}", "href": link(place, measure)} if value and link else f"{value:,}"


def tiles(nation: Place, *, link: Link | None) -> list[dict[str, Any]]:
    """The nation at a glance."""
    shown = row(nation, opens="", link=link)
    matched, expected = shown["matched"], shown["expected"]
    return [
        {"value": shown["agencies"], "label": "Agencies that submitted"},
        _tile(shown["searched"], "Bookings searched"),
        _tile(matched, "Matches found"),
        {
            "value": expected if isinstance(expected, str) else expected["text"],
            "label": "Matches with full coverage",
            "note": shown["interval"] if isinstance(expected, str) else expected["note"],
        },
    ]  # fmt: skip


def _tile(cell: Any, label: str) -> dict[str, Any]:
    value, href = (cell["text"], cell["href"]) if isinstance(cell, dict) else (cell, "")
    return {"value": value, "label": label, "href": href}


def chart(places: Sequence[Place]) -> dict[str, Any]:
    """What was found as a bar, what is expected as a mark with its interval; places without an estimate have none."""
    shown = [one for one in places if isinstance(one.expected, Estimate) and one.matched is not None]
    most = max((one.expected.high for one in shown if isinstance(one.expected, Estimate)), default=0) or 1

    def x(value: float) -> float:
        return round(LABEL + BAR * value / most, 1)

    return {
        "width": LABEL + BAR + 70, "height": ROW * max(len(shown), 1),
        "rows": [
            {
                "title": one.title[:26], "text_y": ROW * at + 16, "bar_y": ROW * at + 5, "middle": ROW * at + 12,
                "x": LABEL, "found": round(x(one.matched or 0) - LABEL, 1), "low": x(one.expected.low),
                "high": x(one.expected.high), "value": x(one.expected.value), "end": x(one.expected.high) + 8,
                "text": f"{one.expected.value:,.0f}",
            }
            for at, one in enumerate(shown) if isinstance(one.expected, Estimate)
        ],
    }  # fmt: skip


def table(places: Sequence[Place]) -> Table:
    """For a file: every place, hidden numbers said to be so."""

    def cells(one: Place) -> list[Cell]:
        sure = one.expected if isinstance(one.expected, Estimate) else None
        return [
            one.code, one.title, one.part_of, one.agencies, one.submitting,
            HIDDEN if one.searched is None else one.searched, HIDDEN if one.matched is None else one.matched,
            round(sure.unseen) if sure else None, round(sure.value, 1) if sure else None,
            round(sure.low, 1) if sure else None, round(sure.high, 1) if sure else None,
            getattr(one.expected, "why", ""), one.reduced,
        ]  # fmt: skip

    columns = (
        "FIPS", "Place", "Part of", "Agencies that could submit", "Agencies that submitted", "Bookings searched",
        "Matches found", "Bookings not seen", "Matches with full coverage", "Low (95 %)", "High (95 %)", "Why not",
        "What takes away",
    )  # fmt: skip
    return Table("Found and expected matches", columns, [cells(one) for one in places])
