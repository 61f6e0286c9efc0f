# SPDX-License-Identifier: Apache-2.0
"""What a plan is computed from as of a day, which plan counts, and how two plans differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from secure_communities.planning.ranking import Input
from secure_communities.platform.agencies.models import County as CountyRow
from secure_communities.platform.agencies.models import OriginatingAgency, Participation
from secure_communities.platform.agencies.vocabulary import Consent, Exit, Purpose
from secure_communities.prioritize.deployment.selectors import SOURCE, serious_measures
from secure_communities.prioritize.rollout import parameters as asked
from secure_communities.prioritize.rollout.models import PlanApproval, RolloutPlan


@dataclass(frozen=True, slots=True)
class Difference:
    """One county that two plans place otherwise; None: not within the plan."""

    fips: str
    before: str | None
    after: str | None


def inputs(parameters: asked.Parameters, *, as_of: date) -> asked.Inputs:
    """The counties of the register as they are, their risk as the live ranking counts it. Raises PlanError."""
    risk, places = serious_measures(on=as_of), Counter[str]()
    for ori in OriginatingAgency.objects.filter(purpose=Purpose.BOOKING, county__isnull=False):
        places[str(ori.county_id)] += ori.in_force(as_of)
    entries: dict[str, list[Participation]] = {}
    for entry in Participation.objects.filter(county__isnull=False, purpose=Purpose.BOOKING).order_by(
        "starts_on", "pk"
    ):
        entries.setdefault(str(entry.county_id), []).append(entry)
    rows = CountyRow.objects.select_related("state").order_by("fips")
    counties = []
    for row in rows:
        since, out = standing(entries.get(row.fips, ()), on=as_of)
        serious = int(risk[row.fips].value) if row.fips in risk else 0
        counties.append(asked.County(row.fips, row.state.usps, serious, places[row.fips], since, out))
    asked.check(parameters, counties={row.fips for row in rows}, states={row.state.usps for row in rows})
    source = asked.Risk(Input.SERIOUS_BOOKINGS.value, SOURCE, as_of.isoformat())
    return asked.Inputs(parameters, tuple(counties), as_of.isoformat(), source)


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
