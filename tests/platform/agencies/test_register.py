# SPDX-License-Identifier: Apache-2.0
"""The participation register against people, services and SQL that would bend it (S9, S24)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies import events, selectors, services
from secure_communities.platform.agencies.models import Participation
from secure_communities.platform.agencies.rules import Reason
from secure_communities.platform.agencies.vocabulary import Consent, Exit, Purpose
from secure_communities.platform.events.models import Event
from secure_communities.platform.refusals import Refusal
from tests.platform.builders import AT, TODAY, a_county, a_manager, a_participation, a_user, an_ori

pytestmark = pytest.mark.django_db


def search(ori, *, on=TODAY, purpose=Purpose.BOOKING, tot="CAR", **facts):
    return selectors.immigration_search(ori, purpose=purpose, tot=tot, on=on, **facts)


def test_a_submission_from_a_jurisdiction_without_an_entry_is_not_searched():
    ori = an_ori()
    assert search(ori).reason_code is Reason.NO_PARTICIPATION
    assert selectors.participation_for(ori, purpose=Purpose.BOOKING, on=TODAY) is None


def test_a_submission_on_the_first_day_of_an_entry_is_searched_and_the_day_before_is_not():
    ori, entry = an_ori(), a_participation(starts_on=date(2026, 3, 1))
    assert search(ori, on=date(2026, 3, 1)).entry == entry.pk
    assert search(ori, on=date(2026, 2, 28)).reason_code is Reason.PARTICIPATION_NOT_YET


def test_another_countys_entry_does_not_help():
    ori = an_ori()
    a_participation(a_county("48113"))
    assert search(ori).reason_code is Reason.NO_PARTICIPATION


def test_bookings_and_supervision_have_their_own_switch():
    county = a_county()
    jail, office = an_ori(), an_ori("ZZTX80101", purpose=Purpose.COMMUNITY_SUPERVISION)
    a_participation(county)
    assert search(jail)
    assert search(office, purpose=Purpose.COMMUNITY_SUPERVISION).reason_code is Reason.NO_PARTICIPATION
    assert search(office, purpose=Purpose.BOOKING).reason_code is Reason.PURPOSE_NOT_OF_THE_ORI
    a_participation(county, purpose=Purpose.COMMUNITY_SUPERVISION)
    assert search(office, purpose=Purpose.COMMUNITY_SUPERVISION)


def test_a_jurisdiction_that_leaves_is_not_searched_from_that_day_on():
    ori, entry = an_ori(), a_participation()
    manager = a_manager()
    services.end_participation(
        participation=entry, ends_on=TODAY, exit_kind=Exit.WITHDREW, reason="The board resolved", by=manager, at=AT
    )
    assert search(ori).reason_code is Reason.JURISDICTION_LEFT
    assert search(ori, on=TODAY - timedelta(days=1))
    event = Event.objects.get(kind=events.PARTICIPATION_ENDED)
    assert (event.actor, event.reason) == (f"user:{manager.username}", "The board resolved")
    assert event.data == {"ends_on": "2026-11-22", "exit": "WITHDREW"}


def test_leaving_takes_effect_today_or_later_and_the_past_stays():
    entry = a_participation()
    with pytest.raises(Refusal, match="today or later"):
        services.end_participation(
            participation=entry,
            ends_on=TODAY - timedelta(days=1),
            exit_kind=Exit.WITHDREW,
            reason="Backdated",
            by=a_manager(),
            at=AT,
        )
    entry.refresh_from_db()
    assert entry.ends_on is None


@pytest.mark.parametrize("day", [date(206, 12, 1), date(9999, 12, 31)])
def test_a_day_that_can_only_be_a_slip_does_not_enter_the_register_where_it_would_stay(day):
    with pytest.raises(Refusal, match="can only be a slip"):
        a_participation(agreement_date=day, starts_on=day)
    if day > TODAY:
        with pytest.raises(Refusal, match="can only be a slip"):
            services.end_participation(
                participation=a_participation(),
                ends_on=day,
                exit_kind=Exit.EXPIRED,
                reason="Slip",
                by=a_manager(),
                at=AT,
            )


def test_an_entry_is_ended_once():
    entry, manager = a_participation(), a_manager()
    ending = {"exit_kind": Exit.EXPIRED, "reason": "It ran out", "by": manager, "at": AT}
    services.end_participation(participation=entry, ends_on=TODAY, **ending)
    with pytest.raises(Refusal, match="already"):
        services.end_participation(participation=entry, ends_on=TODAY + timedelta(days=300), **ending)


def test_ending_needs_a_reason():
    with pytest.raises(Refusal, match="reason"):
        services.end_participation(
            participation=a_participation(), ends_on=TODAY, exit_kind=Exit.WITHDREW, reason="  ", by=a_manager(), at=AT
        )


def test_a_county_can_withdraw_before_it_ever_began():
    entry = a_participation(starts_on=date(2027, 1, 1))
    services.end_participation(
        participation=entry,
        ends_on=date(2027, 1, 1),
        exit_kind=Exit.WITHDREW,
        reason="Changed its mind",
        by=a_manager(),
        at=AT,
    )
    assert not search(an_ori(), on=date(2027, 6, 1))


def test_two_entries_for_one_purpose_never_overlap_but_may_touch():
    county = a_county()
    a_participation(county, ends_on=date(2023, 1, 1), exit_kind=Exit.EXPIRED, exit_reason="It ran out")
    with pytest.raises(Refusal, match="end it first"):
        a_participation(county, starts_on=date(2022, 12, 31))
    a_participation(county, starts_on=date(2023, 1, 1))
    with pytest.raises(Refusal, match="end it first"):
        a_participation(county, starts_on=date(2030, 1, 1), consent=Consent.OBJECTED)


def test_an_ori_of_its_own_has_one_entry_at_a_time_too():
    ori = an_ori()
    a_participation(ori)
    with pytest.raises(Refusal, match="end it first"):
        a_participation(ori)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"citation": "   "}, "Cite the legal ground"),
        ({"agreement_date": date(2020, 1, 2)}, "before the agreement"),
        ({"ends_on": date(2019, 12, 31), "exit_kind": Exit.EXPIRED, "exit_reason": "x"}, "before it begins"),
        ({"ends_on": date(2024, 1, 1)}, "how and why"),
        ({"ends_on": date(2027, 1, 1), "exit_kind": Exit.EXPIRED, "exit_reason": "x"}, "entered open"),
        ({"exit_kind": Exit.WITHDREW, "exit_reason": "x"}, "how and why"),
        ({"reason": ""}, "reason"),
    ],
)
def test_an_entry_without_its_ground_dates_or_reason_is_refused_in_words(fields, sentence):
    with pytest.raises(Refusal, match=sentence):
        a_participation(**fields)
    assert not Participation.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PROGRAMME_MANAGER, Role.BOOKING_SYSTEM)])
def test_only_a_programme_manager_keeps_the_register(role):
    with pytest.raises(NotAllowed, match="programme manager"):
        a_participation(by=a_user(role))
    assert not Participation.objects.exists()


def test_nobody_unnamed_keeps_the_register():
    with pytest.raises(NotAllowed, match="Sign in"):
        a_participation(by="system:worker")


@pytest.mark.parametrize(
    "change",
    [
        "consent = 'PENDING'",
        "starts_on = '2019-06-01'",
        "citation = 'another'",
        "purpose = 'COMMUNITY_SUPERVISION'",
        "ends_on = '2026-12-01', exit = 'EXPIRED', exit_reason = 'x', legal_basis = 'STATE_STATUTE'",
        "exit = ''",
    ],
)
def test_sql_cannot_edit_an_entry(change):
    a_participation()
    with pytest.raises(IntegrityError, match="never edited"), connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f"UPDATE agencies_participation SET {change}")


def test_sql_cannot_reopen_or_delete_an_entry():
    entry = a_participation()
    services.end_participation(
        participation=entry, ends_on=TODAY, exit_kind=Exit.WITHDREW, reason="Left", by=a_manager(), at=AT
    )
    with pytest.raises(IntegrityError, match="never edited"), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("UPDATE agencies_participation SET ends_on = NULL, exit = '', exit_reason = ''")
    with pytest.raises(IntegrityError, match="keeps every entry"), transaction.atomic():
        Participation.objects.all().delete()
    assert Participation.objects.get().exit == Exit.WITHDREW


def test_the_public_export_equals_the_register():
    county, ori = a_county(), an_ori("ZZTX00102")
    first = a_participation(county, ends_on=date(2023, 1, 1), exit_kind=Exit.EXPIRED, exit_reason="It ran out")
    second = a_participation(county, starts_on=date(2024, 1, 1), consent=Consent.OBJECTED)
    third = a_participation(ori, starts_on=date(2030, 1, 1))
    exported = list(selectors.register_export(on=TODAY))
    assert [int(row["entry"]) for row in exported] == [first.pk, second.pk, third.pk]
    assert [row["consent"] for row in exported] == ["EXPIRED", "OBJECTED", "AGREED"]
    assert [row["county_fips"] or row["ori"] for row in exported] == ["48201", "48201", "ZZTX00102"]
    assert exported[0]["ends_on"] == "2023-01-01"
    assert Participation.objects.count() == len(exported)


def test_every_change_of_the_register_is_an_event_with_its_reason():
    entry = a_participation()
    event = Event.objects.get(kind=events.PARTICIPATION_OPENED)
    assert (event.about_type, event.about_id, event.reason) == ("participation", str(entry.pk), "Signed")
    assert event.data["jurisdiction"] == "48201"
