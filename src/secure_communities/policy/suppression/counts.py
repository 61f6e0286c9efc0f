# SPDX-License-Identifier: Apache-2.0
"""A table of counts whose rows may lie in one another (an agency in a county in a state), with all of its sums.

Every cell, the sums too, stands in exactly two sums once those are left out that follow from the others. So the table
is a network: sums are its nodes, cells its arcs, and what a reader cannot rule out is a flow around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOTAL = ""  # the column that holds the sum of a row
Key = tuple[str, str]  # row and column


class NotATable(ValueError):
    """The rows form no tree, or a count is missing, unknown or below 0."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One cell as an arc: its count may rise by a flow from `tail` to `head`, and fall by one the other way."""

    key: Key
    value: int
    tail: int
    head: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of people.

    `parents`: each row's name → the row it is part of; one row, the whole, has None. `columns`: classes of which each
    person counted is in one; none where there is nothing but the total. `leaves`: row → column (or TOTAL where there
    are no columns) → count, for the rows that have no parts. Raises NotATable.
    """

    parents: Mapping[str, str | None]
    columns: Sequence[str]
    leaves: Mapping[str, Mapping[str, int]]

    def __post_init__(self) -> None:
        groups = {one for one in self.parents.values() if one is not None}
        if sum(one is None for one in self.parents.values()) != 1 or not groups <= self.parents.keys():
            raise NotATable("the rows of a table are parts of one whole")
        if any(self.depth(row) is None for row in self.parents):
            raise NotATable("a row is part of itself")
        if self.leaves.keys() != self.parents.keys() - groups or TOTAL in self.columns:
            raise NotATable("counts are given for the rows that have no parts, for named columns")
        expected = set(self.columns) or {TOTAL}
        for row, counts in self.leaves.items():
            if counts.keys() != expected or any(one < 0 for one in counts.values()):
                raise NotATable(f"row {row} needs a count from 0 on for each column")

    @property
    def whole(self) -> str:
        """The row of everything."""
        return next(row for row, parent in self.parents.items() if parent is None)

    def depth(self, row: str) -> int | None:
        """How many rows lie around this one; None where it lies in itself."""
        at: str | None = row
        for steps in range(len(self.parents) + 1):
            at = self.parents[at] if at is not None else None
            if at is None:
                return steps
        return None

    def values(self) -> dict[Key, int]:
        """Every cell with its sums, by row and column, in the order of the rows and then of the columns."""
        found = {(row, column): 0 for row in self.parents for column in (*self.columns, TOTAL)}
        for row, counts in self.leaves.items():
            for column, number in counts.items():
                at: str | None = row
                while at is not None:
                    found[at, column] += number
                    if column != TOTAL:
                        found[at, TOTAL] += number
                    at = self.parents[at]
        return found

    def arcs(self) -> list[Arc]:
        """The table as a network. A sum over columns is left out for rows with parts: it follows from the others."""
        nodes: dict[tuple[str, ...], int] = {}

        def node(*name: str) -> int:
            return nodes.setdefault(name, len(nodes))

        found = []
        for (row, column), value in self.values().items():
            parent = self.parents[row]
            across = node("across", row) if self.columns else node("outside")
            inner = across if row in self.leaves else node("down", row, column)
            outer = node("down", parent, column) if parent is not None else across
            if parent is None and row in self.leaves:  # a table of one row
                outer = node("outside")
            tail, head = (outer, inner) if column == TOTAL else (inner, outer)
            found.append(Arc((row, column), value, tail, head))
        return found
