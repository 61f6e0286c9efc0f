# SPDX-License-Identifier: Apache-2.0
"""What a programme manager records of a jurisdiction: filled in, checked, recorded; refused in place, values kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.agencies.models import Participation
from secure_communities.platform.events.models import Event
from secure_communities.policy.local import Switch
from secure_communities.prioritize.deployment import selectors
from secure_communities.prioritize.deployment.models import Readiness, SwitchSetting
from tests.platform.builders import a_county, a_manager, a_participation, a_user, an_ori
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db

HERE = "/jurisdictions/48201/"
TODAY = "2026-11-22"
MINOR = Switch.NO_DETAINER_ON_MINOR_TRAFFIC_BEFORE_CONVICTION
SWITCH = {"switch": MINOR.value, "on": "yes", "starts_on": TODAY, "citation": "Sample ordinance 12, section 3"}
READY = {
    "name": "STAFF_TRAINED", "value": "62.5", "low": "50", "high": "75", "source": "State bureau, letter 7",
    "as_of": "2026-11-20",
}  # fmt: skip
ENTRY = {
    "whose": "county", "purpose": "BOOKING", "legal_basis": "MEMORANDUM", "citation": "Sample memorandum TX-1",
    "agreement_date": "2026-11-01", "starts_on": "2026-12-01", "consent": "AGREED", "reason": "Signed",
}  # fmt: skip
END = {"ends_on": "2026-12-01", "exit_kind": "WITHDREW", "reason": "The council voted"}


@pytest.fixture
def manager(desk: SignedIn) -> Client:
    a_county()
    return desk(a_manager())


def checked(client: Client, address: str, form: dict[str, str]) -> str:
    """Send the form, read what is to be checked, send it again from there; the page it leads to."""
    asked = client.post(address, form)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "Check your answers" in page and "Nothing is recorded yet." in page
    assert all(f'name="{name}"' in page for name in form)
    done = client.post(address, {**form, "checked": "yes"})
    assert (done.status_code, done.headers["Location"]) == (302, HERE)
    return client.get(HERE).content.decode()


def test_a_switch_is_checked_before_it_is_set_and_holds_from_its_day(manager: Client) -> None:
    assert manager.post(f"{HERE}switch/", SWITCH).status_code == 200
    assert not SwitchSetting.objects.exists()
    page = checked(manager, f"{HERE}switch/", SWITCH)
    assert "The switch is set." in page and "Sample ordinance 12, section 3" in page
    assert selectors.switches_of("48201", on=date(2026, 11, 22)) == {MINOR}
    assert Event.objects.get(kind="jurisdiction:switch-set").reason == SWITCH["citation"]


def test_the_check_says_what_the_switch_does_what_it_is_now_and_what_is_set_for_later(manager: Client) -> None:
    checked(manager, f"{HERE}switch/", SWITCH)
    checked(manager, f"{HERE}switch/", {**SWITCH, "on": "no", "starts_on": "2027-02-01"})
    page = manager.post(f"{HERE}switch/", {**SWITCH, "on": "no", "starts_on": "2026-12-01"}).content.decode()
    assert "no detainer is issued on a booking here" in page
    assert "Set for later already" in page and "off from Feb 1, 2027" in page


@pytest.mark.parametrize(
    ("part", "form", "words"),
    [
        ("switch/", {**SWITCH, "starts_on": "2026-11-21"}, "Give today or a later day"),
        ("switch/", {**SWITCH, "citation": " "}, "Cite the ordinance"),
        ("switch/", {**SWITCH, "switch": "NO_DETAINER_AT_ALL"}, "not one of the available choices"),
        ("readiness/", {**READY, "low": "63"}, "The lower end is not above the value."),
        ("readiness/", {**READY, "high": "62"}, "The upper end is not below the value."),
        ("readiness/", {**READY, "high": "101"}, "Per cent end at 100."),
        ("readiness/", {**READY, "as_of": "2026-11-23"}, "what is to come is not known"),
        ("readiness/", {**READY, "name": "SERIOUS_BOOKINGS"}, "not one of the available choices"),
        ("readiness/", {**READY, "name": "FOREIGN_BORN"}, "not one of the available choices"),
        ("readiness/", {**READY, "source": ""}, "Say who reported it."),
        ("readiness/", {**READY, "value": "NaN"}, "Give a number, such as 62.5."),
        ("entry/", {**ENTRY, "starts_on": "2026-10-31"}, "It cannot begin before the agreement was made."),
        ("entry/", {**ENTRY, "starts_on": "9999-12-31"}, "can only be a slip: give a day from 2000 to 2036."),
        ("entry/", {**ENTRY, "reason": ""}, "Give a reason"),
        ("entry/", {**ENTRY, "whose": "ZZTX00199"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_written_stays(
    manager: Client, part: str, form: dict[str, str], words: str
) -> None:
    for more in ({}, {"checked": "yes"}):
        answer = manager.post(HERE + part, {**form, **more})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page and "There is something to mend" in page and 'aria-invalid="true"' in page
    kept = "Sample memorandum TX-1" if part == "entry/" else form.get("starts_on", form.get("as_of", ""))
    assert kept in page
    assert not (SwitchSetting.objects.exists() or Readiness.objects.exists() or Participation.objects.exists())


def test_going_back_from_the_check_keeps_what_was_written(manager: Client) -> None:
    page = manager.post(f"{HERE}switch/", {**SWITCH, "checked": "yes", "change": "yes"}).content.decode()
    assert 'type="hidden" name="citation"' not in page and "Sample ordinance 12, section 3" in page
    assert not SwitchSetting.objects.exists()


def test_readiness_is_written_in_per_cent_and_kept_as_a_share(manager: Client) -> None:
    page = checked(manager, f"{HERE}readiness/", READY)
    found = Readiness.objects.get()
    assert (found.value, found.low, found.high) == (0.625, 0.5, 0.75)
    assert "State bureau, letter 7" in page and "62% (50% to 75%)" in page
    again = manager.post(f"{HERE}readiness/", {**READY, "value": "70"}).content.decode()
    assert "Known so far" in again and "Nov 20, 2026" in again


def test_an_entry_of_the_county_or_of_one_ori_is_made_and_ended(manager: Client) -> None:
    an_ori()
    page = checked(manager, f"{HERE}entry/", ENTRY)
    assert "Sample memorandum TX-1" in page
    page = checked(manager, f"{HERE}entry/", {**ENTRY, "whose": "ZZTX00101", "consent": "OBJECTED"})
    assert "ZZTX00101" in page
    own = Participation.objects.get(originating_agency__ori="ZZTX00101")
    end = f"{HERE}entries/{own.pk}/end/"
    assert end in page
    page = checked(manager, end, END)
    assert end not in page
    own.refresh_from_db()
    assert (own.ends_on, own.exit, own.exit_reason) == (date(2026, 12, 1), "WITHDREW", "The council voted")


def test_what_the_register_refuses_is_said_and_what_was_written_stays(manager: Client) -> None:
    checked(manager, f"{HERE}entry/", ENTRY)
    answer = manager.post(f"{HERE}entry/", {**ENTRY, "citation": "Another paper", "checked": "yes"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "end it first" in page and "Another paper" in page
    assert Participation.objects.count() == 1


def test_an_entry_is_ended_once_and_from_its_own_county_alone(manager: Client) -> None:
    a_county("48203")
    entry = a_participation()
    end = f"{HERE}entries/{entry.pk}/end/"
    assert manager.get(f"/jurisdictions/48203/entries/{entry.pk}/end/").status_code == 404
    checked(manager, end, END)
    again = manager.post(end, {**END, "checked": "yes"})
    assert (again.status_code, "It was ended already." in again.content.decode()) == (409, True)


def test_nobody_but_a_programme_manager_records_anything(desk: SignedIn) -> None:
    entry = a_participation()
    parts = {"switch/": SWITCH, "readiness/": READY, "entry/": ENTRY, f"entries/{entry.pk}/end/": END}
    for role in set(HUMAN_ROLES) - {Role.PROGRAMME_MANAGER}:
        client = desk(a_user(role))
        page = client.get(HERE).content.decode()
        assert "Set a local switch" not in page and "End it" not in page
        for part, form in parts.items():
            assert client.get(HERE + part).status_code == 403
            assert client.post(HERE + part, {**form, "checked": "yes"}).status_code == 403
    assert not (SwitchSetting.objects.exists() or Readiness.objects.exists())
    assert Participation.objects.get().ends_on is None


def test_a_county_that_is_none_has_no_forms(manager: Client) -> None:
    for part in ("switch/", "readiness/", "entry/", "entries/1/end/"):
        assert manager.get(f"/jurisdictions/99999/{part}").status_code == 404
        assert manager.get(f"/jurisdictions/%00/{part}").status_code == 404
