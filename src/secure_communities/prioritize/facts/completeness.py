# SPDX-License-Identifier: Apache-2.0
"""How complete the charge data of an agency is: a published metric (S4, S18), and the rows behind each figure.

In: nothing but codes, outcomes and ORIs. Out: counts by agency; no person, no birthplace, no level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from secure_communities.identify.records.models import Charge, Disposition
from secure_communities.identify.records.rules import CodeSource, DispositionKind
from secure_communities.platform.agencies.models import OriginatingAgency


class Part(StrEnum):
    """What a charge can be counted under. `CHARGES` are all of them."""

    CHARGES = "CHARGES"
    WITH_CODE = "WITH_CODE"
    CONFIRMED = "CONFIRMED"
    OUTCOME_KNOWN = "OUTCOME_KNOWN"
    CONVICTED = "CONVICTED"


@dataclass(frozen=True, slots=True)
class Completeness:
    """The charges of one agency. `confirmed`: with a code that a person read. `outcome_known`: decided, not pending.

    `convicted` is a part of `outcome_known`; the others stay charges (S6).
    """

    ori: str
    agency: str
    charges: int
    with_code: int
    confirmed: int
    outcome_known: int
    convicted: int

    def share(self, part: Part) -> float | None:
        """The share of all charges, 0 to 1; None where there is no charge to speak of."""
        return float(getattr(self, part.lower())) / self.charges if self.charges else None


PARTS: Final[Mapping[Part, Q]] = {
    Part.CHARGES: Q(),
    Part.WITH_CODE: Q(code__isnull=False),
    Part.CONFIRMED: Q(code_source=CodeSource.HUMAN_CONFIRMED),
    Part.OUTCOME_KNOWN: Q(latest__isnull=False) & ~Q(latest=DispositionKind.PENDING),
    Part.CONVICTED: Q(latest=DispositionKind.CONVICTED),
}


def by_agency(
    *, oris: Iterable[str] | None = None, since: date | None = None, until: date | None = None
) -> list[Completeness]:
    """The completeness of each agency with charges, by ORI. `since`, `until`: days of arrest, both included."""
    counted = _charges(oris=oris, since=since, until=until).values("arrest__ori").order_by("arrest__ori")
    counts = {part.lower(): Count("id", filter=test) if test else Count("id") for part, test in PARTS.items()}
    found: list[Any] = list(counted.annotate(**counts))
    named = OriginatingAgency.objects.filter(ori__in=[one["arrest__ori"] for one in found])
    names = dict(named.values_list("ori", "agency__name"))
    return [
        Completeness(
            ori=one["arrest__ori"], agency=names.get(one["arrest__ori"], one["arrest__ori"]),
            **{part.lower(): one[part.lower()] for part in Part},
        )
        for one in found
    ]  # fmt: skip


def overall(agencies: Iterable[Completeness]) -> Completeness:
    """The sum of several agencies."""
    listed = list(agencies)
    sums = {part.lower(): sum(getattr(one, part.lower()) for one in listed) for part in Part}
    return Completeness(ori="", agency="All agencies", **sums)


def rows_of(
    part: Part, *, oris: Iterable[str] | None = None, since: date | None = None, until: date | None = None,
    missing: bool = False,
) -> QuerySet[Charge]:  # fmt: skip
    """The charges behind a figure, the latest first; `missing`: those that the part lacks."""
    found = _charges(oris=oris, since=since, until=until)
    inside = found.filter(PARTS[part])
    rows = found.exclude(pk__in=inside.values("pk")) if missing else inside
    return rows.select_related("arrest").order_by("-pk")


def _charges(*, oris: Iterable[str] | None, since: date | None, until: date | None) -> QuerySet[Charge]:
    latest = Disposition.objects.filter(charge=OuterRef("pk")).order_by("-id").values("kind")[:1]
    found = Charge.objects.annotate(latest=Subquery(latest))
    if oris is not None:
        found = found.filter(arrest__ori__in=list(oris))
    if since is not None:
        found = found.filter(arrest__arrest_date__gte=since)
    if until is not None:
        found = found.filter(arrest__arrest_date__lte=until)
    return found
