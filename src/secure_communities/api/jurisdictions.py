# SPDX-License-Identifier: Apache-2.0
"""Jurisdictions over HTTP: switches, readiness, entries of the register, coverage by who really submits, ranking."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from secure_communities.api.authentication import staff
from secure_communities.api.casework import Line, Number, Sentence
from secure_communities.api.errors import Problem
from secure_communities.planning.ranking import WEIGHTS, Input
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies import selectors as register
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.agencies.models import County, OriginatingAgency, Participation
from secure_communities.platform.agencies.vocabulary import Consent, Exit, LegalBasis, Purpose
from secure_communities.policy.local import DOCUMENTED, Switch
from secure_communities.prioritize.deployment import selectors, services
from secure_communities.prioritize.deployment.models import Readiness, SwitchSetting
from secure_communities.prioritize.deployment.selectors import Place

router = Router(tags=["Jurisdictions"], auth=staff)
PROBLEMS: dict[Any, Any] = {403: Problem, 404: Problem, 409: Problem}
MOST = 100
Fips = Annotated[str, Path(pattern=r"^[0-9]{5}$")]
Days = Annotated[int, Field(ge=1, le=3_660)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class CountyOut(Schema):
    """A county or its equivalent."""

    fips: str
    name: str
    state: str


class SettingOut(Schema):
    """A switch as a jurisdiction set it from a day on."""

    switch: Switch
    on: bool
    starts_on: date
    citation: str


class ReadinessOut(Schema):
    """How ready a jurisdiction is in one respect: a share with its interval."""

    name: Input
    value: float
    low: float
    high: float
    source: str
    as_of: date


class EntryOut(Schema):
    """An entry of the participation register. `ori`: null where it is the whole county's."""

    id: int
    ori: str | None
    purpose: Purpose
    legal_basis: LegalBasis
    citation: str
    agreement_date: date
    starts_on: date
    ends_on: date | None
    consent: str


class CoveredOut(Schema):
    """How much of a place is covered. `share`: of its ORIs, null without any; `reduced`: why it is less than that."""

    code: str
    name: str
    oris: int
    submitting: int
    share: float | None
    submissions: int
    last: datetime | None
    reduced: str


class CoverageOut(CoveredOut):
    """A state with its counties."""

    counties: list[CoveredOut]


class JurisdictionOut(CountyOut):
    """One jurisdiction. `in_force`: what the switches that are on today do, in words; lists begin with the latest."""

    in_force: dict[str, str]
    switches: list[SettingOut]
    readiness: list[ReadinessOut]
    entries: list[EntryOut]
    coverage: list[CoveredOut]


class SwitchIn(Schema):
    """Set a local switch from a day on: today or later."""

    switch: Switch
    on: bool
    starts_on: date
    citation: Sentence


class ReadinessIn(Schema):
    """Note a measure; bookings are counted, never entered."""

    name: Input
    value: Share
    low: Share
    high: Share
    source: Annotated[Line, Field(max_length=120)]
    as_of: date


class EntryIn(Schema):
    """Enter a participation of the county, or of one of its ORIs."""

    ori: Annotated[Line, Field(max_length=9)] | None = None
    purpose: Purpose
    legal_basis: LegalBasis
    citation: Sentence
    agreement_date: date
    starts_on: date
    consent: Consent
    reason: Sentence


class EndIn(Schema):
    """End an entry, today or later."""

    ends_on: date
    exit: Exit
    reason: Sentence


class MadeOut(Schema):
    """The number of what was recorded."""

    id: int


class RankedOut(Schema):
    """A county in the order. `parts`: what the score is made of; `best`, `worst`: its ranks if weights vary by half."""

    fips: str
    rank: int
    score: float
    low: float
    high: float
    best: int
    worst: int
    parts: dict[str, float]
    missing: list[Input]


class RankingOut(Schema):
    """The order with its weights. `tau`: how alike the order stays when one weight varies by half (Kendall)."""

    as_of: datetime
    weights: dict[str, float]
    tau: dict[str, float]
    places: int
    order: list[RankedOut]


@router.get("/jurisdictions", response={200: list[CountyOut], 403: Problem})
def list_jurisdictions(
    request: HttpRequest,
    state: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None,
    after: Annotated[str | None, Field(pattern=r"^[0-9]{5}$")] = None,
) -> list[dict[str, Any]]:
    """Up to 100 counties by their FIPS codes, of one state or of all; `after` is the last one of the page before."""
    require(request.user, Permission.AGENCY_VIEW, at=clock.now())
    found = County.objects.select_related("state").order_by("fips")
    if state is not None:
        found = found.filter(state__usps=state)
    if after is not None:
        found = found.filter(fips__gt=after)
    return [_county_out(one) for one in found[:MOST]]


@router.get("/jurisdictions/{fips}", response={200: JurisdictionOut, 403: Problem, 404: Problem})
def jurisdiction(request: HttpRequest, fips: Fips, days: Days = 90) -> dict[str, Any]:
    """One county: switches, readiness, entries of the register, and what its ORIs submitted in so many days."""
    now = clock.now()
    require(request.user, Permission.AGENCY_VIEW, at=now)
    county = _county(fips)
    places = [part for state in _coverage(days) for part in state.parts if part.code == fips]
    return {
        **_county_out(county),
        "in_force": {one.value: DOCUMENTED[one] for one in sorted(selectors.switches_of(county, on=now.date()))},
        "switches": list(SwitchSetting.objects.filter(county=county).order_by("-starts_on", "-id")),
        "readiness": list(Readiness.objects.filter(county=county).order_by("-as_of", "-id")),
        "entries": [_entry(one, on=now.date()) for one in register.entries_of_county(county)],
        "coverage": [_covered(one) for place in places for one in place.parts],
    }


@router.post("/jurisdictions/{fips}/switches", response={200: MadeOut, **PROBLEMS})
def set_switch(request: HttpRequest, fips: Fips, payload: SwitchIn) -> dict[str, int]:
    """Set a local switch (programme managers). It is public, and stays on record."""
    made = services.set_switch(county=_county(fips), by=request.user, at=clock.now(), **payload.dict())
    return {"id": made.pk}


@router.post("/jurisdictions/{fips}/readiness", response={200: MadeOut, **PROBLEMS})
def note_readiness(request: HttpRequest, fips: Fips, payload: ReadinessIn) -> dict[str, int]:
    """Note how ready a jurisdiction is in one respect (programme managers)."""
    made = services.note_readiness(county=_county(fips), by=request.user, at=clock.now(), **payload.dict())
    return {"id": made.pk}


@router.post("/jurisdictions/{fips}/entries", response={200: MadeOut, **PROBLEMS})
def enter_participation(request: HttpRequest, fips: Fips, payload: EntryIn) -> dict[str, int]:
    """Enter a participation in the register (programme managers)."""
    county = _county(fips)
    whose = county if payload.ori is None else OriginatingAgency.objects.get(ori=payload.ori, county=county)
    made = agencies.open_participation(
        jurisdiction=whose, by=request.user, at=clock.now(), **payload.dict(exclude={"ori"})
    )
    return {"id": made.pk}


@router.post("/jurisdictions/{fips}/entries/{entry_id}/end", response={200: MadeOut, **PROBLEMS})
def end_participation(request: HttpRequest, fips: Fips, entry_id: Number, payload: EndIn) -> dict[str, int]:
    """End an entry of the register (programme managers). What was searched on it before stands."""
    entry = register.entries_of_county(_county(fips)).get(pk=entry_id)
    agencies.end_participation(
        participation=entry, ends_on=payload.ends_on, exit_kind=payload.exit, reason=payload.reason, by=request.user,
        at=clock.now(),
    )  # fmt: skip
    return {"id": entry.pk}


@router.get("/coverage", response={200: list[CoverageOut], 403: Problem})
def coverage(request: HttpRequest, days: Days = 90) -> list[dict[str, Any]]:
    """Coverage by state and county: ORIs that could submit, and those that really did in so many days (S10)."""
    require(request.user, Permission.AGENCY_VIEW, at=clock.now())
    return [{**_covered(one), "counties": [_covered(part) for part in one.parts]} for one in _coverage(days)]


@router.get("/ranking", response={200: RankingOut, 403: Problem})
def ranking(
    request: HttpRequest,
    after: Annotated[int, Field(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=500)] = MOST,
) -> dict[str, Any]:
    """Where to go first, by serious bookings and readiness alone; `after` is the rank of the last one before."""
    now = clock.now()
    require(request.user, Permission.AGENCY_VIEW, at=now)
    found = selectors.ranking(at=now)
    return {
        "as_of": now, "weights": dict(WEIGHTS), "tau": dict(found.tau), "places": len(found.order),
        "order": [
            {
                "fips": one.jurisdiction, "rank": one.rank, "score": one.score, "low": one.low, "high": one.high,
                "best": one.best, "worst": one.worst, "parts": dict(one.parts), "missing": list(one.missing),
            }
            for one in found.order[after : after + limit]
        ],
    }  # fmt: skip


def _county(fips: str) -> County:
    return County.objects.select_related("state").get(pk=fips)


def _county_out(one: County) -> dict[str, Any]:
    return {"fips": one.fips, "name": one.name, "state": one.state.usps}


def _coverage(days: int) -> list[Place]:
    now = clock.now()
    return selectors.coverage(since=now - timedelta(days=days), until=now + timedelta(seconds=1))


def _covered(one: Place) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "oris": one.oris, "submitting": one.submitting, "share": one.share,
        "submissions": one.submissions, "last": one.last, "reduced": one.reduced,
    }  # fmt: skip


def _entry(one: Participation, *, on: date) -> dict[str, Any]:
    return {
        "id": one.pk, "ori": one.originating_agency.ori if one.originating_agency else None, "purpose": one.purpose,
        "legal_basis": one.legal_basis, "citation": one.citation, "agreement_date": one.agreement_date,
        "starts_on": one.starts_on, "ends_on": one.ends_on, "consent": one.consent_on(on),
    }  # fmt: skip
