# SPDX-License-Identifier: Apache-2.0
"""A plan of the roll-out for a page: figures, the chart of months by state, staffing, what cannot be in time, CSV rows.

The chart says nothing that the table beside it does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from secure_communities.planning.ranking import Input
from secure_communities.planning.rollout import staffing
from secure_communities.prioritize.rollout import parameters as asked
from secure_communities.prioritize.rollout.selectors import Difference
from secure_communities.web.presenters.jurisdictions import INPUTS

Names = Mapping[str, str]
LABEL: Final = 70
WIDTH: Final = 900
ROW: Final = 22
TOP: Final = 24
NONE: Final = "Not within the plan"
COUNTY_COLUMNS = (
    {"key": "county", "title": "County"},
    {"key": "month", "title": "Month"},
    {"key": "serious", "title": "Serious bookings in the year", "numeric": True},
    {"key": "effort", "title": "Effort", "numeric": True},
    {"key": "standing", "title": "Standing"},
)
MONTH_COLUMNS = (
    {"key": "month", "title": "Month"},
    {"key": "sites", "title": "Counties that begin", "numeric": True},
    {"key": "training", "title": "In training", "numeric": True},
    {"key": "effort", "title": "Effort", "numeric": True},
    {"key": "teams", "title": "Teams", "numeric": True},
    {"key": "on_line", "title": "On line in all", "numeric": True},
    {"key": "risk", "title": "Serious bookings covered", "numeric": True},
)
STATE_COLUMNS = (
    {"key": "state", "title": "State"},
    {"key": "counties", "title": "Counties planned", "numeric": True},
    {"key": "first", "title": "First"},
    {"key": "last", "title": "Last"},
    {"key": "done", "title": "On line already", "numeric": True},
    {"key": "out", "title": "Not within the plan", "numeric": True},
)
DIFFERENCE_COLUMNS = (
    {"key": "county", "title": "County"},
    {"key": "before", "title": "Approved plan"},
    {"key": "after", "title": "This plan"},
)


def risk(inputs: asked.Inputs) -> str:
    """What the counties' risk is, in a sentence."""
    one = inputs.risk
    if one is None:
        return "Serious bookings of the year before. Where they were counted was not kept with this plan."
    return f"{INPUTS[Input(one.name)]} as the live ranking counts them: {one.source}, as of {one.as_of}."


def share(part: float) -> str:
    """A share for people."""
    return f"{part * 100:.1f} %"


def tiles(inputs: asked.Inputs, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The whole at a glance; numbers of counties lead to their rows."""
    done = sum(1 for one in inputs.counties if one.since and not one.out)
    begin = sum(1 for month in result["starts"].values() if month < inputs.parameters.months) - sum(
        1
        for one in inputs.counties
        if one.since and not one.out and _month(inputs, one.since) < inputs.parameters.months
    )
    return [
        {"value": share(result["covered"]), "label": "Serious bookings × months covered"},
        {"value": share(result["bound"]), "label": "No order can cover more"},
        {"value": share(result["gap"]), "label": "From the bound at most"},
        {"value": begin, "label": "Counties planned", "href": "#counties"},
        {"value": done, "label": "On line or agreed already", "href": "#counties"},
        {"value": len(result["problems"]), "label": "Dates missed", "href": "#problems"},
    ]


def _month(inputs: asked.Inputs, month: str) -> int:
    return inputs.parameters.number(month)


def problems(result: Mapping[str, Any], names: Names) -> list[str]:
    """What cannot be in time and why, with counties by their names."""
    return [
        re.sub(r"\b\d{5}\b", lambda one: names.get(one[0], one[0]), each["sentence"]) for each in result["problems"]
    ]


def counties(inputs: asked.Inputs, result: Mapping[str, Any], names: Names) -> list[dict[str, Any]]:
    """Every county with its month, in the order of the plan; those without one last."""
    found, last = asked.starts(inputs, result), inputs.parameters.months
    rows = []
    for one in sorted(inputs.counties, key=lambda each: (found.get(each.fips, 9_999), each.fips)):
        month = found.get(one.fips)
        within = month is not None and month < last
        standing = f"Not planned: {one.out}" if one.out else "In the register" if one.since else "Planned"
        rows.append(
            {
                "county": names[one.fips],
                "month": inputs.parameters.name(month) if month is not None and within else NONE,
                "serious": one.serious, "effort": f"{one.effort:g}",
                "standing": standing if within or one.out else "Does not fit the months and the budget",
            }
        )  # fmt: skip
    return rows


def months(inputs: asked.Inputs, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Staffing and readiness month by month."""
    given = inputs.parameters
    found = staffing(
        asked.sites(inputs), asked.starts(inputs, result), months=given.months, training_months=given.training_months,
        effort_of_a_team=given.effort_of_a_team,
    )  # fmt: skip
    return [
        {
            "month": given.name(one.month), "sites": one.sites, "training": one.in_training,
            "effort": f"{one.effort:g}", "teams": one.teams, "on_line": one.on_line, "risk": share(one.risk_covered),
        }
        for one in found
    ]  # fmt: skip


def states(inputs: asked.Inputs, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The table beside the chart: each state from its first county to its last."""
    return [_state(inputs, state, found) for state, found in sorted(_by_state(inputs, result).items())]


def _by_state(inputs: asked.Inputs, result: Mapping[str, Any]) -> dict[str, list[tuple[asked.County, int | None]]]:
    found = asked.starts(inputs, result)
    rows: dict[str, list[tuple[asked.County, int | None]]] = {}
    for one in inputs.counties:
        month = found.get(one.fips)
        within = month is not None and month < inputs.parameters.months
        rows.setdefault(one.state, []).append((one, month if within else None))
    return rows


def _state(inputs: asked.Inputs, state: str, rows: list[tuple[asked.County, int | None]]) -> dict[str, Any]:
    new = [month for one, month in rows if month is not None and not one.since]
    return {
        "state": state, "counties": len(new),
        "first": inputs.parameters.name(min(new)) if new else None,
        "last": inputs.parameters.name(max(new)) if new else None,
        "done": sum(1 for one, month in rows if one.since and month is not None),
        "out": sum(1 for _, month in rows if month is None),
    }  # fmt: skip


def chart(inputs: asked.Inputs, result: Mapping[str, Any]) -> dict[str, Any]:
    """Places of a drawing: a row for each state with something planned, a bar from first to last, a dot per month."""
    width = (WIDTH - LABEL) / inputs.parameters.months
    rows: list[dict[str, Any]] = []
    for state, found in sorted(_by_state(inputs, result).items()):
        new = [month for one, month in found if month is not None and not one.since]
        if not new:
            continue
        top = TOP + ROW * len(rows)
        rows.append(
            {
                "state": state, "text_y": top + 15, "bar_y": top + 4,
                "x": _at(LABEL + min(new) * width), "width": _at((max(new) - min(new) + 1) * width),
                "marks": [
                    {"x": _at(LABEL + (month + 0.5) * width), "y": top + 15, "count": new.count(month)}
                    for month in sorted(set(new))
                ],
            }
        )  # fmt: skip
    step = max(1, round(60 / width))
    height = TOP + ROW * len(rows) + 4
    return {
        "rows": rows, "width": WIDTH, "height": height,
        "ticks": [
            {"x": _at(LABEL + month * width), "name": inputs.parameters.name(month), "bottom": height}
            for month in range(0, inputs.parameters.months, step)
        ],
    }  # fmt: skip


def _at(place: float) -> str:
    return f"{place:.1f}"  # a point, whatever the language of the page


def differences(found: list[Difference], names: Names) -> list[dict[str, Any]]:
    """Counties that move against the approved plan."""
    return [
        {"county": names.get(one.fips, one.fips), "before": one.before or NONE, "after": one.after or NONE}
        for one in found
    ]


def csv_rows(inputs: asked.Inputs, result: Mapping[str, Any], names: Names) -> Iterator[list[str]]:
    """The plan as a file: a row for each county."""
    yield [
        "county_fips",
        "county",
        "state",
        "month",
        "on_line_already",
        "not_planned_because",
        "serious_bookings",
        "effort",
    ]
    found = asked.starts(inputs, result)
    for one in inputs.counties:
        month = found.get(one.fips)
        within = month is not None and month < inputs.parameters.months
        yield [
            one.fips, names[one.fips], one.state,
            inputs.parameters.name(month) if month is not None and within else "",
            "yes" if one.since else "no", one.out, str(one.serious), f"{one.effort:g}",
        ]  # fmt: skip
