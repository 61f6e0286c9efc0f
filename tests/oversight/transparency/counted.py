# SPDX-License-Identifier: Apache-2.0
"""Counts of a state's quarter for tests, and a reader who puts together everything that a report tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog

from secure_communities.oversight.transparency.rules import FUNNEL, MATCHED

LEVELS = [["LEVEL_1:CONVICTED", "Level 1, convicted"], ["LEVEL_1:CHARGED", "Level 1, charged only"],
          ["LEVEL_3:CONVICTED", "Level 3, convicted"], ["LEVEL_3:CHARGED", "Level 3, charged only"]]  # fmt: skip
OUTCOMES = [["ENDED", "Ended"], ["NOT_ENDED", "Otherwise"]]
Variable = tuple[str, str, str]  # table, row, column


def counts(
    agencies: Sequence[tuple[str, str, tuple[int, int, int]]],
    levels: Mapping[str, Sequence[int]],
    outcomes: Mapping[str, Sequence[int]] | None = None,
    *,
    period: str = "2026-Q3",
) -> dict[str, Any]:
    """Agencies as (county, ORI, counts of FUNNEL); matches of each county by level, and by outcome if given."""
    mixes = [_mix("levels", LEVELS, levels)] + ([_mix("outcomes", OUTCOMES, outcomes)] if outcomes else [])
    return {
        "state": {"code": "TX", "name": "Texas"}, "period": period, "from": "2026-07-01", "until": "2026-10-01",
        "counties": {fips: f"County {fips}" for fips in sorted({county for county, _, _ in agencies})},
        "agencies": [
            {"ori": ori, "name": f"Jail {ori}", "county": county, "counts": dict(zip(FUNNEL, of, strict=True))}
            for county, ori, of in agencies
        ],
        "rules": {"code": "SC-2009", "version": 1, "hash": "0" * 64, "title": "Levels", "draft": True},
        "mixes": mixes,
        "shares": [{"table": "levels", "column": "LEVEL_3:CHARGED", "title": "Minor (Level 3), charged only"}],
        "switches": [], "reduced": "",
    }  # fmt: skip


def _mix(key: str, classes: list[list[str]], of: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    named = {
        county: {code: n for (code, _), n in zip(classes, numbers, strict=True) if n} for county, numbers in of.items()
    }
    return {"key": key, "title": key.capitalize(), "note": "", "classes": classes, "by_county": named}


def truth(given: Mapping[str, Any]) -> dict[Variable, int]:
    """What every cell of every table would say if nothing were hidden."""
    found: dict[Variable, int] = {}

    def add(table: str, row: str, column: str, number: int) -> None:
        for each in (column, ""):
            found[table, row, each] = found.get((table, row, each), 0) + number

    for one in given["agencies"]:
        for column, number in one["counts"].items():
            for row in (one["ori"], one["county"], given["state"]["code"]):
                add("submissions", row, column, number)
    for mix in given["mixes"]:
        for county in given["counties"]:
            for column, _ in mix["classes"]:
                number = mix["by_county"].get(county, {}).get(column, 0)
                for row in (county, given["state"]["code"]):
                    add(mix["key"], row, column, number)
    return found


class Reader:
    """Somebody with everything that a report tells, a solver, and patience."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.known: dict[Variable, int] = {}
        self.hidden: list[Variable] = []
        self.sums: list[tuple[Mapping[Variable, int], int]] = []
        for table in content["tables"]:
            self._read(table)
        for table in content["tables"][1:]:
            for row in table["rows"]:
                if row["code"] != "OTHER":  # who is counted here is a match of the first table
                    self._same((table["key"], row["code"], ""), ("submissions", row["code"], MATCHED))
        assert not [one for one in self.hidden if one[2] == "" and one[0] != "submissions"]
        self.place = {one: at for at, one in enumerate(self.hidden)}

    def _read(self, table: Mapping[str, Any]) -> None:
        key, columns = table["key"], [one["code"] for one in table["columns"]]
        for row in table["rows"]:
            for column, cell in zip(columns, row["cells"], strict=True):
                if cell is None:
                    self.hidden.append((key, row["code"], column))
                else:
                    self.known[key, row["code"], column] = cell
            self.sums.append(({**{(key, row["code"], one): 1 for one in columns}, (key, row["code"], ""): -1}, 0))
            parts = [one["code"] for one in table["rows"] if one["part_of"] == row["code"]]
            for column in columns if parts else ():
                self.sums.append(({**{(key, one, column): 1 for one in parts}, (key, row["code"], column): -1}, 0))

    def _same(self, one: Variable, other: Variable) -> None:
        self.sums.append(({one: 1, other: -1}, 0))

    def most(self, cell: Variable) -> float:
        """The largest number that a hidden cell can be."""
        left, right = [], []
        for one, total in self.sums:
            line = np.zeros(len(self.hidden))
            rest = float(total)
            for each, sign in one.items():
                if each in self.place:
                    line[self.place[each]] += sign
                else:
                    rest -= sign * self.known[each]
            left.append(line)
            right.append(rest)
        goal = np.zeros(len(self.hidden))
        goal[self.place[cell]] = -1
        found = linprog(goal, A_eq=np.array(left), b_eq=np.array(right), bounds=[(1, None)] * len(self.hidden))
        assert found.status in (0, 3), found.message
        return -found.fun if found.status == 0 else float("inf")

    def learns(self, true: Mapping[Variable, int]) -> list[Variable]:
        """The hidden cells of 1 to 9 people of which the reader can tell that they are so few, or nearly how many."""
        small = [one for one in self.hidden if 0 < true.get(one, 99) < 10]
        return [one for one in small if self.most(one) < max(10, true[one] + 3) - 1e-6]
