# SPDX-License-Identifier: Apache-2.0
"""Builders of agencies, people and register entries for tests. Each makes what it needs and takes what is given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import RoleGrant, User
from secure_communities.platform.agencies import services
from secure_communities.platform.agencies.models import Agency, County, OriginatingAgency, Participation, State
from secure_communities.platform.agencies.vocabulary import AgencyKind, Consent, LegalBasis, Purpose

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = AT.date()
LONG_AGO = date(2019, 1, 1)

_numbers = count(1)


def a_state(usps: str = "TX", *, fips: str = "48", **fields: Any) -> State:
    return State.objects.get_or_create(usps=usps, defaults={"fips": fips, "name": f"State {usps}", **fields})[0]


def a_county(fips: str = "48201", *, usps: str = "TX") -> County:
    state = a_state(usps, fips=fips[:2])
    return County.objects.get_or_create(fips=fips, defaults={"name": f"County {fips}", "state": state})[0]


def an_agency(kind: AgencyKind = AgencyKind.LOCAL_JAIL, *, state: State | None = None) -> Agency:
    placed = kind in (AgencyKind.LOCAL_JAIL, AgencyKind.SUPERVISION, AgencyKind.STATE_BUREAU)
    return Agency.objects.create(
        name=f"Sample agency {next(_numbers)}", kind=kind, state=(state or a_state()) if placed else state
    )


def a_user(*roles: Role, agency: Agency | None = None, username: str | None = None) -> User:
    user = User.objects.create(
        username=username or f"person.{next(_numbers)}",
        display_name="Sample Person",
        agency=agency or an_agency(AgencyKind.OVERSIGHT),
    )
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, starts_at=AT - timedelta(days=30), granted_by=_granter(user))
    return user


def _granter(user: User) -> User:
    others = User.objects.exclude(pk=user.pk)
    return others.filter(username="granter").first() or User.objects.create(
        username="granter", display_name="Sample Granter", agency=user.agency
    )


def an_administrator() -> User:
    return a_user(Role.ADMINISTRATOR)


def a_manager() -> User:
    return a_user(Role.PROGRAMME_MANAGER)


def an_ori(
    ori: str = "ZZTX00101",
    *,
    agency: Agency | None = None,
    county: County | None = None,
    purpose: Purpose | None = Purpose.BOOKING,
    tots: tuple[str, ...] = ("CAR", "CNA"),
    starts_on: date = LONG_AGO,
) -> OriginatingAgency:
    county = county or a_county()
    administrator = an_administrator()
    opened = services.open_ori(
        ori=ori,
        agency=agency or an_agency(state=county.state),
        county=county,
        purpose=purpose,
        starts_on=starts_on,
        by=administrator,
        at=AT,
    )
    services.permit_transactions(
        ori=opened, tots=tots, starts_on=starts_on, reason="Sample agreement", by=administrator, at=AT
    )
    return opened


def a_participation(jurisdiction: County | OriginatingAgency | None = None, **fields: Any) -> Participation:
    entry: dict[str, Any] = {
        "jurisdiction": jurisdiction or a_county(),
        "purpose": Purpose.BOOKING,
        "legal_basis": LegalBasis.MEMORANDUM,
        "citation": "Sample memorandum of agreement TX-2019-01, section 2",
        "agreement_date": LONG_AGO,
        "starts_on": date(2020, 1, 1),
        "consent": Consent.AGREED,
        "reason": "Signed",
        "at": AT,
    }
    entry["by"] = fields.pop("by", None) or a_manager()
    return services.open_participation(**(entry | fields))
