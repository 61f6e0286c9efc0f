# SPDX-License-Identifier: Apache-2.0
"""The county map for a page: words, legend, rows of the table, and the figures a browser needs to colour any month.

Map and table are made of the same steps, so that neither says what the other does not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from secure_communities.prioritize.counties import rules
from secure_communities.prioritize.counties.rules import County, Kind, Said, Timeline

ATLAS: Final = "vendor/us-atlas-3.0.1/counties-albers-10m.json"
NO_SHAPE: Final = "no-shape"
UNKNOWN: Final = "unknown"
NOT_KNOWN: Final = "not known yet"
REDUCED: Final = "first arrests only"
KINDS: Final[Mapping[Kind, str]] = {
    Kind.ALL: "Takes part, every ORI submitted",
    Kind.MOST: "Takes part, half of its ORIs or more submitted",
    Kind.FEW: "Takes part, fewer than half of its ORIs submitted",
    Kind.SILENT: "Takes part, but no ORI submitted",
    Kind.AGREED: "Takes part in this month to come",
    Kind.PLANNED: "On line by the plan, not by the register",
    Kind.BESIDE: "Does not take part itself, but ORIs submitted",
    Kind.OUT: "Withdrew or objects",
    Kind.NONE: "None of these",
}
LEVELS: Final[Mapping[str, str]] = {
    "level-4": "Ready: 80 % or more", "level-3": "Ready: 60 to 79 %", "level-2": "Ready: 40 to 59 %",
    "level-1": "Ready: 20 to 39 %", "level-0": "Ready: below 20 %", UNKNOWN: "Readiness not known",
}  # fmt: skip
SAID: Final[Mapping[Said, str]] = {
    Said.NOTHING: "no entry", Said.AGREED: "takes part", Said.PENDING: "consent pending", Said.OBJECTED: "objects",
    Said.WITHDREW: "withdrew", Said.ENDED: "ended",
}  # fmt: skip
CHOICES: Final = (
    ("", "All counties"), ("On line", [(key.value, words) for key, words in KINDS.items()]),
    ("Readiness", list(LEVELS.items())), ("Map", [(NO_SHAPE, "Without a shape on the map")]),
)  # fmt: skip
COLUMNS: Final = (
    ("county", "County", False), ("state", "State", False), ("kind", "Standing", False), ("said", "Register", False),
    ("oris", "ORIs that submitted", True), ("ready", "Ready", True), ("planned", "Planned", False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One county in one month."""

    county: County
    state: str
    kind: Kind
    said: Said
    oris: tuple[int, int] | None  # submitted, in force; None in a month to come
    ready: tuple[int, int, int] | None  # level, percent, inputs known
    reduced: bool = False  # later arrests are not searched there

    @property
    def level(self) -> str:
        """The key of its readiness in the legend."""
        return f"level-{self.ready[0]}" if self.ready else UNKNOWN


_ORDER: Final = list(Kind)
SORTS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "county": lambda one: (one.county.name, one.county.fips),
    "state": lambda one: (one.state, one.county.name),
    "kind": lambda one: (_ORDER.index(one.kind), one.state, one.county.name),
    "said": lambda one: (one.said, one.state, one.county.name),
    "oris": lambda one: (one.oris[0] / one.oris[1] if one.oris and one.oris[1] else -1, one.state, one.county.name),
    "ready": lambda one: (one.ready[1] if one.ready else -1, one.state, one.county.name),
    "planned": lambda one: (one.county.planned or 10**6, one.state, one.county.name),
}


@cache
def shapes() -> frozenset[str]:
    """The FIPS codes of the counties that the vendored map draws."""
    text = files("secure_communities.platform.ui").joinpath("static", ATLAS).read_text()
    return frozenset(one["id"] for one in json.loads(text)["objects"]["counties"]["geometries"])


def rows(timeline: Timeline, month: int, states: Mapping[str, str], reduced: Collection[str] = ()) -> list[Row]:
    """Every county in that month. `states`: names by two digits; `reduced`: those that search no later arrests."""
    found = []
    for one in timeline.counties:
        (said,) = rules.at(one.said, month) or (0,)
        counted = (rules.at(one.oris, month) or (0, 0)) if month <= timeline.now else None
        known = rules.at(one.ready, month)
        found.append(
            Row(
                one, states[one.fips[:2]], rules.kind_in(one, month), Said(said),
                (counted[0], counted[1]) if counted else None, (known[0], known[1], known[2]) if known else None,
                one.fips[:2] in reduced,
            )
        )  # fmt: skip
    return found


def chosen(found: Iterable[Row], *, kind: str, state: str) -> list[Row]:
    """The rows of a state and of one entry of the legend."""
    drawn = shapes()
    return [
        one for one in found
        if (not state or one.county.fips.startswith(state))
        and (not kind or kind in (one.kind, one.level) or (kind == NO_SHAPE and one.county.fips not in drawn))
    ]  # fmt: skip


def legend(found: Iterable[Row], show: str) -> list[dict[str, Any]]:
    """The entries of one colouring with their counts, those that colour nothing included."""
    counts: Counter[str] = Counter(one.kind if show == "line" else one.level for one in found)
    words = {key.value: text for key, text in KINDS.items()} if show == "line" else LEVELS
    return [{"key": key, "words": text, "count": counts[key]} for key, text in words.items()]


def cells(row: Row, href: str) -> dict[str, Any]:
    """A row of the table."""
    return {
        "county": {"text": row.county.name, "href": href, "note": row.county.fips}, "state": row.state,
        "kind": KINDS[row.kind], "said": SAID[row.said].capitalize(),
        "oris": {"text": f"{row.oris[0]} of {row.oris[1]}", "note": REDUCED if row.reduced and row.oris[0] else ""}
        if row.oris else NOT_KNOWN,
        "ready": {"text": f"{row.ready[1]} %", "note": f"{row.ready[2]} of {len(rules.READINESS)} known"}
        if row.ready else None,
        "planned": rules.month_name(row.county.planned) if row.county.planned is not None else None,
    }  # fmt: skip


def payload(timeline: Timeline, states: Mapping[str, str], reduced: Collection[str] = ()) -> dict[str, Any]:
    """The whole timeline for the browser: arrays in one order of counties, months counted from the first."""
    first, counties = timeline.first, timeline.counties

    def flat(steps: rules.Steps) -> list[int]:
        return [number for step in steps for number in (step[0] - first, *step[1:])]

    return {
        "first": rules.month_name(first), "now": timeline.now - first, "months": timeline.last - first + 1,
        "kinds": [one.value for one in KINDS], "kind_words": list(KINDS.values()), "said_words": list(SAID.values()),
        "states": dict(states), "reduced": sorted(reduced), "reduced_words": REDUCED, "inputs": len(rules.READINESS),
        "fips": [one.fips for one in counties], "names": [one.name for one in counties],
        "kind": [flat(one.kinds) for one in counties], "said": [flat(one.said) for one in counties],
        "oris": [flat(one.oris) for one in counties], "ready": [flat(one.ready) for one in counties],
        "planned": [None if one.planned is None else one.planned - first for one in counties],
    }  # fmt: skip
