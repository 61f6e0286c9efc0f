# SPDX-License-Identifier: Apache-2.0
"""The order itself: each month the sites with the most risk for their effort, while what must be on time still fits.

Greedy by risk over effort. A site without a date is taken only if every dated site can still be paid for in time: that
is asked of a table of slack by month, so that dates are kept whenever the budget allows, and never by luck.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from secure_communities.planning.rollout.bound import upper_bound
from secure_communities.planning.rollout.sites import Capacity, Site, check

MISFITS = 400  # so many in a row too dear for what is left of a month, and the month is closed
EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a site with a date is not on line in time. `binding`: date, blackout, budget, teams or predecessor."""

    site: str
    must_by: int
    binding: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `starts`: month by site; sites that are not in it come after the last month. `covered`: share of
    risk × months; `bound`: what no plan can exceed; `spent`: effort by month."""

    starts: Mapping[str, int]
    covered: float
    bound: float
    spent: tuple[float, ...]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """How far the plan can be from the best one, as a share of the bound."""
        return 0.0 if self.bound <= 0 else max(0.0, 1 - self.covered / self.bound)


@dataclass
class _State:
    """A plan in the making."""

    sites: Mapping[str, Site]
    capacity: Capacity
    months: Callable[[int], str]
    done: Mapping[str, int]
    starts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def coverage(sites: Iterable[Site], starts: Mapping[str, int], months: int) -> float:
    """The share of risk × months that is covered by sites on line: 0 to 1."""
    found = list(sites)
    total = sum(one.risk for one in found) * months
    covered = sum(one.risk * (months - starts[one.code]) for one in found if one.code in starts)
    return covered / total if total else 0.0


def plan(
    sites: Iterable[Site],
    capacity: Capacity,
    *,
    done: Mapping[str, int] | None = None,
    now: int = 0,
    name: Callable[[int], str] = lambda month: f"month {month}",
) -> Plan:
    """Plan the months from `now` on. `done`: sites on line already, with their months, which stay as they are.

    Raises PlanError. What cannot be done in time is no error: it is in `problems`, with the date that binds.
    """
    known = dict(sorted(check(sites, capacity).items()))  # whatever the order they came in
    state = _State(known, capacity, name, done or {})
    for code, month in (done or {}).items():
        if code in known:
            state.starts[code] = month
    dated = _dated(state, now)
    spent = _fill(state, dated, now)
    state.problems.sort(key=lambda one: (one.must_by, one.site))
    covered = coverage(known.values(), state.starts, capacity.months)
    bound = upper_bound(known.values(), capacity, done=done, now=now)
    left = tuple(sorted(set(known) - set(state.starts)))
    return Plan(state.starts, covered, bound, tuple(spent), tuple(state.problems), left)


def last_chance(site: Site, capacity: Capacity, now: int) -> int | None:
    """The last month up to its date in which a site can come on line; None where there is none."""
    if site.must_by is None:
        return None
    first = max(capacity.opens(site), now)
    months = range(min(site.must_by, capacity.months - 1), first - 1, -1)
    return next((month for month in months if month not in site.blackouts), None)


def _dated(state: _State, now: int) -> dict[str, int]:
    """The last chance of every dated site, brought forward for those that others with dates wait for."""
    chances: dict[str, int] = {}
    for code, site in state.sites.items():
        if code in state.starts or site.must_by is None:
            continue
        chance = last_chance(site, state.capacity, now)
        if chance is None:
            state.problems.append(_no_month(state, site, now))
        else:
            chances[code] = chance
    queue = list(chances)
    while queue:
        code = queue.pop()
        for before in state.sites[code].after:
            if before in state.starts:
                continue
            site = state.sites[before]
            first = max(state.capacity.opens(site), now)
            months = range(chances[code], first - 1, -1)
            chance = next((month for month in months if month not in site.blackouts), None)
            if chance is not None and chance < chances.get(before, state.capacity.months):
                chances[before] = chance
                queue.append(before)
    return chances


def _no_month(state: _State, site: Site, now: int) -> Problem:
    name, must_by = state.months, site.must_by or 0
    opens = max(state.capacity.opens(site), now)
    group = state.capacity.groups.get(site.group)
    if opens > must_by:
        why = f"it can come on line in {name(opens)} at the earliest"
        if group and group.ready >= site.earliest and group.ready > now:
            why = f"{group.code} signs in {name(group.agreement)}" + (
                f" and its vendor needs {group.vendor_lead} months: {name(group.ready)} at the earliest"
                if group.vendor_lead
                else f": {name(group.ready)} at the earliest"
            )
        elif opens == now:
            why = f"the plan begins in {name(now)}"
        return Problem(site.code, must_by, "date", f"{site.code} must be on line by {name(must_by)}, but {why}.")
    return Problem(
        site.code, must_by, "blackout",
        f"{site.code} must be on line by {name(must_by)}, but every month from {name(opens)} is blacked out for it.",
    )  # fmt: skip


def _fill(state: _State, chances: dict[str, int], now: int) -> list[float]:
    """Fill the months from `now` on; return the effort spent in each."""
    capacity, sites = state.capacity, state.sites
    months = capacity.months
    waits = {code: [one for one in site.after if one not in state.starts] for code, site in sites.items()}
    followers: dict[str, list[str]] = {}
    for code, before in waits.items():
        for one in before:
            followers.setdefault(one, []).append(code)
    opening: dict[int, list[str]] = {}
    for code, site in sites.items():
        if code not in state.starts and not waits[code]:
            opening.setdefault(max(capacity.opens(site), now), []).append(code)
    slack = _slack(state, chances, now)
    ready: list[tuple[float, str]] = []
    urgent: list[tuple[int, str]] = []
    spent = [0.0] * months
    purse = 0.0

    def take(code: str, month: int) -> None:
        nonlocal purse
        site = sites[code]
        state.starts[code] = month
        purse -= site.effort
        spent[month] += site.effort
        if code in chances:
            slack[:, chances[code] :] += [[site.effort], [1.0]]  # it needs nothing any more
        slack[0, month:] -= site.effort
        slack[1, month:] -= 1
        for follower in followers.get(code, ()):
            waits[follower].remove(code)
            if not waits[follower] and follower not in state.starts:
                enter(follower, max(capacity.opens(sites[follower]), month))

    def enter(code: str, month: int) -> None:
        if month > current:
            opening.setdefault(month, []).append(code)
        elif code in chances:
            heapq.heappush(urgent, (chances[code], code))
        else:
            heapq.heappush(ready, (-sites[code].risk / sites[code].effort, code))

    for current in range(now, months):
        purse += capacity.effort[current]
        for code in opening.pop(current, []):
            enter(code, current)
        places = capacity.sites[current] if capacity.sites is not None else len(sites)
        aside: list[tuple[float, str]] = []
        aside_urgent: list[tuple[int, str]] = []
        misfits = 0
        spare = float("inf")  # what may be spent without making a denser site wait a month longer
        while places > 0 and purse > EPSILON and misfits < MISFITS and (ready or urgent):
            due = bool(urgent) and (urgent[0][0] <= current or not ready or _denser(sites, urgent[0][1], ready[0][1]))
            code = urgent[0][1] if due else ready[0][1]
            site = sites[code]
            fits = site.effort <= purse + EPSILON and current not in site.blackouts
            if fits and not due:
                left, places_left = slack[:, current:].min(axis=1)
                fits = site.effort <= min(left, spare) + EPSILON and places_left >= 1 - EPSILON
            if fits:
                if due:
                    heapq.heappop(urgent)
                else:
                    heapq.heappop(ready)
                take(code, current)
                places -= 1
                spare -= site.effort
                misfits = 0
            elif due:
                aside_urgent.append(heapq.heappop(urgent))
                misfits += 1
            else:
                if spare == float("inf") and site.effort > purse and current not in site.blackouts:
                    spare = _spare(capacity, site, purse, current)
                aside.append(heapq.heappop(ready))
                misfits += 1
        for site_aside in aside:
            heapq.heappush(ready, site_aside)
        for dated in aside_urgent:
            heapq.heappush(urgent, dated)
        while urgent and urgent[0][0] <= current:
            _missed(state, urgent[0][1], current, purse, places)
            _, code = heapq.heappop(urgent)
            site = sites[code]
            slack[:, chances.pop(code) :] += [[site.effort], [1.0]]
            heapq.heappush(ready, (-site.risk / site.effort, code))
    state.problems = [one for one in state.problems if state.starts.get(one.site, months) > one.must_by]
    known = {problem.site for problem in state.problems}
    for code, site in sites.items():
        if code in known or code in state.done or site.must_by is None:
            continue
        if state.starts.get(code, months) > site.must_by:
            on_line = state.starts
            late = [one for one in site.after if on_line.get(one, months) > site.must_by] or list(site.after)
            state.problems.append(
                Problem(
                    code, site.must_by, "predecessor",
                    f"{code} must be on line by {state.months(site.must_by)}, but what it waits for is not: "
                    f"{', '.join(late[:3])}.",
                )
            )  # fmt: skip
    return spent


def _spare(capacity: Capacity, site: Site, purse: float, month: int) -> float:
    """What may be spent now so that a site too dear for this month is paid as early as saving all would allow."""
    saved = purse
    for later in range(month + 1, capacity.months):
        saved += capacity.effort[later]
        if saved >= site.effort:
            return saved - site.effort
    return float("inf")


def _denser(sites: Mapping[str, Site], one: str, other: str) -> bool:
    return sites[one].risk / sites[one].effort >= sites[other].risk / sites[other].effort


def _slack(state: _State, chances: Mapping[str, int], now: int) -> npt.NDArray[np.float64]:
    """By month, what is left of budget (row 0) and places (row 1) up to it once all dated sites up to it are paid."""
    capacity = state.capacity
    effort = np.array(capacity.effort, dtype=float)
    effort[:now] = 0
    places = np.array(
        capacity.sites if capacity.sites is not None else [len(state.sites)] * capacity.months, dtype=float
    )
    places[:now] = 0
    slack = np.vstack([np.cumsum(effort), np.cumsum(places)])
    for code, month in chances.items():
        slack[0, month:] -= state.sites[code].effort
        slack[1, month:] -= 1
    return slack


def _missed(state: _State, code: str, month: int, purse: float, places: int) -> None:
    site = state.sites[code]
    if site.must_by is None:
        return
    name = state.months
    said = f"{code} must be on line by {name(site.must_by)}"
    if places <= 0:
        binding, why = "teams", f"the teams of {name(month)} are all taken"
    else:
        binding = "budget"
        why = f"it needs {site.effort:.1f} and {max(purse, 0):.1f} of the budget is left by {name(month)}"
    state.problems.append(Problem(code, site.must_by, binding, f"{said}, but {why}."))
