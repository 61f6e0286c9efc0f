# SPDX-License-Identifier: Apache-2.0
"""A year from its four published quarters: sums of numbers that were told, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from secure_communities.oversight.programme.rules import Rate
from secure_communities.oversight.transparency.rules import REST

CHANGED = "The classes changed within the year."


def added(quarters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The year of four contents in their order: a number is told where all four quarters tell it."""
    first, last = quarters[0], quarters[-1]
    tables = [_table([one["tables"][at] for one in quarters]) for at in range(len(first["tables"]))]
    submitted = {row["code"]: row["cells"][-1] for row in tables[0]["rows"]}
    return {
        **last, "period": first["period"][:4], "from": first["from"], "tables": tables,
        "shares": _shares(quarters), "coverage": _coverage(quarters, submitted),
        "method": [*last["method"], "This is the sum of the four published quarters; nothing else was read for it."],
    }  # fmt: skip


def _sum(values: Sequence[int | None]) -> int | None:
    told = [one for one in values if one is not None]
    return sum(told) if len(told) == len(values) else None


def _table(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One table. An agency that is missing in a quarter sent nothing in it. A further table has a row for each place
    that has one in all four quarters: the row of all others is made of other counties each time."""
    made: dict[str, Any] = {
        **parts[-1],
        "rows": [],
        "pooled": sorted({name for one in parts for name in one["pooled"]}),
    }
    if any(one["columns"] != parts[0]["columns"] for one in parts):
        return {**made, "untold": CHANGED, "hidden": 0}
    if any(one["untold"] for one in parts):
        return {**made, "untold": "A quarter of this year does not tell this table.", "hidden": 0}
    rows = {row["code"]: row for one in parts for row in one["rows"]}
    by_code = [{row["code"]: row["cells"] for row in one["rows"]} for one in parts]
    for code, row in rows.items():
        each = [of.get(code, [0] * len(row["cells"])) for of in by_code]
        if parts[0]["key"] == "submissions" or (code != REST and all(code in of for of in by_code)):
            made["rows"].append({**row, "cells": [_sum(values) for values in zip(*each, strict=True)]})
    made["hidden"] = sum(cell is None for row in made["rows"] for cell in row["cells"])
    return made


def _shares(quarters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    by_key = [{(one["measure"], one["code"]): one for one in each["shares"]} for each in quarters]
    found = []
    for key, one in by_key[-1].items():
        if key[1] == REST:
            continue
        rows = [each.get(key, {"count": None, "of": None}) for each in by_key]
        count, of = (_sum([row[name] for row in rows]) for name in ("count", "of"))
        rate = Rate(count, of) if count is not None and of is not None else None
        ends = rate.interval if rate else None
        found.append({
            **one, "count": count, "of": of,
            "share": round(rate.value, 4) if rate and rate.value is not None else None,
            "interval": [round(end, 4) for end in ends] if ends else None,
        })  # fmt: skip
    return found


def _coverage(quarters: Sequence[Mapping[str, Any]], submitted: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """As in the last quarter, with what was submitted in all four."""
    return [{**one, "submissions": submitted.get(one["code"])} for one in quarters[-1]["coverage"]]
