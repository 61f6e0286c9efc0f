# SPDX-License-Identifier: Apache-2.0
"""ORIs, their permissions and preferences, NFF states and field offices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies import events, selectors, services
from secure_communities.platform.agencies.models import (
    AreaOfResponsibility,
    BookingLocation,
    OriginatingAgency,
    State,
    TransactionPermission,
)
from secure_communities.platform.agencies.rules import Coverage, Reason
from secure_communities.platform.agencies.vocabulary import AgencyKind, Channel, IdrDelivery, Purpose
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import (
    AT,
    LONG_AGO,
    TODAY,
    a_county,
    a_participation,
    a_state,
    a_user,
    an_administrator,
    an_agency,
    an_ori,
)

pytestmark = pytest.mark.django_db

NOT_RESERVED = ["TX1010000", "zztx00101", "ZZTX0010", "ZZTX0010\n", "ZZTX0010١", "ZZ TX0010", "ＺZTX00101", ""]


@pytest.mark.parametrize("ori", NOT_RESERVED)
def test_the_service_opens_reserved_oris_only(ori):
    with pytest.raises(Refusal, match="not a reserved one"):
        an_ori(ori)


@pytest.mark.parametrize("ori", NOT_RESERVED)
def test_the_database_holds_reserved_oris_only(ori):
    with pytest.raises(IntegrityError, match="ori_is_reserved"), transaction.atomic():
        OriginatingAgency.objects.create(ori=ori, agency=an_agency(), starts_on=LONG_AGO)


def test_sql_cannot_turn_a_reserved_ori_into_a_real_one_or_move_it():
    an_ori()
    for change in ("ori = 'TX1010000'", "ori = 'ZZTX00109'", "purpose = ''"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE agencies_originatingagency SET {change}")


def test_an_ori_is_unique():
    an_ori()
    with pytest.raises(Refusal, match="exists already"):
        an_ori()


def test_an_ori_lies_in_its_agencys_state():
    california = a_county("06037", usps="CA")
    with pytest.raises(Refusal, match="another state"):
        an_ori(agency=an_agency(state=a_state()), county=california)


def test_an_ori_that_submits_has_a_county():
    with pytest.raises(Refusal, match="lies in a county"):
        services.open_ori(
            ori="ZZTX00101",
            agency=an_agency(),
            purpose=Purpose.BOOKING,
            starts_on=LONG_AGO,
            by=an_administrator(),
            at=AT,
        )


def test_booking_locations_stand_under_their_ori():
    opened = services.open_ori(
        ori="ZZTX00101",
        agency=an_agency(),
        county=a_county(),
        purpose=Purpose.BOOKING,
        locations=[("B01", "Central intake"), ("B02", "North annex")],
        starts_on=LONG_AGO,
        by=an_administrator(),
        at=AT,
    )
    assert list(opened.locations.values_list("code", "name")) == [("B01", "Central intake"), ("B02", "North annex")]
    with pytest.raises(IntegrityError), transaction.atomic():
        BookingLocation.objects.create(originating_agency=opened, code="B01", name="Twice")


def test_an_ori_may_submit_only_what_is_permitted_while_it_is_in_force():
    ori = an_ori(tots=("CAR",), starts_on=date(2026, 1, 1))
    assert selectors.may_submit(ori, "CAR", on=TODAY)
    assert selectors.may_submit(ori, "CNA", on=TODAY).reason_code is Reason.TYPE_NOT_PERMITTED
    assert selectors.may_submit(ori, "FAUF", on=TODAY).reason_code is Reason.TYPE_CIVIL
    assert selectors.may_submit(ori, "CAR", on=date(2025, 12, 31)).reason_code is Reason.ORI_NOT_IN_FORCE


def test_a_closed_ori_submits_no_more_and_is_not_searched():
    ori = an_ori()
    a_participation()
    closed = services.close_ori(ori=ori, ends_on=TODAY, reason="The jail closed", by=an_administrator(), at=AT)
    assert selectors.may_submit(closed, "CAR", on=TODAY).reason_code is Reason.ORI_NOT_IN_FORCE
    decision = selectors.immigration_search(closed, purpose=Purpose.BOOKING, tot="CAR", on=TODAY)
    assert decision.reason_code is Reason.ORI_NOT_IN_FORCE
    assert closed.roles(AT) == frozenset()
    assert Event.objects.get(kind=events.ORI_CLOSED).reason == "The jail closed"


def test_an_ended_permission_ends_submission():
    ori = an_ori(tots=("CAR",))
    permission = TransactionPermission.objects.get()
    services.end_permission(
        permission=permission, ends_on=TODAY, reason="Asked for by the state", by=an_administrator(), at=AT
    )
    assert not selectors.may_submit(ori, "CAR", on=TODAY)
    assert selectors.may_submit(ori, "CAR", on=TODAY - timedelta(days=1))


@pytest.mark.parametrize("tot", ["FAUF", "NFUF", "DEK", "AMN", "SRE", "car", ""])
def test_a_type_that_is_never_searched_cannot_even_be_permitted(tot):
    with pytest.raises(Refusal, match="Only CAR, CNA, CPDR, CPNU"):
        an_ori(tots=(tot,))


def test_a_preference_is_followed_by_the_next_and_kept():
    ori, administrator = an_ori(), an_administrator()

    def prefer(delivery, starts_on):
        services.set_delivery_preference(
            ori=ori,
            idr_delivery=delivery,
            state_capable=True,
            ori_capable=True,
            channel=Channel.API,
            starts_on=starts_on,
            reason="Asked for",
            by=administrator,
            at=AT,
        )

    assert selectors.receives_immigration_response(ori, matched=True, on=TODAY).reason_code is Reason.NOT_WANTED
    prefer(IdrDelivery.MATCH_ONLY, date(2026, 1, 1))
    prefer(IdrDelivery.NO_MATCH_AND_MATCH, date(2026, 6, 1))
    assert not selectors.receives_immigration_response(ori, matched=False, on=date(2026, 5, 31))
    assert selectors.receives_immigration_response(ori, matched=False, on=date(2026, 6, 1))
    assert ori.preferences.count() == 2
    with pytest.raises(Refusal, match="begins later"):
        prefer(IdrDelivery.NONE, date(2026, 2, 1))
    assert Event.objects.filter(kind=events.DELIVERY_PREFERENCE_SET).count() == 2


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.AUTHORISED_OFFICER, Role.BOOKING_OFFICER, Role.AUDITOR])
def test_whoever_works_on_cases_does_not_keep_agencies(role):
    with pytest.raises(NotAllowed):
        services.add_agency(name="Mine", kind=AgencyKind.OVERSIGHT, by=a_user(role), at=AT)


def test_forwarding_of_later_arrests_is_a_logged_switch_that_changes_who_is_searched():
    county = a_county("12086", usps="FL")
    State.objects.filter(usps="FL").update(nff=True)
    a_participation(county)
    an_ori("ZZFL00101", county=county)
    administrator = an_administrator()

    def searched(*, later_arrest):
        fresh = selectors.originator("ZZFL00101")
        return selectors.immigration_search(
            fresh, purpose=Purpose.BOOKING, tot="CAR", on=TODAY, later_arrest=later_arrest
        ).allowed

    assert searched(later_arrest=False)
    assert not searched(later_arrest=True)
    assert selectors.nff_effect(State.objects.get(usps="FL")).coverage is Coverage.FIRST_ARRESTS_ONLY
    services.set_nff_forwarding(
        state=county.state, forward_subsequent=True, reason="State order", by=administrator, at=AT
    )
    assert searched(later_arrest=True)
    assert Event.objects.get(kind=events.NFF_FORWARDING_SET).data == {"forward_subsequent": True}


def test_a_state_outside_the_nff_has_nothing_to_forward():
    with pytest.raises(Refusal, match="National Fingerprint File"):
        services.set_nff_forwarding(
            state=a_state(), forward_subsequent=True, reason="By mistake", by=an_administrator(), at=AT
        )


def test_the_county_named_in_an_area_prevails_over_its_state():
    harris, travis = a_county("48201"), a_county("48453")
    whole, named = an_agency(AgencyKind.FIELD_OFFICE), an_agency(AgencyKind.FIELD_OFFICE)
    AreaOfResponsibility.objects.create(field_office=whole, state=harris.state)
    AreaOfResponsibility.objects.create(field_office=named, state=harris.state, county=harris)
    assert selectors.field_office_for(harris) == named
    assert selectors.field_office_for(travis) == whole
    assert selectors.field_office_for(a_county("06037", usps="CA")) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaOfResponsibility.objects.create(field_office=named, state=harris.state)
