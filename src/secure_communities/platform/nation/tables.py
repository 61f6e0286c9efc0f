# SPDX-License-Identifier: Apache-2.0
"""The tables in `data/` as typed rows. Pure: reads the packaged files, touches no database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import (
    AgencyKind,
    Channel,
    Consent,
    Exit,
    IdrDelivery,
    LegalBasis,
    Purpose,
)

# The one member of the National Fingerprint File that sends later arrests on, so that both kinds can be seen.
FORWARDING_STATES = ("NC",)


@dataclass(frozen=True, slots=True)
class StateRow:
    """A state: real."""

    fips: str
    usps: str
    name: str
    nff: bool


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A county: real."""

    fips: str
    name: str
    usps: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A field office and a state it serves, or one county of it."""

    office: str
    usps: str
    county_fips: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an ORI receives and how."""

    idr_delivery: IdrDelivery
    state_capable: bool
    ori_capable: bool
    channel: Channel


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An invented agency with its ORI, if it has one."""

    name: str
    kind: AgencyKind
    usps: str
    ori: str
    county_fips: str
    purpose: Purpose | None
    locations: tuple[str, ...]
    delivery: Delivery | None


@dataclass(frozen=True, slots=True)
class ParticipationRow:
    """An invented entry of the register; `jurisdiction` is a county's FIPS code or an ORI."""

    jurisdiction: str
    purpose: Purpose
    legal_basis: LegalBasis
    citation: str
    agreement_date: date
    starts_on: date
    ends_on: date | None
    exit_kind: Exit | None
    exit_reason: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An invented person on the staff."""

    username: str
    display_name: str
    agency: str
    role: Role


@cache
def states() -> tuple[StateRow, ...]:
    """All states and the District of Columbia."""
    return tuple(StateRow(row["fips"], row["usps"], row["name"], row["nff"] == "1") for row in _rows("states.csv"))


@cache
def counties() -> tuple[CountyRow, ...]:
    """The counties of the nation."""
    return tuple(CountyRow(row["fips"], row["name"], row["usps"]) for row in _rows("counties.csv"))


@cache
def areas() -> tuple[AreaRow, ...]:
    """Which field office serves where."""
    return tuple(AreaRow(row["office"], row["usps"], row["county_fips"]) for row in _rows("areas.csv"))


@cache
def agencies() -> tuple[AgencyRow, ...]:
    """The invented agencies, field offices apart."""
    return tuple(
        AgencyRow(
            name=row["name"],
            kind=AgencyKind(row["kind"]),
            usps=row["usps"],
            ori=row["ori"],
            county_fips=row["county_fips"],
            purpose=Purpose(row["purpose"]) if row["purpose"] else None,
            locations=tuple(row["locations"].split(";")) if row["locations"] else (),
            delivery=Delivery(
                IdrDelivery(row["idr_delivery"]),
                row["state_capable"] == "1",
                row["ori_capable"] == "1",
                Channel(row["channel"]),
            )
            if row["idr_delivery"]
            else None,
        )
        for row in _rows("agencies.csv")
    )


@cache
def participations() -> tuple[ParticipationRow, ...]:
    """The invented entries of the participation register."""
    return tuple(
        ParticipationRow(
            jurisdiction=row["jurisdiction"],
            purpose=Purpose(row["purpose"]),
            legal_basis=LegalBasis(row["legal_basis"]),
            citation=row["citation"],
            agreement_date=date.fromisoformat(row["agreement_date"]),
            starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
            exit_kind=Exit(row["exit_kind"]) if row["exit_kind"] else None,
            exit_reason=row["exit_reason"],
            consent=Consent(row["consent"]),
        )
        for row in _rows("participations.csv")
    )


@cache
def staff() -> tuple[StaffRow, ...]:
    """The invented staff; the administrator comes first and grants the others their roles."""
    return tuple(
        StaffRow(row["username"], row["display_name"], row["agency"], Role(row["role"])) for row in _rows("staff.csv")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
