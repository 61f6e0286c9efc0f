# SPDX-License-Identifier: Apache-2.0
"""Build the synthetic nation through the services, so that it has its events, its grants and its reasons.

Running it again changes nothing that is there: it adds what is missing and leaves what people have changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts import second_factor
from secure_communities.platform.accounts import services as accounts
from secure_communities.platform.accounts.models import User
from secure_communities.platform.agencies import selectors
from secure_communities.platform.agencies import services as agencies_services
from secure_communities.platform.agencies.models import (
    Agency,
    AreaOfResponsibility,
    County,
    OriginatingAgency,
    Participation,
    State,
)
from secure_communities.platform.agencies.rules import CRIMINAL_TOTS
from secure_communities.platform.agencies.vocabulary import AgencyKind, Purpose
from secure_communities.platform.nation import tables
from secure_communities.platform.nation.passwords import demo_authenticator_key, demo_password

REASON = "Synthetic nation"
ORIS_OPENED = date(2018, 1, 1)
_LOCK = 0x5EED


@dataclass(frozen=True, slots=True)
class Nation:
    """What stands after building: counts, and the names that a demonstration or a test starts from."""

    states: int
    counties: int
    agencies: int
    participations: int
    oris: Mapping[Purpose, tuple[str, ...]]  # all that submit, by purpose
    participating: Mapping[Purpose, tuple[str, ...]]  # those of them whose submissions are searched today
    staff: Mapping[Role, tuple[str, ...]]  # usernames


@transaction.atomic
def build_nation(*, at: datetime) -> Nation:
    """Write whatever is missing of the nation as of `at` and say what stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    _places()
    administrator = _first_administrator(at)
    _agencies(administrator, at)
    _field_offices(administrator, at)
    _staff(administrator, at)
    _second_factors(administrator, at)
    manager = User.objects.get(username=_first(Role.PROGRAMME_MANAGER))
    _forwarding(manager, at)
    _participations(manager, at)
    return describe(at=at)


def describe(*, at: datetime) -> Nation:
    """The nation as it stands."""
    submitting = OriginatingAgency.objects.select_related("county__state").exclude(purpose="")
    oris = {purpose: [ori for ori in submitting if ori.purpose == purpose] for purpose in Purpose}
    participating = {
        purpose: tuple(
            ori.ori for ori in those if selectors.participation_for(ori, purpose=purpose, on=at.date()) is not None
        )
        for purpose, those in oris.items()
    }
    by_role: dict[Role, tuple[str, ...]] = {}
    for row in tables.staff():
        by_role[row.role] = (*by_role.get(row.role, ()), row.username)
    return Nation(
        states=State.objects.count(),
        counties=County.objects.count(),
        agencies=Agency.objects.count(),
        participations=Participation.objects.count(),
        oris={purpose: tuple(ori.ori for ori in those) for purpose, those in oris.items()},
        participating=participating,
        staff=by_role,
    )


def _places() -> None:
    State.objects.bulk_create(
        (State(fips=row.fips, usps=row.usps, name=row.name, nff=row.nff) for row in tables.states()),
        ignore_conflicts=True,
    )
    rows = tables.counties()
    if County.objects.count() < len(rows):
        states = {row.usps: row.fips for row in tables.states()}
        columns = [row.fips for row in rows], [row.name for row in rows], [states[row.usps] for row in rows]
        with connection.cursor() as cursor:  # three thousand rows: a statement of three arrays, not of 9,000 values
            cursor.execute(
                "INSERT INTO agencies_county (fips, name, state_id)"
                " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
                columns,
            )


def _first_administrator(at: datetime) -> User:
    row = tables.staff()[0]
    standing = User.objects.filter(username=row.username).first()
    if standing:
        return standing
    # The first agency has nobody yet who could enter it: it comes with the installation, like its administrator.
    office, _ = Agency.objects.get_or_create(name=row.agency, defaults={"kind": AgencyKind.OVERSIGHT})
    return accounts.install_first_administrator(
        username=row.username,
        display_name=row.display_name,
        agency=office,
        password=demo_password(row.username),
        at=at,
    )


def _agencies(by: User, at: datetime) -> None:
    states, counties = _states(), County.objects.in_bulk({row.county_fips for row in tables.agencies()})
    standing = {agency.name: agency for agency in Agency.objects.all()}
    opened = set(OriginatingAgency.objects.values_list("ori", flat=True))
    for row in tables.agencies():
        agency = standing.get(row.name) or agencies_services.add_agency(
            name=row.name, kind=row.kind, state=states.get(row.usps), by=by, at=at
        )
        if row.ori and row.ori not in opened:
            _open_ori(row, agency, counties.get(row.county_fips), by, at)


def _open_ori(row: tables.AgencyRow, agency: Agency, county: County | None, by: User, at: datetime) -> None:
    ori = agencies_services.open_ori(
        ori=row.ori,
        agency=agency,
        county=county,
        purpose=row.purpose,
        locations=[(f"B{number:02d}", name) for number, name in enumerate(row.locations, start=1)],
        starts_on=ORIS_OPENED,
        by=by,
        at=at,
    )
    if row.purpose:
        agencies_services.permit_transactions(
            ori=ori, tots=CRIMINAL_TOTS, starts_on=ORIS_OPENED, reason=REASON, by=by, at=at
        )
    if row.delivery:
        agencies_services.set_delivery_preference(
            ori=ori,
            idr_delivery=row.delivery.idr_delivery,
            state_capable=row.delivery.state_capable,
            ori_capable=row.delivery.ori_capable,
            channel=row.delivery.channel,
            starts_on=ORIS_OPENED,
            reason=REASON,
            by=by,
            at=at,
        )


def _field_offices(by: User, at: datetime) -> None:
    standing = {agency.name: agency for agency in Agency.objects.filter(kind=AgencyKind.FIELD_OFFICE)}
    for office in sorted({row.office for row in tables.areas()}):
        name = f"Field office {office}"
        if name not in standing:
            standing[name] = agencies_services.add_agency(name=name, kind=AgencyKind.FIELD_OFFICE, by=by, at=at)
    states = _states()
    AreaOfResponsibility.objects.bulk_create(
        (
            AreaOfResponsibility(
                field_office=standing[f"Field office {row.office}"],
                state=states[row.usps],
                county_id=row.county_fips or None,
            )
            for row in tables.areas()
        ),
        ignore_conflicts=True,
    )


def _staff(by: User, at: datetime) -> None:
    standing = set(User.objects.values_list("username", flat=True))
    agencies = {agency.name: agency for agency in Agency.objects.all()}
    for row in tables.staff():
        if row.username in standing:
            continue
        user = accounts.add_user(
            username=row.username,
            display_name=row.display_name,
            agency=agencies[row.agency],
            password=demo_password(row.username),
            by=by,
            at=at,
        )
        accounts.grant_role(user=user, role=row.role, reason=REASON, by=by, at=at)


def _second_factors(administrator: User, at: datetime) -> None:
    """An authenticator app for everybody whose role needs one and who has none."""
    for row in tables.staff():
        user = User.objects.get(username=row.username)
        if second_factor.required_of(frozenset({row.role})) and not second_factor.stands(user):
            second_factor.enrol_totp(user=user, secret=demo_authenticator_key(row.username), by=administrator, at=at)


def _forwarding(by: User, at: datetime) -> None:
    # Only when the register is new: what people set later stays.
    if Participation.objects.exists():
        return
    for state in State.objects.filter(usps__in=tables.FORWARDING_STATES, forward_subsequent=False):
        agencies_services.set_nff_forwarding(state=state, forward_subsequent=True, reason=REASON, by=by, at=at)


def _participations(by: User, at: datetime) -> None:
    counties = County.objects.in_bulk({row.jurisdiction for row in tables.participations()})
    oris = {ori.ori: ori for ori in OriginatingAgency.objects.all()}
    for row in tables.participations():
        county, ori = counties.get(row.jurisdiction), oris.get(row.jurisdiction)
        same = Participation.objects.filter(
            county=county, originating_agency=ori, purpose=row.purpose, citation=row.citation, starts_on=row.starts_on
        )
        if not same.exists():
            agencies_services.open_participation(
                jurisdiction=county or oris[row.jurisdiction],
                purpose=row.purpose,
                legal_basis=row.legal_basis,
                citation=row.citation,
                agreement_date=row.agreement_date,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                exit_kind=row.exit_kind,
                exit_reason=row.exit_reason,
                consent=row.consent,
                reason=REASON,
                by=by,
                at=at,
            )


def _states() -> dict[str, State]:
    return {state.usps: state for state in State.objects.all()}


def _first(role: Role) -> str:
    return next(row.username for row in tables.staff() if row.role is role)
