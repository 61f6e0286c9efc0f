# SPDX-License-Identifier: Apache-2.0
"""What is planned: sites, the groups they depend on, and what each month can take. Months count from 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


class PlanError(ValueError):
    """The input of a plan is not as it should be; the sentence says which site, and what to do."""


@dataclass(frozen=True, slots=True)
class Group:
    """What all sites of a state wait for: its agreement in that month, then so many months for its vendor."""

    code: str
    agreement: int = 0
    vendor_lead: int = 0

    @property
    def ready(self) -> int:
        """The first month in which a site of the group can come on line."""
        return self.agreement + self.vendor_lead


@dataclass(frozen=True, slots=True)
class Site:
    """One place. `risk` and `effort` are of any unit, each the same for all sites; effort is above 0.

    `earliest`: the first month it could come on line; `must_by`: the last month it may; `blackouts`: months it cannot;
    `after`: sites that must be on line before it, or in the same month.
    """

    code: str
    risk: float
    effort: float = 1.0
    group: str = ""
    earliest: int = 0
    must_by: int | None = None
    blackouts: frozenset[int] = frozenset()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """What each month can take. `effort`: the budget, what is left rolls over. `sites`: at most so many in a month
    (teams do not roll over); None is no limit."""

    effort: tuple[float, ...]
    sites: tuple[int, ...] | None = None
    groups: Mapping[str, Group] = field(default_factory=dict)

    @property
    def months(self) -> int:
        """How many months are planned."""
        return len(self.effort)

    def opens(self, site: Site) -> int:
        """The first month in which a site could come on line: its own, and its group's."""
        group = self.groups.get(site.group)
        return max(site.earliest, group.ready if group else 0)


def check(sites: Iterable[Site], capacity: Capacity) -> dict[str, Site]:
    """The sites by code. Raises PlanError for what could never be planned."""
    if capacity.months == 0 or any(one < 0 for one in capacity.effort):
        raise PlanError("a plan has one month or more, each with a budget of 0 or more")
    if capacity.sites is not None and len(capacity.sites) != capacity.months:
        raise PlanError("the limit of sites is given for as many months as the budget")
    found: dict[str, Site] = {}
    for site in sites:
        if site.code in found:
            raise PlanError(f"site {site.code} is given twice")
        if not site.effort > 0 or not site.risk >= 0 or site.effort == float("inf") or site.risk == float("inf"):
            raise PlanError(f"site {site.code}: effort is above 0 and risk 0 or more, both finite")
        found[site.code] = site
    for site in found.values():
        for code in site.after:
            if code not in found:
                raise PlanError(f"site {site.code} comes after {code}, which is not among the sites")
    _refuse_circles(found)
    return found


def _refuse_circles(sites: Mapping[str, Site]) -> None:
    settled: set[str] = set()
    for start in sites:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            code, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(code)
                settled.add(code)
                continue
            if code in settled:
                continue
            if code in on_path:
                circle = " → ".join([*path[path.index(code) :], code])
                raise PlanError(f"sites wait for each other in a circle: {circle}")
            path.append(code)
            on_path.add(code)
            stack.append((code, True))
            stack += [(one, False) for one in sites[code].after]
