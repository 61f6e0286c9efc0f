# SPDX-License-Identifier: Apache-2.0
"""What a plan is asked for, what it knows of the counties, and what comes out; each with one canonical form. Pure.

A county is known by its bookings with a serious charge, its submitting ORIs and its entries in the register. Nothing
about people is among the fields, and a stored text with a field that is not named here does not load.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from secure_communities.planning.rollout import Capacity, Group, Plan, PlanError, Site, plan

EVERYWHERE: Final = "*"
MOST_MONTHS: Final = 72
MOST: Final = 1_000_000
FIRST, LAST = "2000-01", "2099-12"  # months in which a plan may begin
_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_LINE = re.compile(r"^(\S+)\s+(\S+)$")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What is asked for. Months as `2026-12`; `sites`: at most so many counties a month, None for no limit.

    `agreements` by state; `must_by` by county; `blackouts` by county, or by `*` for all.
    """

    first: str
    months: int
    effort: float
    sites: int | None = None
    vendor_lead: int = 0
    training_months: int = 1
    effort_of_a_team: float = 20.0
    agreements: Mapping[str, str] = field(default_factory=dict)
    must_by: Mapping[str, str] = field(default_factory=dict)
    blackouts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Parameters:
        """From what is stored."""
        blackouts = {code: tuple(months) for code, months in plain.get("blackouts", {}).items()}
        return cls(**{**plain, "blackouts": blackouts})

    def name(self, month: int) -> str:
        """The month of that number, as `2026-12`."""
        count = index_of(self.first) + month
        return f"{count // 12:04d}-{count % 12 + 1:02d}"

    def number(self, month: str) -> int:
        """The number of a month, counted from the first."""
        return index_of(month) - index_of(self.first)


@dataclass(frozen=True, slots=True)
class County:
    """One county as of the day of the data. `since`: the month in which it came on line; `out`: why it is not planned.

    `serious`: bookings with a charge of Level 1 in the year before; `places`: ORIs that submit.
    """

    fips: str
    state: str
    serious: int
    places: int
    since: str = ""
    out: str = ""

    @property
    def effort(self) -> float:
        """What bringing it on line takes: one unit, and one for each ORI that submits."""
        return 1.0 + self.places


@dataclass(frozen=True, slots=True)
class Risk:
    """Which figure of the live ranking the counties' risk is, where it comes from, and of which day."""

    name: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a plan was computed from. `risk`: None in plans of before it was said."""

    parameters: Parameters
    counties: tuple[County, ...]
    as_of: str
    risk: Risk | None = None

    def canonical(self) -> bytes:
        """The one text of these inputs; without a word on the risk where none was said."""
        plain = asdict(self)
        if self.risk is None:
            del plain["risk"]
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical text."""
        return hashlib.sha256(self.canonical()).hexdigest()

    @classmethod
    def of(cls, text: bytes) -> Inputs:
        """From the canonical text."""
        plain = json.loads(text)
        counties = tuple(County(**one) for one in plain["counties"])
        risk = Risk(**plain["risk"]) if "risk" in plain else None
        return cls(Parameters.of(plain["parameters"]), counties, plain["as_of"], risk)

    @property
    def now(self) -> int:
        """The month of the data, from which on months are planned."""
        return max(0, self.parameters.number(self.as_of[:7]))


def index_of(month: str) -> int:
    """Months since year 0. Raises PlanError for what is no month."""
    found = _MONTH.match(month)
    if found is None:
        raise PlanError(f"{month!r} is no month: write it as 2026-12")
    return int(found[1]) * 12 + int(found[2]) - 1


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def lines(text: str) -> list[tuple[str, str]]:
    """Pairs of a code and a month, one a line. Raises PlanError with the line that cannot be read."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        pair = _LINE.match(line.strip())
        if pair is None:
            raise PlanError(
                f"{line.strip()[:40]!r}: write a code, a space and a month in each line, as in 48201 2027-03"
            )
        index_of(pair[2])
        found.append((pair[1], pair[2]))
    return found


def check(parameters: Parameters, *, counties: Iterable[str], states: Iterable[str]) -> None:
    """Raise PlanError where the request names what is not there, or asks for more than can be planned."""
    known, of_states = set(counties), set(states)
    index_of(parameters.first)
    if not FIRST <= parameters.first <= LAST:
        raise PlanError(f"a plan begins in a month from {FIRST} to {LAST}")
    if not 1 <= parameters.months <= MOST_MONTHS:
        raise PlanError(f"plan 1 to {MOST_MONTHS} months")
    if not 0 <= parameters.effort <= MOST or not 0 < parameters.effort_of_a_team <= MOST:
        raise PlanError(f"the budget is a number from 0 to {MOST}, the effort of a team one above 0")
    if parameters.sites is not None and parameters.sites < 0:
        raise PlanError("the limit of counties is 0 or more")
    if not 0 <= parameters.vendor_lead <= MOST_MONTHS or not 1 <= parameters.training_months <= MOST_MONTHS:
        raise PlanError(f"lead times are 0 to {MOST_MONTHS} months, training takes one at least")
    for code in parameters.agreements:
        if code not in of_states:
            raise PlanError(f"{code} is no state: write its two letters")
    for code in (*parameters.must_by, *parameters.blackouts):
        if code not in known and code != EVERYWHERE:
            raise PlanError(f"{code} is no county of the register: write its five digits")
    if EVERYWHERE in parameters.must_by:
        raise PlanError("a date is given county by county")


def solve(inputs: Inputs) -> Plan:
    """The plan of these inputs: the same inputs always give the same plan. Raises PlanError."""
    asked, now = inputs.parameters, inputs.now
    if now >= asked.months:
        raise PlanError(
            f"the plan ends in {asked.name(asked.months - 1)}, before the month of the data: plan later months"
        )
    return plan(
        sites(inputs), capacity(inputs), done=_done(inputs, lambda at: min(max(at, 0), asked.months)), now=now,
        name=asked.name,
    )  # fmt: skip


def sites(inputs: Inputs) -> list[Site]:
    """The counties that are planned, or on line already."""
    asked = inputs.parameters
    everywhere = {asked.number(month) for month in asked.blackouts.get(EVERYWHERE, ())}
    return [
        Site(
            one.fips, float(one.serious), one.effort, group=one.state,
            must_by=asked.number(asked.must_by[one.fips]) if one.fips in asked.must_by else None,
            blackouts=frozenset(everywhere | {asked.number(month) for month in asked.blackouts.get(one.fips, ())}),
        )
        for one in inputs.counties
        if not one.out
    ]  # fmt: skip


def capacity(inputs: Inputs) -> Capacity:
    """What each month takes. A state with a county on line has its agreement and its vendor already."""
    asked = inputs.parameters
    running = {one.state for one in inputs.counties if one.since}
    groups = {
        state: Group(state, max(0, asked.number(asked.agreements.get(state, asked.first))), asked.vendor_lead)
        for state in {one.state for one in inputs.counties} - running | set(asked.agreements)
    }
    limit = None if asked.sites is None else (asked.sites,) * asked.months
    return Capacity((asked.effort,) * asked.months, limit, groups)


def starts(inputs: Inputs, result: Mapping[str, Any]) -> dict[str, int]:
    """Month by county of a stored result; below 0 for those on line before the first month."""
    return {**result["starts"], **_done(inputs, lambda at: at)}


def _done(inputs: Inputs, placed: Callable[[int], int]) -> dict[str, int]:
    return {
        one.fips: placed(inputs.parameters.number(one.since)) for one in inputs.counties if one.since and not one.out
    }


def plain(found: Plan) -> dict[str, Any]:
    """A plan as stored."""
    return {
        "starts": dict(sorted(found.starts.items())),
        "covered": round(found.covered, 6),
        "bound": round(found.bound, 6),
        "gap": round(found.gap, 6),
        "spent": [round(one, 4) for one in found.spent],
        "problems": [asdict(one) for one in found.problems],
        "left_out": list(found.left_out),
    }
