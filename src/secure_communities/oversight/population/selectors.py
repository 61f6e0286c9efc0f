# SPDX-License-Identifier: Apache-2.0
"""By state and county: what was found in a time, small numbers hidden, and the estimate that rests on what is told.

The nation, its states and their counties are one table: no hidden number follows from another page of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from secure_communities.oversight.population.rules import Estimate, NotEnough, Seen, estimate
from secure_communities.oversight.programme import selectors as programme
from secure_communities.oversight.programme.selectors import Asked
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.vocabulary import Purpose
from secure_communities.policy.suppression import TOTAL, Counts, Published, hide
from secure_communities.prioritize.deployment import selectors as deployment

NATION: Final = "US"
MATCHED, OTHERWISE = "MATCHED", "OTHERWISE"
HIDDEN: Final = NotEnough("Rests on a hidden number.")


@dataclass(frozen=True, slots=True)
class Booked(Asked):
    """Submissions of the agencies that book people, of one county (FIPS) or of all."""

    county: str = ""

    def of(self, path: str = "") -> Q:
        """The condition on the submissions that `path` leads to."""
        found = Asked.of(self, path) & Q(**{f"{path}originator__purpose": Purpose.BOOKING})
        return found & Q(**{f"{path}originator__county": self.county}) if self.county else found


@dataclass(frozen=True, slots=True)
class Place:
    """The nation, a state (FIPS of two digits) or a county (five). None where a number is hidden."""

    code: str
    title: str
    part_of: str | None
    agencies: int
    submitting: int
    searched: int | None
    matched: int | None
    expected: Estimate | NotEnough
    reduced: str


def places(*, since: datetime, until: datetime) -> list[Place]:
    """The nation, then each state with its counties, in the order of their names."""
    states = deployment.coverage(since=since, until=until)
    county_of = dict(OriginatingAgency.objects.exclude(county=None).values_list("pk", "county"))
    sizes: dict[str, list[int]] = defaultdict(list)
    matched: Counter[str] = Counter()
    for sent in programme.by_agency(Booked(since, until)):
        county = county_of.get(sent.originator)
        if county is not None:
            matched[county] += sent.matched
            for place in (county, county[:2], NATION):
                sizes[place].append(sent.searched)
    rows: list[tuple[str, str | None, deployment.Place]] = []
    leaves: dict[str, dict[str, int]] = {}
    for state in states:
        fips = state.parts[0].code[:2]
        rows.append((fips, NATION, state))
        for part in state.parts:
            rows.append((part.code, fips, part))
            found = matched[part.code]
            leaves[part.code] = {MATCHED: found, OTHERWISE: sum(sizes[part.code]) - found}
    parents: dict[str, str | None] = {NATION: None, **{code: part_of for code, part_of, _ in rows}}
    told = hide(Counts(parents, (MATCHED, OTHERWISE), leaves or {NATION: {MATCHED: 0, OTHERWISE: 0}}))
    able, sending = sum(one.oris for one in states), sum(one.submitting for one in states)
    whole = deployment.Place(NATION, "United States", able, sending, 0, None)
    return [_place(code, part_of, one, told, sizes[code]) for code, part_of, one in [(NATION, None, whole), *rows]]


def _place(code: str, part_of: str | None, one: deployment.Place, told: Published, sizes: list[int]) -> Place:
    searched, matches = told.told(code, TOTAL), told.told(code, MATCHED)
    expected: Estimate | NotEnough = HIDDEN
    if searched is not None and matches is not None:
        expected = estimate(Seen(one.oris, sizes, matches))
    return Place(code, one.name, part_of, one.oris, one.submitting, searched, matches, expected, one.reduced)
