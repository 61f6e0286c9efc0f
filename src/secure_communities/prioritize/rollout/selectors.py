# SPDX-License-Identifier: Apache-2.0
"""What a plan is computed from as of a day, which plan counts, and how two plans differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q

from secure_communities.identify.records.models import Arrest
from secure_communities.platform.agencies.models import County as CountyRow
from secure_communities.platform.agencies.models import OriginatingAgency, Participation
from secure_communities.platform.agencies.vocabulary import Consent, Exit, Purpose
from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.rollout import parameters as asked
from secure_communities.prioritize.rollout.models import PlanApproval, RolloutPlan

YEAR: Final = timedelta(days=365)
SERIOUS: Final = ("SC-2009", "LEVEL_1")


@dataclass(frozen=True, slots=True)
class Difference:
    """One county that two plans place otherwise; None: not within the plan."""

    fips: str
    before: str | None
    after: str | None


def serious_codes() -> Q:
    """Charges whose code is of Level 1 by itself, in the rule set of 2009: those left to a person are not counted."""
    code, level = SERIOUS
    found = Q(pk__in=[])
    for row in rule_set(code).rows:
        if row.answer != level or row.term:
            continue
        for first, _, last in (each.partition("-") for each in row.codes):
            found |= Q(charges__code__gte=first, charges__code__lte=last or first) & ~Q(charges__code__in=row.but)
    return found


def serious_bookings(*, as_of: date) -> Counter[str]:
    """By ORI, arrests of the year up to that day with a serious charge on record, whatever became of it since."""
    found = Arrest.objects.filter(serious_codes(), recorded_at__date__lte=as_of, recorded_at__date__gt=as_of - YEAR)
    return Counter(ori for _, ori in found.values_list("pk", "ori").distinct())


def inputs(parameters: asked.Parameters, *, as_of: date) -> asked.Inputs:
    """The counties of the register as they are, with the request. Raises PlanError."""
    serious, places = serious_bookings(as_of=as_of), Counter[str]()
    risk: Counter[str] = Counter()
    for ori in OriginatingAgency.objects.filter(purpose=Purpose.BOOKING):
        if ori.county_id:
            places[ori.county_id] += ori.in_force(as_of)
            risk[ori.county_id] += serious[ori.ori]
    entries: dict[str, list[Participation]] = {}
    for entry in Participation.objects.filter(county__isnull=False, purpose=Purpose.BOOKING).order_by(
        "starts_on", "pk"
    ):
        entries.setdefault(str(entry.county_id), []).append(entry)
    rows = CountyRow.objects.select_related("state").order_by("fips")
    counties = []
    for row in rows:
        since, out = standing(entries.get(row.fips, ()), on=as_of)
        counties.append(asked.County(row.fips, row.state.usps, risk[row.fips], places[row.fips], since, out))
    asked.check(parameters, counties={row.fips for row in rows}, states={row.state.usps for row in rows})
    return asked.Inputs(parameters, tuple(counties), as_of.isoformat())


def standing(entries: Iterable[Participation], *, on: date) -> tuple[str, str]:
    """The month from which a county is on line, by its entries in the order of their days; and why it is not planned.

    An entry that begins later counts: its month is agreed.
    """
    since, out = "", ""
    for entry in entries:
        if entry.ends_on is not None and entry.ends_on <= on:
            since, out = "", "it withdrew" if entry.exit == Exit.WITHDREW else ""
        elif entry.consent == Consent.OBJECTED:
            since, out = "", "it objects"
        elif entry.consent == Consent.AGREED:
            since, out = since or asked.month_of(entry.starts_on), ""
    return since, out


def approved() -> RolloutPlan | None:
    """The plan that counts: the one approved last."""
    found = PlanApproval.objects.select_related("plan").first()
    return found.plan if found else None


def inputs_of(plan: RolloutPlan) -> asked.Inputs:
    """What a stored plan was computed from."""
    return asked.Inputs.of(bytes(plan.inputs))


def stands(plan: RolloutPlan) -> bool:
    """Whether the stored inputs have their hash, and give the stored result again."""
    found = inputs_of(plan)
    return found.hash == plan.inputs_hash and asked.plain(asked.solve(found)) == plan.result


def months(inputs_: asked.Inputs, result: dict[str, Any]) -> dict[str, str]:
    """The month of each county within the plan, those on line before it with theirs."""
    last = inputs_.parameters.months
    found = asked.starts(inputs_, result)
    return {fips: inputs_.parameters.name(month) for fips, month in found.items() if month < last}


def differences(before: dict[str, str], after: dict[str, str]) -> list[Difference]:
    """Counties that the second plan places otherwise than the first, in the order of the second."""
    moved = [fips for fips in sorted(before.keys() | after.keys()) if before.get(fips) != after.get(fips)]
    found = [Difference(fips, before.get(fips), after.get(fips)) for fips in moved]
    return sorted(found, key=lambda one: (one.after or "9999-99", one.fips))
