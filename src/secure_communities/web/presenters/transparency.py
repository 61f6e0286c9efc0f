# SPDX-License-Identifier: Apache-2.0
"""A published report as a page: tables, bars, shares. In: its content. Out: contexts. No record is read here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from secure_communities.web.presenters.bars import Bar, chart

HIDDEN = "hidden"
SHARES = (
    {"key": "place", "title": "Place"},
    {"key": "measure", "title": "Share of the matches"},
    {"key": "count", "title": "Count", "numeric": True},
    {"key": "of", "title": "Of", "numeric": True},
    {"key": "share", "title": "Share", "numeric": True},
    {"key": "interval", "title": "95 % interval", "numeric": True},
)
COVERAGE = (
    {"key": "place", "title": "Place"},
    {"key": "agencies", "title": "Agencies that could submit", "numeric": True},
    {"key": "submitting", "title": "Agencies that did", "numeric": True},
    {"key": "submissions", "title": "Submitted", "numeric": True},
)
SWITCHES = (
    {"key": "county", "title": "County"},
    {"key": "words", "title": "Local policy"},
    {"key": "on", "title": "Set to"},
    {"key": "from", "title": "From"},
    {"key": "ground", "title": "Ground"},
)


def number(value: int | None) -> str:
    """A number, or that it is hidden."""
    return HIDDEN if value is None else f"{value:,}"


def tiles(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The state at a glance."""
    first = content["tables"][0]
    cells = dict(zip([one["code"] for one in first["columns"]], first["rows"][0]["cells"], strict=True))
    shares = [one for one in content["shares"] if one["code"] == first["rows"][0]["code"]]
    return [
        {"value": number(cells[""]), "label": "Bookings submitted"},
        {"value": number(cells["MATCHED"]), "label": "Confirmed matches"},
        *({"value": percent(one["share"]), "label": one["measure"], "note": interval(one)} for one in shares),
    ]  # fmt: skip


def percent(share: float | None) -> str:
    """A share, or that it is hidden."""
    return HIDDEN if share is None else f"{share * 100:.1f} %"


def interval(share: Mapping[str, Any]) -> str:
    """The interval of a share."""
    ends = share["interval"]
    return f"{ends[0] * 100:.1f}–{ends[1] * 100:.1f} %" if ends else ""


def places(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The counties, by code and name."""
    return [(one["code"], one["title"]) for one in content["coverage"] if one["part_of"] is None]


def tables(content: Mapping[str, Any], counties: Collection[str], *, county: str, here: str) -> list[dict[str, Any]]:
    """Each table with its state, the given counties, and in the first the agencies of the one that was opened."""
    return [_table(one, counties, county=county, here=here) for one in content["tables"]]


def _table(table: Mapping[str, Any], counties: Collection[str], *, county: str, here: str) -> dict[str, Any]:
    shown = [
        row for row in table["rows"]
        if row["part_of"] is None or row["code"] in counties or row["code"] == "OTHER"
        or (county and row["part_of"] == county)
    ]  # fmt: skip
    used = [at for at in range(len(table["columns"])) if table["rows"] and table["rows"][0]["cells"][at] != 0]
    columns: list[dict[str, Any]] = [{"key": "place", "title": "Place"}]
    columns += [{"key": str(at), "title": table["columns"][at]["title"], "numeric": True} for at in used]
    rows = [
        {"place": _place(row, county=county, here=here), **{str(at): number(row["cells"][at]) for at in used}}
        for row in shown
    ]
    return {
        "key": table["key"], "title": table["title"], "note": table["note"], "untold": table["untold"],
        "columns": columns, "rows": rows, "hidden": table["hidden"], "pooled": ", ".join(table["pooled"]),
        "bars": _bars(table, used) if table["rows"] else None,
    }  # fmt: skip


def _place(row: Mapping[str, Any], *, county: str, here: str) -> dict[str, Any]:
    if len(row["code"]) == 5 and row["code"].isdigit() and row["code"] != county:
        return {"text": row["title"], "href": f"{here}?county={row['code']}", "note": row["code"]}
    return {"text": row["title"], "note": row["code"] if row["code"] != "OTHER" else ""}


def _bars(table: Mapping[str, Any], used: Sequence[int]) -> dict[str, Any]:
    """The row of the state as bars, the longest as wide as there is room; what is hidden has none."""
    cells = table["rows"][0]["cells"]
    return chart([
        Bar(column["title"], cells[at] or 0, number(cells[at]), column["code"].endswith(":CONVICTED"))
        for at, column in enumerate(table["columns"][:-1]) if at in used
    ])  # fmt: skip


def shares(content: Mapping[str, Any], counties: Collection[str]) -> list[dict[str, Any]]:
    """The shares of the state and of the given counties."""
    whole = content["tables"][0]["rows"][0]["code"]
    return [
        {
            "place": one["title"], "measure": one["measure"], "count": number(one["count"]), "of": number(one["of"]),
            "share": percent(one["share"]), "interval": interval(one) or None,
        }
        for one in content["shares"] if one["code"] in (whole, "OTHER") or one["code"] in counties
    ]  # fmt: skip


def coverage(content: Mapping[str, Any], counties: Collection[str], *, county: str, here: str) -> list[dict[str, Any]]:
    """Who could submit and who did."""
    return [
        {
            "place": _place(one, county=county, here=here), "agencies": one["agencies"],
            "submitting": one["submitting"], "submissions": number(one["submissions"]),
        }
        for one in content["coverage"]
        if one["code"] in counties or (county and one["part_of"] == county)
    ]  # fmt: skip


def switches(content: Mapping[str, Any], county: str) -> list[dict[str, Any]]:
    """The local switches that were ever set, as they stood when the period ended."""
    return [
        {
            "county": one["title"], "words": one["words"], "on": "on" if one["on"] else "off", "from": one["from"],
            "ground": one["ground"],
        }
        for one in content["switches"] if not county or one["county"] == county
    ]  # fmt: skip
