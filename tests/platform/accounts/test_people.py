# SPDX-License-Identifier: Apache-2.0
"""People, their roles and what they see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed, may, require
from secure_communities.platform.accounts import events, selectors, services
from secure_communities.platform.accounts.models import RoleGrant, User
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.agencies.selectors import originators_visible_to
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import AT, LONG_AGO, a_county, a_user, an_administrator, an_agency, an_ori

pytestmark = pytest.mark.django_db


def grant(user, role, *, by, at=AT):
    return services.grant_role(user=user, role=role, reason="Hired", by=by, at=at)


def test_a_role_is_held_from_its_grant_up_to_its_end():
    administrator, user = an_administrator(), a_user()
    held = grant(user, Role.EXAMINER, by=administrator)
    later = AT + timedelta(hours=1)
    services.end_role(grant=held, reason="Left", by=administrator, at=later)
    moments = [AT - timedelta(seconds=1), AT, later - timedelta(seconds=1), later]
    assert [Role.EXAMINER in user.roles(moment) for moment in moments] == [False, True, True, False]
    assert [event.reason for event in Event.objects.filter(kind__startswith="role:").order_by("pk")] == [
        "Hired",
        "Left",
    ]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.BOOKING_SYSTEM)])
def test_only_an_administrator_grants_roles(role):
    with pytest.raises(NotAllowed, match="administrator"):
        grant(a_user(), Role.EXAMINER, by=a_user(role))
    assert not RoleGrant.objects.filter(role=Role.EXAMINER).exclude(user__role_grants__role=role).exists()


def test_not_even_an_administrator_grants_a_role_to_themselves():
    administrator = an_administrator()
    with pytest.raises(Refusal, match="themselves"):
        grant(administrator, Role.AUTHORISED_OFFICER, by=administrator)
    with pytest.raises(IntegrityError, match="nobody_grants"), transaction.atomic():
        RoleGrant.objects.create(user=administrator, role=Role.EXAMINER, starts_at=AT, granted_by=administrator)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_a_grant_without_a_granter_is_refused_by_the_database(role):
    user = a_user()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=user, role=role, starts_at=AT, granted_by=None)


def test_the_installation_appoints_one_administrator_and_no_second():
    office = an_agency(AgencyKind.OVERSIGHT)
    fields = {"display_name": "First", "agency": office, "password": None, "at": AT}
    first = services.install_first_administrator(username="first", **fields)
    assert first.roles(AT) == {Role.ADMINISTRATOR}
    with pytest.raises(Refusal, match="already"):
        services.install_first_administrator(username="second", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=a_user(), role=Role.ADMINISTRATOR, starts_at=AT, granted_by=None)


def test_a_machines_role_is_never_granted_to_a_person():
    with pytest.raises(Refusal, match="booking systems"):
        grant(a_user(), Role.BOOKING_SYSTEM, by=an_administrator())


def test_an_auditor_gets_no_second_role_and_nobody_else_becomes_auditor_beside_theirs():
    administrator, auditor, examiner = an_administrator(), a_user(Role.AUDITOR), a_user(Role.EXAMINER)
    with pytest.raises(Refusal, match="not held by one person"):
        grant(auditor, Role.EXAMINER, by=administrator)
    with pytest.raises(Refusal, match="not held by one person"):
        grant(examiner, Role.AUDITOR, by=administrator)


def test_a_role_is_held_once_at_a_time():
    administrator, user = an_administrator(), a_user()
    grant(user, Role.EXAMINER, by=administrator)
    with pytest.raises(Refusal, match="already"):
        grant(user, Role.EXAMINER, by=administrator)


def test_sql_cannot_edit_reopen_or_delete_a_grant():
    user, administrator = a_user(), an_administrator()
    held = grant(user, Role.BOOKING_OFFICER, by=administrator)
    services.end_role(grant=held, reason="Left", by=administrator, at=AT)
    for change in ("ends_at = NULL", "role = 'EXAMINER'", "ends_at = '2099-01-01'"):
        with pytest.raises(IntegrityError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_rolegrant SET {change} WHERE id = %s", [held.pk])
    with pytest.raises(IntegrityError, match="grants are kept"), transaction.atomic():
        held.delete()


def test_a_deactivated_user_holds_no_role_and_cannot_sign_in():
    user = a_user(Role.EXAMINER)
    services.set_password(user=user, password="a long sentence", by=user, at=AT)
    assert authenticate(HttpRequest(), username=user.username, password="a long sentence") == user
    services.deactivate(user=user, reason="Left", by=an_administrator(), at=AT)
    assert authenticate(HttpRequest(), username=user.username, password="a long sentence") is None
    assert user.roles(AT) == frozenset()
    assert User.objects.get(pk=user.pk).roles(AT) == frozenset()
    with pytest.raises(NotAllowed):
        require(user, Permission.CRIMINAL_CANDIDATE_DECIDE, at=AT)


def test_a_user_without_a_password_cannot_sign_in():
    user = services.add_user(
        username="new.one", display_name="New One", agency=an_agency(), by=an_administrator(), at=AT
    )
    assert not user.has_usable_password()
    assert authenticate(HttpRequest(), username="new.one", password="") is None


def test_nobody_sets_another_persons_password_but_an_administrator():
    user = a_user(Role.EXAMINER)
    with pytest.raises(NotAllowed):
        services.set_password(user=user, password="mine now", by=a_user(Role.LEAD_EXAMINER), at=AT)
    services.set_password(user=user, password="fresh-and-longer", by=an_administrator(), at=AT)
    assert authenticate(HttpRequest(), username=user.username, password="fresh-and-longer") == user
    assert "fresh-and-longer" not in str(list(Event.objects.filter(kind=events.PASSWORD_SET).values()))


def test_an_ori_that_happens_to_share_a_users_number_is_not_that_user():
    user = a_user()
    ori = OriginatingAgency(pk=user.pk, ori="ZZTX00101", starts_on=LONG_AGO)
    with pytest.raises(NotAllowed):
        services.set_password(user=user, password="mine now", by=ori, at=AT)


@pytest.mark.parametrize("username", ["Examiner.One", "examiner one", "", "examiner\n", "exämpel", ".hidden"])
def test_a_username_is_plain(username):
    with pytest.raises((Refusal, ValueError)):
        services.add_user(username=username, display_name="Someone", agency=an_agency(), by=an_administrator(), at=AT)


def test_the_holders_of_a_role_are_found():
    one, two = a_user(Role.EXAMINER, username="b.two"), a_user(Role.EXAMINER, Role.LEAD_EXAMINER, username="a.one")
    gone = a_user(Role.EXAMINER)
    services.deactivate(user=gone, reason="Left", by=an_administrator(), at=AT)
    assert list(selectors.holders(Role.EXAMINER, at=AT)) == [two, one]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BOOKING_SYSTEM])
def test_the_list_of_visible_oris_is_exactly_what_the_policy_allows_one_by_one(role):
    texas = an_ori("ZZTX00101")
    an_ori("ZZTX00201")
    california = an_ori("ZZCA00101", county=a_county("06037", usps="CA"))
    for agency in (texas.agency, california.agency):
        actor = a_user(role, agency=agency)
        one_by_one = {
            ori.pk for ori in OriginatingAgency.objects.all() if may(actor, Permission.SUBMISSION_VIEW, ori, at=AT)
        }
        assert set(originators_visible_to(actor, at=AT).values_list("pk", flat=True)) == one_by_one


def test_a_booking_system_and_a_stranger_see_their_own_ori_and_nothing():
    ori, _ = an_ori("ZZTX00101"), an_ori("ZZTX00102")
    assert list(originators_visible_to(ori, at=AT)) == [ori]
    assert list(originators_visible_to(None, at=AT)) == []
