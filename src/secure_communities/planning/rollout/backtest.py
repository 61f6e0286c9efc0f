# SPDX-License-Identifier: Apache-2.0
"""What the planner would have done in place of the real roll-out of 2008 to 2013, and by how much it covers more.

In: the months in which counties really came on line, and two proxies of risk by county: A, population of 2010; B,
international migration 2010 to 2019 (hindsight). Neither is the risk that the live ranking uses, which refuses both
migration and ethnicity by its schema; migration appears in this comparison alone, since the published figures rest on
it. The score is the share of risk × months covered. Effort of a county: 1 + √(population / 25,000).
"""

from __future__ import annotations

import csv
import io
import math
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from secure_communities.planning.rollout.order import Plan, coverage, plan
from secure_communities.planning.rollout.sites import Capacity, Group, Site
from secure_communities.planning.rollout.stata import StataError, read

FIRST: Final = (2008, 10)
MONTHS: Final = 52  # October 2008 to January 2013
DRAWS: Final = 20
COUNTY_LEVEL: Final = "50"
LARGEST: Final = 64 << 20


class BacktestError(ValueError):
    """The folder does not hold what the back-test needs; the sentence names the file and what to do."""


@dataclass(frozen=True, slots=True)
class County:
    """One county that really came on line: FIPS as five digits, month from October 2008, population, migration."""

    fips: str
    month: int
    population: float
    migration: float

    @property
    def effort(self) -> float:
        """What it takes to bring the county on line, in counties without people."""
        return 1 + math.sqrt(self.population / 25_000)


def load(folder: Path) -> tuple[list[County], int]:
    """The counties that came on line and are in the census, and how many came on line at all. Raises BacktestError."""
    activation = _activations(_one(folder, "*.dta", "the county activation file (Stata)"))
    census = _census(_one(folder, "co-est*.csv", "the Census county estimates (co-est….csv)"))
    found = [County(fips, month, *census[fips]) for fips, month in sorted(activation.items()) if fips in census]
    if not found:
        raise BacktestError(
            f"{folder}: no county of the activation file is in the census file: compare their FIPS codes"
        )
    return found, len(activation)


def _one(folder: Path, pattern: str, what: str) -> Path:
    if not folder.is_dir():
        raise BacktestError(f"{folder} is no folder: give the one that holds {what}")
    found = sorted(folder.rglob(pattern))
    if not found:
        raise BacktestError(f"{folder} holds no {pattern}: it needs {what}")
    if found[0].stat().st_size > LARGEST:
        raise BacktestError(f"{found[0].name} is larger than {LARGEST >> 20} MB")
    return found[0]


def _activations(path: Path) -> dict[str, int]:
    try:
        columns = read(path.read_bytes())
    except StataError as fault:
        raise BacktestError(f"{path.name}: {fault}") from None
    lower = {name.lower(): values for name, values in columns.items()}
    county, state = lower.get("countyfips"), lower.get("statefips")
    month, year = lower.get("activation_month", lower.get("month")), lower.get("activation_year", lower.get("year"))
    if county is None or month is None or year is None:
        raise BacktestError(f"{path.name} needs the columns countyfips, activation_month, activation_year")
    found: dict[str, int] = {}
    for number, code in enumerate(county):
        if month[number] is None or year[number] is None or code in (None, ""):
            continue
        fips = _fips(code, state[number] if state else None)
        try:
            at = (int(float(year[number])) - FIRST[0]) * 12 + int(float(month[number])) - FIRST[1]  # type: ignore[arg-type]
        except ValueError:
            continue
        if 0 <= at < MONTHS:
            found[fips] = min(at, found.get(fips, at))
    return found


def _fips(county: float | str | None, state: float | str | None) -> str:
    """Five digits: the county's own code where it has its state's, else both together."""
    code = int(float(county or 0))
    return f"{code:05d}" if code >= 1000 or state is None else f"{int(float(state or 0)):02d}{code:03d}"


def _census(path: Path) -> dict[str, tuple[float, float]]:
    """Population of 2010 and migration since, which is 0 where more people left. Negative counts nothing."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="latin-1")))
    names = rows.fieldnames or []
    migration = [name for name in names if name.startswith("INTERNATIONALMIG")]
    if not {"SUMLEV", "STATE", "COUNTY", "CENSUS2010POP"} <= set(names) or not migration:
        raise BacktestError(f"{path.name} needs SUMLEV, STATE, COUNTY, CENSUS2010POP and INTERNATIONALMIG… columns")
    found = {}
    for row in rows:
        if row["SUMLEV"].strip().lstrip("0") != COUNTY_LEVEL:
            continue
        try:
            moved = sum(float(row[name] or 0) for name in migration)
            found[f"{int(row['STATE']):02d}{int(row['COUNTY']):03d}"] = (float(row["CENSUS2010POP"]), max(0.0, moved))
        except ValueError:
            continue
    return found


def backtest(folder: Path, *, seed: int = 2008) -> dict[str, Any]:
    """All figures. The keys at the top are of proxy B under the effort budget, no state before its first activation."""
    counties, activated = load(folder)
    risks = {"A": [one.population for one in counties], "B": [one.migration for one in counties]}
    figures: dict[str, Any] = {}
    for proxy, risk in risks.items():
        figures[proxy] = {
            "counties": _figures(counties, risk, [1.0] * len(counties), seed=seed),
            "effort": _figures(counties, risk, [one.effort for one in counties], seed=seed),
        }
    return {**figures["B"]["effort"], "proxies": figures, "counties_matched": len(counties), "activated": activated}


def _figures(
    counties: Sequence[County], risk: Sequence[float], effort: Sequence[float], *, seed: int
) -> dict[str, Any]:
    actual = {one.fips: one.month for one in counties}
    budget = [0.0] * MONTHS
    first: dict[str, int] = {}
    for one, cost in zip(counties, effort, strict=True):
        budget[one.month] += cost
        first[one.fips[:2]] = min(one.month, first.get(one.fips[:2], MONTHS))
    sites = [
        Site(one.fips, weight, cost, group=one.fips[:2])
        for one, weight, cost in zip(counties, risk, effort, strict=True)
    ]
    groups = {state: Group(state, month) for state, month in first.items()}
    started = time.perf_counter()
    planned = plan(sites, Capacity(tuple(budget), groups=groups))
    seconds = time.perf_counter() - started
    free = plan(sites, Capacity(tuple(budget)))
    return {
        "planned": round(planned.covered, 4),
        "actual": round(coverage(sites, actual, MONTHS), 4),
        "random": round(_random(sites, budget, seed), 4),
        "bound": round(planned.bound, 4),
        "seconds": round(seconds, 3),
        "gap": round(planned.gap, 5),
        "planned_without_states": round(free.covered, 4),
        "by_fiscal_year": _years(sites, actual, planned),
    }


def _random(sites: Sequence[Site], budget: Sequence[float], seed: int) -> float:
    """The mean of random orders under the same budget."""
    drawn = random.Random(seed)
    scores = []
    for _ in range(DRAWS):
        order, starts, purse, at = list(sites), {}, 0.0, 0
        drawn.shuffle(order)
        for month, more in enumerate(budget):
            purse += more
            while at < len(order) and order[at].effort <= purse + 1e-9:
                purse -= order[at].effort
                starts[order[at].code] = month
                at += 1
        scores.append(coverage(sites, starts, len(budget)))
    return sum(scores) / len(scores)


def _years(sites: Sequence[Site], actual: Mapping[str, int], planned: Plan) -> list[dict[str, Any]]:
    """At the end of each fiscal year (30 September): counties on line and the share of risk covered, both orders."""
    total = sum(one.risk for one in sites) or 1.0
    rows = []
    for year, end in ((2009, 12), (2010, 24), (2011, 36), (2012, 48)):
        row: dict[str, Any] = {"fiscal_year": year}
        for name, starts in (("actual", actual), ("planned", planned.starts)):
            on_line = [one for one in sites if starts.get(one.code, end) < end]
            row[name] = {"counties": len(on_line), "risk": round(sum(one.risk for one in on_line) / total, 3)}
        rows.append(row)
    return rows
