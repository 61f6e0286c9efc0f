# SPDX-License-Identifier: Apache-2.0
"""A signed determination goes to the field office of the area; a correction to everybody who had the old one."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from secure_communities.identify.referrals import selectors
from secure_communities.identify.referrals.models import Referral
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies.models import Agency, AreaOfResponsibility
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from tests.identify import builders as a
from tests.platform.builders import a_county, a_user, an_agency

pytestmark = pytest.mark.django_db


def an_office(*, county: bool = False) -> Agency:
    office = an_agency(AgencyKind.FIELD_OFFICE)
    place = a_county()
    AreaOfResponsibility.objects.create(field_office=office, state=place.state, county=place if county else None)
    return office


def test_a_signed_determination_is_referred_to_the_office_of_the_county_else_of_the_state() -> None:
    of_state, of_county = an_office(), an_office(county=True)
    determination = a.a_determination(a.a_confirmed_match())
    referral = Referral.objects.get()
    assert (referral.office, referral.determination) == (of_county, determination)
    assert of_state.referrals.count() == 0
    event = Event.objects.get(kind="referral:made")
    assert event.data == {"office": of_county.pk, "determination": determination.pk, "version": 1}


def test_where_no_office_serves_the_determination_stands_and_the_log_says_so() -> None:
    a.a_determination(a.a_confirmed_match())
    assert not Referral.objects.exists()
    assert Event.objects.filter(kind="referral:no-office").count() == 1


def test_a_correction_goes_to_the_office_that_had_the_old_one_and_to_the_one_that_serves_now() -> None:
    old = an_office()
    query = a.a_confirmed_match()
    a.a_determination(query)
    new = an_office(county=True)
    a.a_correction(query)
    a.a_determination(query, code=Code.USC_CONFIRMED)
    assert set(Referral.objects.filter(determination__version=2).values_list("office", flat=True)) == {old.pk, new.pk}
    seen = selectors.visible_to(a_user(Role.FIELD_OFFICER, agency=old), at=a.AT)
    assert [(one.determination.version, one.superseded) for one in seen] == [(2, False), (1, True)]


def test_an_officer_sees_the_own_office_only() -> None:
    an_office()
    a.a_determination(a.a_confirmed_match())
    stranger = a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE))
    assert not selectors.visible_to(stranger, at=a.AT).exists()
    assert selectors.visible_to(a_user(Role.SUPPORT_SUPERVISOR), at=a.AT).count() == 1
    with pytest.raises(NotAllowed):
        selectors.visible_to(a.a_specialist(), at=a.AT)


def test_the_database_refuses_a_referral_of_another_query_and_keeps_each() -> None:
    office = an_office()
    query = a.a_confirmed_match()
    other = a.a_determination(query)
    with pytest.raises(IntegrityError, match="S1"), transaction.atomic():
        Referral.objects.create(
            office=an_agency(AgencyKind.FIELD_OFFICE), determination=other, referred_at=a.AT,
            query=a.a_confirmed_match(jail=query.submission.originator),
        )  # fmt: skip
    assert office.referrals.count() == 1
    for statement in ("UPDATE referrals_referral SET id = id", "DELETE FROM referrals_referral"):
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
