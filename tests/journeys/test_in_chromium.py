# SPDX-License-Identifier: Apache-2.0
"""From the jail's file to the answer that the jail reads, everybody at their own real browser, on a running system."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from secure_communities.interchange import itl
from tests.journeys.staff import Staff
from tests.journeys.system import RunningSystem, eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ONE, TWO, LEAD = "examiner.one", "examiner.two", "lead.one"
SPECIALIST, OFFICER, SUPERVISOR, COUNSEL = "specialist.one", "officer.one", "supervisor.one", "counsel.one"
JAIL = "booking.one"
AGREE = "Pattern, core and minutiae agree on every finger."


@pytest.fixture(scope="module")
def staff(browser: Browser, system: RunningSystem) -> Iterator[Staff]:
    staff = Staff(browser, system)
    yield staff
    staff.close()
    assert staff.complaints == []


def booked(system: RunningSystem, who: str = "known", **fields: str) -> str:
    """The jail posts a file over the API; the immigration search has found a candidate."""
    control = system.jail.submit(system.booking(who, **fields))
    eventually(lambda: system.side(control, "immigration") == "examiner", f"the immigration search of {control}")
    return control


def confirmed(staff: Staff, system: RunningSystem, who: str = "known", **fields: str) -> str:
    """Two examiners confirm, each in their own browser."""
    control = booked(system, who, **fields)
    for each in (ONE, TWO):
        staff.examine(each, control, "Identification", AGREE)
    assert system.side(control, "immigration") == "acknowledged"
    return control


def second_text(system: RunningSystem, control: str) -> str:
    return itl.parse(system.jail.wait_for(control, "second", seconds=60)).of_type(2)[0].text("2.075") or ""


def test_a_booking_goes_from_the_jails_file_to_the_answer_that_the_jail_reads(
    staff: Staff, system: RunningSystem
) -> None:
    control = booked(system)
    first = staff.booking(JAIL, control)
    expect(first.locator("main")).not_to_contain_text("immigration register holds")
    staff.examine(ONE, control, "Identification", AGREE)
    assert system.side(control, "immigration") == "examiner"  # one is not enough
    own = staff.at(ONE, f"/examination/{staff.comparison(control)}/?purpose=examination")
    assert own.get_by_role("button", name="Record my conclusion").count() == 0
    staff.examine(TWO, control, "Identification", AGREE)

    staff.gathered(control)
    drafted = staff.draft(SPECIALIST, control, "NONIMM_OVERSTAY")
    expect(drafted.locator(".ui-done")).to_contain_text("authorised officers")
    assert "second" not in system.jail.kinds(control)
    signed = staff.sign(OFFICER, control)
    expect(signed.locator(".ui-done")).to_contain_text("signed")

    assert "DET:NONIMM_OVERSTAY" in second_text(system, control)
    answers = staff.booking(JAIL, control).locator("main")
    expect(answers).to_contain_text("It is not a detainer, and no request to hold anybody.")
    expect(answers).to_contain_text("DET:NONIMM_OVERSTAY")
    expect(answers.locator("article")).to_have_count(2)


def test_two_who_disagree_are_followed_by_a_lead_on_a_telephone_without_scripts(
    staff: Staff, system: RunningSystem
) -> None:
    control = booked(system)
    staff.examine(ONE, control, "Identification", AGREE, plain=True)
    staff.examine(TWO, control, "Exclusion", "The right index does not agree.", plain=True)
    assert system.side(control, "immigration") == "examiner"
    page = staff.at(LEAD, f"/examination/{staff.comparison(control)}/?purpose=examination", plain=True)
    assert AGREE not in page.content()
    page.locator("label", has_text="Identification").first.click()
    page.get_by_label("What you saw").fill("Nine minutiae agree on the right index.")
    staff.press(page, "Record my first look")
    assert AGREE in page.content() and "The right index does not agree." in page.content()
    page.locator("label", has_text="Identification").first.click()
    page.get_by_label("What you saw").fill("The first examiner is right.")
    staff.press(page, "Record my conclusion")
    assert system.side(control, "immigration") == "acknowledged"

    staff.gathered(control)
    staff.draft(SPECIALIST, control, "NONIMM_OVERSTAY", plain=True)
    staff.sign(OFFICER, control, plain=True)
    assert "DET:NONIMM_OVERSTAY" in second_text(system, control)
    answers = staff.booking(JAIL, control, plain=True)
    assert answers.locator("article").count() == 2


def test_a_possible_citizen_is_not_called_removable_before_supervisor_and_counsel_agree(
    staff: Staff, system: RunningSystem
) -> None:
    control = confirmed(staff, system, f020="TX")  # born in Texas, the booking says
    staff.gathered(control)
    staff.draft(SPECIALIST, control, "NONIMM_OVERSTAY")
    refused = staff.sign(OFFICER, control)
    expect(refused.locator("main")).to_contain_text("(S2)")
    assert "second" not in system.jail.kinds(control)

    staff.conclude(SUPERVISOR, control, "The sign does not hold")
    assert "(S2)" in staff.sign(OFFICER, control).content()  # one of the two is not enough
    staff.conclude(COUNSEL, control, "The sign does not hold")
    signed = staff.sign(OFFICER, control)
    expect(signed.locator(".ui-done")).to_contain_text("signed")
    assert "DET:NONIMM_OVERSTAY" in second_text(system, control)


def test_a_failed_source_is_shown_as_failed_and_asked_again(staff: Staff, system: RunningSystem) -> None:
    at_work = ("--by", "operator.one")
    system.do("evidence", "take-down", "ENTRY_EXIT", "--reason", "Exercise", *at_work)
    try:
        control = confirmed(staff, system)
        query = staff.gathered(control)
        page = staff.at(SPECIALIST, f"/research/{query}/?purpose=research")
        movements = page.locator(".evidence-source", has_text="Entries and exits")
        expect(movements).to_contain_text("Failed")
        expect(movements).to_contain_text("whether it holds a record is not known")
    finally:
        system.do("evidence", "put-back", "ENTRY_EXIT", *at_work)
    movements.get_by_role("button", name="Ask again").click()
    expect(movements).to_contain_text(re.compile("[1-9] records?"))
    staff.draft(SPECIALIST, control, "NONIMM_OVERSTAY")
    staff.sign(OFFICER, control)
    assert "DET:NONIMM_OVERSTAY" in second_text(system, control)


def test_a_late_answer_is_announced_to_the_jail_and_seen_and_called_for_by_the_supervisor(
    staff: Staff, system: RunningSystem
) -> None:
    control = confirmed(staff, system)
    query = staff.gathered(control)
    # Nobody waits four hours for a test: its clock started five hours ago.
    earlier = "SET {} WHERE {} = %s"
    system.forge("research_statusquery", "UPDATE research_statusquery " + earlier.format(
        "sent_at = sent_at - interval '5 hours', due_at = due_at - interval '5 hours'", "id"), query)  # fmt: skip
    system.forge("worklists_workitem", "UPDATE worklists_workitem " + earlier.format(
        "clock_started_at = clock_started_at - interval '5 hours', due_at = due_at - interval '5 hours',"
        " next_notice_at = now()", "about_type = 'query' AND about_id"), str(query))  # fmt: skip
    page = staff.at(SUPERVISOR, "/worklists/late/")
    expect(page.locator("main")).to_contain_text(reference(system, query))
    [(item,)] = system.rows(
        "SELECT id FROM worklists_workitem WHERE about_type = 'query' AND about_id = %s", str(query)
    )
    page = staff.at(SPECIALIST, f"/worklists/items/{item}/")
    page.get_by_label("Why do you call the supervisor?").fill("Two file numbers; which one counts?")
    staff.press(page, "Call")
    page = staff.at(SUPERVISOR, f"/worklists/items/{item}/")
    expect(page.locator("main")).to_contain_text("Two file numbers; which one counts?")

    system.jail.wait_for(control, "pending", seconds=100)  # the workers look every minute
    expect(staff.booking(JAIL, control).locator("main")).to_contain_text("Still being worked on")
    staff.draft(SPECIALIST, control, "NONIMM_OVERSTAY")
    staff.sign(OFFICER, control)
    assert "DET:NONIMM_OVERSTAY" in second_text(system, control)
    expect(staff.booking(JAIL, control).locator("article")).to_have_count(3)


def reference(system: RunningSystem, query: int) -> str:
    return str(system.value("SELECT reference FROM research_statusquery WHERE id = %s", query))


def test_of_a_protected_person_the_jail_learns_of_the_match_alone(staff: Staff, system: RunningSystem) -> None:
    system.run_module("tests.journeys.protected")
    control = confirmed(staff, system, "unknown")
    query = staff.gathered(control)
    held = staff.at(SPECIALIST, f"/research/{query}/?purpose=research")
    expect(held.locator("main")).to_contain_text("Disclosure restricted")
    staff.draft(SPECIALIST, control, "PROTECTED_1367")
    staff.sign(OFFICER, control)

    answer = second_text(system, control)
    page = staff.booking(JAIL, control)
    [pdf] = [one.get_attribute("href") for one in page.get_by_role("link", name="Download as PDF").all()][-1:]
    paper = page.request.get(system.services.address + str(pdf)).body()
    printed = "\n".join(each.extract_text() for each in PdfReader(io.BytesIO(paper)).pages)
    number = system.value(
        "SELECT s.number FROM galleries_registersubject s JOIN examination_candidate c ON c.subject_id = s.id"
        " JOIN examination_examination e ON e.confirmed_id = c.id JOIN research_statusquery q"
        " ON q.examination_id = e.id WHERE q.id = %s", query
    )  # fmt: skip
    for told in (answer, page.content(), printed):
        assert "PROTECTED" not in told and "1367" not in told and str(number) not in told
        assert not re.search(r"\b(visa|asylum|petition|victim|A000\d{6})\b", told, re.IGNORECASE)
