# SPDX-License-Identifier: Apache-2.0
"""A published report as a PDF to read and to file (PDF/A, PDF/UA): the state, its counties, shares, policy, method.

In: a content. Out: bytes, the same each time, as its time is the end of its period. Agencies are in the other files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from secure_communities.oversight.transparency.files import HIDDEN, digest
from secure_communities.platform import exports
from secure_communities.platform.exports import About, Table
from secure_communities.platform.exports.tables import Cell


def paper(content: Mapping[str, Any]) -> bytes:
    """The PDF. Raises DocumentFailed, TooLarge."""
    at = datetime.fromisoformat(content["until"]).replace(tzinfo=UTC)
    about = About(
        f"{content['state']['name']}, {content['period']}: bookings, matches, levels", at,
        filters=[
            ("Bookings", f"from {content['from']} until before {content['until']} (UTC)"),
            ("Rules", f"{content['rules']['code']}, version {content['rules']['version']}"),
            ("SHA-256 of the content", digest(content)),
        ],
        notes=[*content["definitions"], *content["method"], *([content["reduced"]] if content["reduced"] else [])],
    )  # fmt: skip
    first, *mixes = content["tables"]
    tables = [_counties(first), *(_classes(one) for one in mixes), _shares(content), _coverage(content)]
    return exports.pdf_of([*tables, _switches(content)], about)


def _told(value: Any) -> Cell:
    return HIDDEN if value is None else value


def _counties(table: Mapping[str, Any]) -> Table:
    whole = table["rows"][0]["code"]
    return Table(
        table["title"], ["Place", *(one["title"] for one in table["columns"])],
        [
            [row["title"], *(_told(cell) for cell in row["cells"])]
            for row in table["rows"] if row["part_of"] in (None, whole)
        ],
        notes=[table["note"]],
    )  # fmt: skip


def _classes(table: Mapping[str, Any]) -> Table:
    """The row of the whole state, a class a row; classes of nobody are left out."""
    cells = table["rows"][0]["cells"] if table["rows"] else []
    rows = [[one["title"], _told(cell)] for one, cell in zip(table["columns"], cells, strict=False) if cell != 0]
    return Table(table["title"], ("Class", "The whole state"), rows, notes=[table["untold"] or table["note"]])


def _shares(content: Mapping[str, Any]) -> Table:
    rows = [
        [one["title"], one["measure"], _told(one["count"]), _told(one["of"]),
         HIDDEN if one["share"] is None else f"{one['share'] * 100:.1f} %"]
        for one in content["shares"]
    ]  # fmt: skip
    return Table("Shares of the matches", ("Place", "Share", "Count", "Of", "Per cent"), rows)


def _coverage(content: Mapping[str, Any]) -> Table:
    rows = [
        [one["title"], one["agencies"], one["submitting"], _told(one["submissions"])]
        for one in content["coverage"] if one["part_of"] is None
    ]  # fmt: skip
    return Table("Who submits", ("County", "Agencies that could submit", "Agencies that did", "Submitted"), rows)


def _switches(content: Mapping[str, Any]) -> Table:
    rows = [
        [one["title"], one["words"], "on" if one["on"] else "off", one["from"], one["ground"]]
        for one in content["switches"]
    ]
    return Table("Local policy", ("County", "Local policy", "Set to", "From", "Ground"), rows)
