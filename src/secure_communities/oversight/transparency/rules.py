# SPDX-License-Identifier: Apache-2.0
"""A report from counts: tables with what is small hidden, jointly for a state, its counties and its agencies. Pure.

Everybody who is counted in a further table is a match of the first one. So the first is hidden first; each further
table has a row for each county whose matches it told, and one row for all the others, whose sum follows from what was
told. These sums are fixed: no table then says anything about another that the first did not say already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from secure_communities.policy.suppression import SMALLEST_TOLD, TOTAL, Counts, Published, Unprotectable, hide

MATCHED, UNMATCHED, UNSEARCHED = "MATCHED", "NO_MATCH", "NOT_SEARCHED"
FUNNEL: Final[Mapping[str, str]] = {
    MATCHED: "Confirmed match", UNMATCHED: "Searched, no confirmed match", UNSEARCHED: "Not searched",
}  # fmt: skip
REST = "OTHER"
REST_TITLE = "All other counties together"


@dataclass(frozen=True, slots=True)
class Class:
    """One column: its code, and what it is called."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Agency:
    """One ORI that could submit in the quarter. `counts`: people booked, by the classes of FUNNEL."""

    ori: str
    name: str
    county: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mix:
    """The matches of each county by the classes of one question. `by_county`: county → class → people."""

    key: str
    title: str
    note: str
    classes: Sequence[Class]
    by_county: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row as published: None where a number is hidden."""

    code: str
    title: str
    part_of: str | None
    cells: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as published. `untold`: why there are no rows; empty where there are."""

    key: str
    title: str
    note: str
    columns: Sequence[Class]
    total: str
    rows: Sequence[Row] = ()
    untold: str = ""
    pooled: Sequence[str] = field(default=())

    @property
    def hidden(self) -> int:
        """How many numbers are hidden."""
        return sum(cell is None for row in self.rows for cell in row.cells.values())


def funnel(state: tuple[str, str], counties: Mapping[str, str], agencies: Sequence[Agency]) -> tuple[Table, Published]:
    """What each agency submitted and what came of it, with the sums of its county and of the state."""
    parents: dict[str, str | None] = {state[0]: None}
    leaves: dict[str, Mapping[str, int]] = {}
    titles = {state[0]: state[1]}
    for fips, name in counties.items():
        here = [one for one in agencies if one.county == fips]
        if here:
            parents[fips], titles[fips] = state[0], name
        for one in here:
            parents[one.ori], titles[one.ori], leaves[one.ori] = fips, one.name, one.counts
    if not leaves:
        leaves[state[0]] = dict.fromkeys(FUNNEL, 0)
    counts = Counts(parents, tuple(FUNNEL), leaves)
    told = hide(counts)
    table = Table(
        "submissions", "Bookings submitted, and what came of them",
        "People booked, by the agency that submitted their fingerprints. A match is one that two examiners confirmed.",
        [Class(code, title) for code, title in FUNNEL.items()], "Submitted", _rows(counts, told, titles),
    )  # fmt: skip
    return table, told


def mixed(mix: Mix, state: tuple[str, str], counties: Mapping[str, str], first: Published) -> Table:
    """The matches by one question, for the counties whose matches the first table told."""
    matches = {fips: sum(of.values()) for fips, of in mix.by_county.items()}
    empty = Table(mix.key, mix.title, mix.note, mix.classes, "Matches")
    whole = first.told(state[0], MATCHED)
    if not whole:
        return _untold(empty, "Nobody was matched." if whole == 0 else "How many were matched is hidden.")
    told_alone = {fips: first.told(fips, MATCHED) for fips in counties if matches.get(fips)}
    if sum(matches.values()) != whole or any(n not in (None, matches[fips]) for fips, n in told_alone.items()):
        raise ValueError(f"{mix.key}: the matches are not those of the first table")
    own = [fips for fips in counties if matches.get(fips) and first.told(fips, MATCHED) is not None]
    pooled = [fips for fips in counties if matches.get(fips) and fips not in own]
    while own or pooled:
        counts, titles = _counts(mix, state, counties, own, pooled)
        try:
            told = hide(counts, fixed={(row, TOTAL) for row in counts.parents})
        except Unprotectable as found:
            lost = {row for row, _ in found.keys} & set(own)
            if not lost and own:  # the whole or the rest alone: another county joins the rest
                lost = {min(own, key=lambda one: (matches[one], one))}
            if not lost:
                break
            own = [fips for fips in own if fips not in lost]
            pooled += sorted(lost)
            continue
        names = tuple(counties[fips] for fips in counties if fips in pooled)
        return Table(
            mix.key, mix.title, mix.note, mix.classes, "Matches", _rows(counts, told, titles), pooled=names
        )  # fmt: skip
    return _untold(empty, f"The numbers are too small to tell without telling of fewer than {SMALLEST_TOLD} people.")


def _untold(table: Table, why: str) -> Table:
    return Table(table.key, table.title, table.note, table.columns, table.total, untold=why)


def _counts(
    mix: Mix, state: tuple[str, str], counties: Mapping[str, str], own: Sequence[str], pooled: Sequence[str]
) -> tuple[Counts, dict[str, str]]:
    classes = [one.code for one in mix.classes]
    leaves = {fips: {code: mix.by_county[fips].get(code, 0) for code in classes} for fips in counties if fips in own}
    titles = {state[0]: state[1], **{fips: counties[fips] for fips in leaves}, REST: REST_TITLE}
    if pooled:
        leaves[REST] = {code: sum(mix.by_county[fips].get(code, 0) for fips in pooled) for code in classes}
    return Counts({state[0]: None, **dict.fromkeys(leaves, state[0])}, classes, leaves), titles


def _rows(counts: Counts, told: Published, titles: Mapping[str, str]) -> list[Row]:
    return [
        Row(row, titles[row], parent, {column: told.told(row, column) for column in (*counts.columns, TOTAL)})
        for row, parent in counts.parents.items()
    ]


def as_document(table: Table) -> dict[str, Any]:
    """A table as it stands in the published file: null where a number is hidden."""
    return {
        "key": table.key, "title": table.title, "note": table.note, "untold": table.untold,
        "pooled": list(table.pooled), "hidden": table.hidden,
        "columns": [
            *({"code": one.code, "title": one.title} for one in table.columns), {"code": TOTAL, "title": table.total}
        ],
        "rows": [
            {"code": row.code, "title": row.title, "part_of": row.part_of, "cells": list(row.cells.values())}
            for row in table.rows
        ],
    }  # fmt: skip
