# SPDX-License-Identifier: Apache-2.0
"""Writes of the agencies app. Each checks who asks, writes row and event in one transaction, and refuses in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from secure_communities.platform import identifiers
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.agencies import events
from secure_communities.platform.agencies.models import (
    Agency,
    BookingLocation,
    County,
    DeliveryPreference,
    OriginatingAgency,
    Participation,
    State,
    TransactionPermission,
)
from secure_communities.platform.agencies.rules import CRIMINAL_TOTS, slip
from secure_communities.platform.agencies.vocabulary import (
    AgencyKind,
    Channel,
    Consent,
    Exit,
    IdrDelivery,
    LegalBasis,
    Purpose,
)
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, refusing, stated

REFUSALS: dict[str, str] = {
    "agencies_agency_name_key": "An agency of that name exists already.",
    "one_bureau_per_state": "The state has its bureau already.",
    "local_and_state_agencies_have_a_state": "A jail, a supervision agency or a state bureau belongs to a state.",
    "agencies_originatingagency_ori_key": "That ORI exists already.",
    "ori_that_submits_has_a_county": "An ORI that submits lies in a county.",
    "location_code_once_per_ori": "The ORI has a booking location of that code already.",
    "location_code_is_plain": "A booking location's code is 1 to 10 capital letters and digits.",
    "one_permission_per_ori_and_tot": "The ORI has that permission already.",
    "permission_is_for_a_criminal_tot": f"Only {', '.join(sorted(CRIMINAL_TOTS))} may be permitted.",
    "participation_cites_its_ground": "Cite the legal ground: the agreement, statute or order by name and section.",
    "participation_follows_its_agreement": "Participation cannot begin before the agreement was made.",
    "participation_ends_after_it_starts": "An entry cannot end before it begins.",
    "participation_ends_with_an_exit_and_reason": "An entry that ends says how and why, and an open one does not.",
    "one_participation_per_county": "The county has an entry for that purpose in that time: end it first.",
    "one_participation_per_ori": "The ORI has an entry for that purpose in that time: end it first.",
    "one_preference_per_ori": "The ORI has a preference in that time already.",
    "only_nff_states_forward_subsequent": "Only a National Fingerprint File state has later arrests to send on.",
}


@transaction.atomic
def add_agency(*, name: str, kind: AgencyKind, state: State | None = None, by: Any, at: datetime) -> Agency:
    """Enter an agency."""
    require(by, Permission.AGENCY_KEEP, at=at)
    with refusing(REFUSALS):
        agency = Agency.objects.create(name=name, kind=kind, state=state)
    append(
        kind=events.AGENCY_ADDED,
        actor=by,
        about=("agency", agency.pk),
        data={"name": name, "kind": str(kind), "state": state.usps if state else None},
        at=at,
    )
    return agency


@transaction.atomic
def open_ori(
    *,
    ori: str,
    agency: Agency,
    starts_on: date,
    county: County | None = None,
    purpose: Purpose | None = None,
    locations: Iterable[tuple[str, str]] = (),
    by: Any,
    at: datetime,
) -> OriginatingAgency:
    """Open an ORI with its booking locations (code, name). Shipped mode opens reserved ORIs only."""
    require(by, Permission.AGENCY_KEEP, at=at)
    if refusal := identifiers.refuse_ori(ori):
        raise Refusal(refusal)
    if county and agency.state_id and county.state_id != agency.state_id:
        raise Refusal("The county lies in another state than the agency.")
    with refusing(REFUSALS):
        opened = OriginatingAgency.objects.create(
            ori=ori, agency=agency, county=county, purpose=purpose or "", starts_on=starts_on
        )
        BookingLocation.objects.bulk_create(
            BookingLocation(originating_agency=opened, code=code, name=name) for code, name in locations
        )
    data = {"ori": ori, "agency": agency.pk, "county": county.fips if county else None, "purpose": purpose}
    append(kind=events.ORI_OPENED, actor=by, about=("ori", ori), data={**data, "starts_on": str(starts_on)}, at=at)
    return opened


@transaction.atomic
def close_ori(*, ori: OriginatingAgency, ends_on: date, reason: str, by: Any, at: datetime) -> OriginatingAgency:
    """Close an ORI: from `ends_on` nothing it sends is accepted and its machine keys prove nothing."""
    require(by, Permission.AGENCY_KEEP, at=at)
    locked: OriginatingAgency = OriginatingAgency.objects.select_for_update().get(pk=ori.pk)
    _end(locked, ends_on=ends_on, at=at)
    append(
        kind=events.ORI_CLOSED,
        actor=by,
        about=("ori", locked.ori),
        reason=stated(reason),
        data={"ends_on": str(ends_on)},
        at=at,
    )
    return locked


@transaction.atomic
def permit_transactions(
    *, ori: OriginatingAgency, tots: Iterable[str], starts_on: date, reason: str, by: Any, at: datetime
) -> list[TransactionPermission]:
    """Permit types of transaction to an ORI."""
    require(by, Permission.AGENCY_KEEP, at=at)
    tots = sorted(set(tots))
    with refusing(REFUSALS):
        permitted = TransactionPermission.objects.bulk_create(
            TransactionPermission(originating_agency=ori, tot=tot, starts_on=starts_on) for tot in tots
        )
    append(
        kind=events.TRANSACTION_PERMITTED,
        actor=by,
        about=("ori", ori.ori),
        reason=stated(reason),
        data={"tots": tots, "starts_on": str(starts_on)},
        at=at,
    )
    return permitted


@transaction.atomic
def end_permission(*, permission: TransactionPermission, ends_on: date, reason: str, by: Any, at: datetime) -> None:
    """End an ORI's permission for a type of transaction."""
    require(by, Permission.AGENCY_KEEP, at=at)
    locked = TransactionPermission.objects.select_for_update().get(pk=permission.pk)
    _end(locked, ends_on=ends_on, at=at)
    append(
        kind=events.TRANSACTION_PERMISSION_ENDED,
        actor=by,
        about=("ori", permission.originating_agency.ori),
        reason=stated(reason),
        data={"tot": permission.tot, "ends_on": str(ends_on)},
        at=at,
    )


@transaction.atomic
def open_participation(
    *,
    jurisdiction: County | OriginatingAgency,
    purpose: Purpose,
    legal_basis: LegalBasis,
    citation: str,
    agreement_date: date,
    starts_on: date,
    consent: Consent,
    reason: str,
    by: Any,
    at: datetime,
    ends_on: date | None = None,
    exit_kind: Exit | None = None,
    exit_reason: str = "",
) -> Participation:
    """Enter a participation (S9). `ends_on`, `exit_kind` and `exit_reason` together record one that is over already.

    An entry that already ended lies in the past as a whole; one in force or to come is ended by `end_participation`.
    """
    require(by, Permission.PARTICIPATION_KEEP, at=at)
    if ends_on is not None and ends_on > at.date():
        raise Refusal("An entry that ends later is entered open, and ended when the time comes.")
    if why := slip(starts_on, today=at.date()):
        raise Refusal(why)
    county = jurisdiction if isinstance(jurisdiction, County) else None
    ori = jurisdiction if isinstance(jurisdiction, OriginatingAgency) else None
    with refusing(REFUSALS):
        entry = Participation.objects.create(
            county=county,
            originating_agency=ori,
            purpose=purpose,
            legal_basis=legal_basis,
            citation=citation.strip(),
            agreement_date=agreement_date,
            starts_on=starts_on,
            ends_on=ends_on,
            consent=consent,
            exit=exit_kind or "",
            exit_reason=exit_reason.strip(),
        )
    append(
        kind=events.PARTICIPATION_OPENED,
        actor=by,
        about=("participation", entry.pk),
        reason=stated(reason),
        data={
            "jurisdiction": county.fips if county else ori.ori if ori else "",
            "purpose": str(purpose),
            "legal_basis": str(legal_basis),
            "consent": str(consent),
            "starts_on": str(starts_on),
            "ends_on": str(ends_on) if ends_on else None,
        },
        at=at,
    )
    return entry


@transaction.atomic
def end_participation(
    *, participation: Participation, ends_on: date, exit_kind: Exit, reason: str, by: Any, at: datetime
) -> Participation:
    """End an entry of the register. From `ends_on` nothing is searched on it; what was searched before stands."""
    require(by, Permission.PARTICIPATION_KEEP, at=at)
    if why := slip(ends_on, today=at.date()):
        raise Refusal(why)
    locked: Participation = Participation.objects.select_for_update().get(pk=participation.pk)
    locked.exit, locked.exit_reason = exit_kind, stated(reason)
    _end(locked, ends_on=ends_on, at=at)
    append(
        kind=events.PARTICIPATION_ENDED,
        actor=by,
        about=("participation", locked.pk),
        reason=locked.exit_reason,
        data={"ends_on": str(ends_on), "exit": str(exit_kind)},
        at=at,
    )
    return locked


@transaction.atomic
def set_delivery_preference(
    *,
    ori: OriginatingAgency,
    idr_delivery: IdrDelivery,
    state_capable: bool,
    ori_capable: bool,
    channel: Channel,
    starts_on: date,
    reason: str,
    by: Any,
    at: datetime,
) -> DeliveryPreference:
    """Set what an ORI receives from `starts_on`; the preference in force until then ends."""
    require(by, Permission.AGENCY_KEEP, at=at)
    OriginatingAgency.objects.select_for_update().get(pk=ori.pk)
    previous = DeliveryPreference.objects.filter(originating_agency=ori, ends_on__isnull=True).first()
    if previous:
        if starts_on < previous.starts_on:
            raise Refusal("A preference that begins later is entered already.")
        previous.ends_on = starts_on
        previous.save(update_fields=["ends_on"])
    with refusing(REFUSALS):
        preference = DeliveryPreference.objects.create(
            originating_agency=ori,
            idr_delivery=idr_delivery,
            state_capable=state_capable,
            ori_capable=ori_capable,
            channel=channel,
            starts_on=starts_on,
        )
    append(
        kind=events.DELIVERY_PREFERENCE_SET,
        actor=by,
        about=("ori", ori.ori),
        reason=stated(reason),
        data={
            "idr_delivery": str(idr_delivery),
            "state_capable": state_capable,
            "ori_capable": ori_capable,
            "channel": str(channel),
            "starts_on": str(starts_on),
        },
        at=at,
    )
    return preference


@transaction.atomic
def set_nff_forwarding(*, state: State, forward_subsequent: bool, reason: str, by: Any, at: datetime) -> State:
    """Record whether an NFF state sends later arrests on for this programme (S10, S24)."""
    require(by, Permission.AGENCY_KEEP, at=at)
    locked = State.objects.select_for_update().get(pk=state.pk)
    locked.forward_subsequent = forward_subsequent
    with refusing(REFUSALS):
        locked.save(update_fields=["forward_subsequent"])
    append(
        kind=events.NFF_FORWARDING_SET,
        actor=by,
        about=("state", locked.usps),
        reason=stated(reason),
        data={"forward_subsequent": forward_subsequent},
        at=at,
    )
    return locked


def _end(row: Any, *, ends_on: date, at: datetime) -> None:
    """End a locked dated row, once, today or later: what was decided under it stays decided under it."""
    if row.ends_on is not None:
        raise Refusal("It was ended already.")
    if ends_on < at.date():
        raise Refusal("It ends today or later: the past stays as it was.")
    if ends_on < row.starts_on:
        raise Refusal("It has not begun yet: end it on its first day, and it never will.")
    row.ends_on = ends_on
    row.save()
