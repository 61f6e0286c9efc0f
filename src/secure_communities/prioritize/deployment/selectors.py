# SPDX-License-Identifier: Apache-2.0
"""Reads: switches in force, coverage by who really submits (S10), and the live ranking with all of its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from secure_communities.identify.intake.models import Submission
from secure_communities.planning.ranking import WEIGHTS, Input, Measure, Ranking, poisson, rank
from secure_communities.platform.agencies.models import County, OriginatingAgency, State
from secure_communities.platform.agencies.rules import Coverage as Reach
from secure_communities.platform.agencies.rules import nff_effect
from secure_communities.platform.agencies.vocabulary import Purpose
from secure_communities.policy.local import Switch
from secure_communities.prioritize.deployment.models import Readiness, SwitchSetting
from secure_communities.prioritize.deployment.serious import serious_bookings

SOURCE = "bookings of the last 365 days"


def switches_of(county: County | str, *, on: date) -> frozenset[Switch]:
    """The switches of a jurisdiction that are on, on a day: the latest setting of each counts."""
    fips = county.fips if isinstance(county, County) else county
    found = SwitchSetting.objects.filter(county=fips, starts_on__lte=on).order_by("switch", "-starts_on", "-id")
    return frozenset(Switch(one.switch) for one in found.distinct("switch") if one.on)


def set_later(county: County, switch: Switch, *, after: date) -> QuerySet[SwitchSetting]:
    """What is set for a switch already from days after that one, in their order."""
    found = SwitchSetting.objects.filter(county=county, switch=switch, starts_on__gt=after)
    return found.order_by("starts_on", "id")


@dataclass(frozen=True, slots=True)
class Place:
    """The coverage of one ORI, county or state: ORIs that could submit, those that did, and what they sent.

    `reduced`: why less is covered than that share says; empty where nothing takes away from it.
    """

    code: str
    name: str
    oris: int
    submitting: int
    submissions: int
    last: datetime | None
    reduced: str = ""
    parts: tuple[Place, ...] = field(default=(), repr=False)

    @property
    def share(self) -> float | None:
        """The share of ORIs that really submitted; None where there is none."""
        return self.submitting / self.oris if self.oris else None


def coverage(*, since: datetime, until: datetime) -> list[Place]:
    """Coverage by state, county and ORI in a time: who is activated counts for nothing, who submitted does (S10)."""
    rows = (
        OriginatingAgency.objects.filter(purpose=Purpose.BOOKING)
        .filter(Q(ends_on=None) | Q(ends_on__gt=since.date()), starts_on__lte=until.date())
        .select_related("agency", "county__state")
        .order_by("county__state__name", "county__name", "ori")
    )
    sent = _sent(since, until)
    states: dict[State, dict[County, list[Place]]] = {}
    for one in rows:
        number, last = sent.get(one.pk, (0, None))
        place = Place(one.ori, one.agency.name, 1, int(number > 0), number, last)
        states.setdefault(one.county.state, {}).setdefault(one.county, []).append(place)
    found = []
    for state, counties in states.items():
        effect = nff_effect(nff=state.nff, forward_subsequent=state.forward_subsequent)
        why = effect.sentence if effect.coverage is Reach.FIRST_ARRESTS_ONLY else ""
        parts = tuple(_sum(county.fips, county.name, tuple(oris), why) for county, oris in counties.items())
        found.append(_sum(state.usps, state.name, parts, why))
    return found


def _sent(since: datetime, until: datetime) -> dict[int, tuple[int, datetime | None]]:
    found = Submission.objects.filter(received_at__gte=since, received_at__lt=until)
    rows = found.order_by().values_list("originator").annotate(Count("id"), Max("received_at"))
    return {pk: (number, last) for pk, number, last in rows}


def _sum(code: str, name: str, parts: tuple[Place, ...], why: str) -> Place:
    return Place(
        code, name, sum(one.oris for one in parts), sum(one.submitting for one in parts),
        sum(one.submissions for one in parts), max((one.last for one in parts if one.last), default=None), why, parts,
    )  # fmt: skip


def measures(*, at: datetime) -> dict[str, list[Measure]]:
    """By county, every input of the ranking with its source, day and interval."""
    found: dict[str, list[Measure]] = {}
    latest = Readiness.objects.filter(as_of__lte=at.date()).order_by("county_id", "name", "-as_of", "-id")
    for one in latest.distinct("county_id", "name"):
        found.setdefault(one.county_id, []).append(
            Measure(one.name, one.value, one.low, one.high, one.source, one.as_of)
        )
    for fips, serious in serious_measures(on=at.date()).items():
        found.setdefault(fips, []).append(serious)
    return found


def serious_measures(*, on: date) -> dict[str, Measure]:
    """By county that has an ORI, the serious bookings of its ORIs, 0 included: what ranking and planner rest on."""
    serious, counted = serious_bookings(as_of=on), Counter[str]()
    for ori, county in OriginatingAgency.objects.exclude(county=None).values_list("ori", "county"):
        counted[county] += serious[ori]
    return {
        county: Measure(Input.SERIOUS_BOOKINGS, number, *poisson(number), SOURCE, on)
        for county, number in counted.items()
    }


def ranking(*, at: datetime, weights: Mapping[str, float] = WEIGHTS) -> Ranking:
    """Where to go first by serious-offence bookings and readiness alone. Raises InputRefused for another weight."""
    return rank(measures(at=at), weights)
