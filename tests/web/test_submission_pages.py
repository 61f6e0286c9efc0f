# SPDX-License-Identifier: Apache-2.0
"""The list of submissions and the life of one: who sees what, for what purpose, at what cost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from secure_communities.identify.intake import preparation, services
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.responses import documents
from secure_communities.interchange.itl import Finding
from secure_communities.interchange.xml import inquiries
from secure_communities.platform.access.roles import Role
from secure_communities.platform.documents import DocumentFailed
from secure_communities.platform.events.models import Event
from secure_communities.web.views import queries
from tests.identify.builders import (
    AT,
    a_candidate_match,
    a_confirmed_match,
    a_criminal_subject,
    a_determination,
    a_jail,
    a_submission,
    an_accepted_submission,
    an_examiner,
    fresh,
    identify,
    search_criminal,
    search_immigration,
)
from tests.platform.builders import a_user
from tests.platform.ui.markup import find, read
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def a_booking_officer(submission: Submission) -> Any:
    return a_user(Role.BOOKING_OFFICER, agency=submission.originator.agency)


def page_of(client: Client, submission: Submission, purpose: str = "", **more: Any) -> Any:
    query = {"purpose": purpose} if purpose else {}
    return client.get(f"/submissions/{submission.control_number}/", {**query, **more})


def reads(submission: Submission) -> list[tuple[str, str]]:
    found = Event.objects.filter(kind="submission:read", correlation=submission.control_number).order_by("id")
    return list(found.values_list("actor", "purpose"))


def refused(submission: Submission) -> Submission:
    finding = Finding("L0008", message="finger 7: the image is blank", record=8, idc=7, tag="4.999")
    preparation.refuse(services.locked(submission.pk), [finding], at=AT)
    return fresh(submission)


# -- opening a record --


def test_a_stranger_is_sent_to_sign_in() -> None:
    for path in ("/submissions/", "/submissions/SC-X/", "/my-work/", "/examination/", "/research/"):
        assert Client().get(path).headers["Location"].startswith("/sign-in/?next=")


def test_a_script_of_a_signed_out_page_is_told_to_reload_it() -> None:
    answer = Client().get("/submissions/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_without_a_purpose_the_record_stays_closed_and_the_reason_is_asked(desk: SignedIn) -> None:
    submission = an_accepted_submission()
    answer = page_of(desk(a_booking_officer(submission)), submission)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert find(html, "h1")[0].text == "Why do you open this record?"
    assert [one.get("value") for one in find(html, "input") if one.get("name") == "purpose"] == ["own_submission"]
    assert reads(submission) == []
    assert "SAMPLE" not in html


@pytest.mark.parametrize("purpose", ["examination", "research", "curiosity"])
def test_a_purpose_of_another_role_is_refused(desk: SignedIn, purpose: str) -> None:
    submission = an_accepted_submission()
    answer = page_of(desk(a_booking_officer(submission)), submission, purpose)
    assert answer.status_code == 422
    assert "does not belong to your role" in answer.content.decode()
    assert reads(submission) == []


def test_a_reading_is_logged_with_its_purpose(desk: SignedIn) -> None:
    submission = an_accepted_submission()
    officer = a_booking_officer(submission)
    assert page_of(desk(officer), submission, "own_submission").status_code == 200
    assert reads(submission) == [(f"user:{officer.username}", "own_submission")]


def test_a_booking_officer_cannot_open_another_agencys_submission(desk: SignedIn) -> None:
    submission = an_accepted_submission()
    stranger = a_booking_officer(an_accepted_submission(a_jail("ZZTX00202", participating=False), person=2))
    answer = page_of(desk(stranger), submission, "own_submission")
    assert answer.status_code == 403
    assert "You may not open this" in answer.content.decode()
    assert reads(submission) == []
    assert submission.control_number not in desk(stranger).get("/submissions/").content.decode()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COUNSEL, Role.FIELD_OFFICER, Role.PROGRAMME_MANAGER])
def test_roles_without_business_here_see_neither_list_nor_record(desk: SignedIn, role: Role) -> None:
    submission = an_accepted_submission()
    client = desk(a_user(role))
    assert client.get("/submissions/").status_code == 403
    assert page_of(client, submission, "oversight").status_code == 403


def test_an_unknown_number_is_a_page_of_the_system(desk: SignedIn) -> None:
    answer = desk(a_user(Role.AUDITOR)).get("/submissions/SC-NONE/", {"purpose": "oversight"})
    assert answer.status_code == 404
    assert "There is no such record here" in answer.content.decode()


# -- what each purpose shows --


def test_a_booking_officer_sees_the_criminal_lane_and_own_responses_only(desk: SignedIn) -> None:
    query = a_confirmed_match()
    submission = fresh(query.submission)
    html = page_of(desk(a_booking_officer(submission)), submission, "own_submission").content.decode()
    assert [one.get("aria-label") for one in find(html, of_class="ui-track")] == ["Criminal register"]
    titles = [one.text for one in find(html, of_class="ui-timeline__title")]
    assert "First response ready: the criminal answer" in titles
    assert not any("xaminer" in title or "uery" in title or "mmigration" in title for title in titles)
    assert query.reference not in html
    assert "Status query" not in html


def test_the_second_response_reaches_the_booking_officer_when_it_is_delivered_to_them(desk: SignedIn) -> None:
    determination = a_determination(a_confirmed_match())
    submission = fresh(determination.query.submission)
    html = page_of(desk(a_booking_officer(submission)), submission, "own_submission").content.decode()
    assert "Second response: the determination (IDR and IAR)" in html
    assert "Response of the support centre (IAR)" not in html
    assert "it is not a detainer" in html


def test_the_support_centre_sees_both_lanes_and_the_query(desk: SignedIn) -> None:
    query = a_confirmed_match()
    html = page_of(desk(a_user(Role.SUPPORT_SPECIALIST)), query.submission, "research").content.decode()
    assert len(find(html, of_class="ui-track")) == 2
    assert "Status query to the support centre (IAQ)" in html
    assert f"/research/{query.pk}/?purpose=research" in html


def test_an_examiner_sees_prints_and_no_name(desk: SignedIn) -> None:
    submission = search_criminal(an_accepted_submission())
    html = page_of(desk(an_examiner()), submission, "examination").content.decode()
    assert find(html, "h1")[0].text == submission.control_number
    assert len(find(html, of_class="ui-finger")) == 10
    assert find(html, of_class="ui-message") == []
    assert "SAMPLE" not in html.replace("Sample agency", "")


def test_an_operator_sees_states_and_nobody(desk: SignedIn) -> None:
    submission = search_criminal(an_accepted_submission())
    html = page_of(desk(a_user(Role.OPERATOR)), submission, "support").content.decode()
    assert find(html, of_class="ui-finger") == [] and find(html, of_class="ui-message") == []
    assert "As booked" not in html


def test_an_examiner_who_is_to_decide_reads_nothing_of_the_other_decision(desk: SignedIn) -> None:
    compared = a_candidate_match()
    identify(compared)
    second = an_examiner()
    html = page_of(desk(second), compared.submission, "examination").content.decode()
    titles = [one.text for one in find(html, of_class="ui-timeline__title")]
    assert "Examiner decided" not in titles
    assert "subjects searched" not in html
    identify(compared, second)
    html = page_of(desk(second), compared.submission, "examination").content.decode()
    assert "Examiner decided" in [one.text for one in find(html, of_class="ui-timeline__title")]


def test_a_refused_file_says_what_is_wrong_and_where(desk: SignedIn) -> None:
    submission = refused(a_submission())
    html = page_of(desk(a_booking_officer(submission)), submission, "own_submission").content.decode()
    section = next(one for one in find(html, "section") if one.get("aria-labelledby") == "findings-title")
    for said in ("L0008", "4.999", "finger 7: the image is blank"):
        assert said in section.text


def test_charges_without_a_submitted_code_are_unknown(desk: SignedIn) -> None:
    submission = an_accepted_submission(fields={"2.900": None})
    html = page_of(desk(a_booking_officer(submission)), submission, "own_submission").content.decode()
    assert "no code submitted" in html


# -- images and files of a page view --


def addresses(html: str, tag: str, attribute: str, part: str) -> list[str]:
    return [one.attributes[attribute] for one in find(html, tag) if part in one.attributes.get(attribute, "")]


def test_finger_images_come_as_private_png_and_add_no_reading(desk: SignedIn) -> None:
    submission = search_criminal(an_accepted_submission())
    client = desk(a_booking_officer(submission))
    html = page_of(client, submission, "own_submission").content.decode()
    images = addresses(html, "image", "href", "/fingers/")
    assert len(images) == 10
    answer = client.get(images[0])
    assert answer.status_code == 200
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"].startswith("private")
    assert len(reads(submission)) == 1


def test_a_finger_image_needs_the_pass_of_an_opened_page(desk: SignedIn) -> None:
    submission = search_criminal(an_accepted_submission())
    officer = a_booking_officer(submission)
    html = page_of(desk(officer), submission, "own_submission").content.decode()
    image = addresses(html, "image", "href", "/fingers/")[0]
    bare = image.partition("?")[0]
    other = search_criminal(an_accepted_submission(submission.originator, person=2))
    assert desk(officer).get(bare).status_code == 403
    assert desk(a_booking_officer(submission)).get(image).status_code == 403
    assert desk(officer).get(image.replace(submission.control_number, other.control_number)).status_code == 403


def test_a_download_by_the_agency_is_a_delivery_and_one_by_the_centre_is_not(desk: SignedIn) -> None:
    submission = search_criminal(an_accepted_submission())
    message = submission.messages.get(kind="first")
    centre = desk(a_user(Role.SUPPORT_SUPERVISOR))
    html = page_of(centre, submission, "research").content.decode()
    assert centre.get(addresses(html, "a", "href", "/messages/")[0]).status_code == 200
    message.refresh_from_db()
    assert message.state == "ready"
    agency = desk(a_booking_officer(submission))
    html = page_of(agency, submission, "own_submission").content.decode()
    answer = agency.get(addresses(html, "a", "href", "/messages/")[0])
    assert "attachment" in answer.headers["Content-Disposition"]
    message.refresh_from_db()
    assert (message.state, message.delivered_by) == ("delivered", "portal")


def test_the_pass_of_an_agency_opens_no_message_of_the_support_centre(desk: SignedIn) -> None:
    query = a_confirmed_match()
    submission = fresh(query.submission)
    client = desk(a_booking_officer(submission))
    html = page_of(client, submission, "own_submission").content.decode()
    own = addresses(html, "a", "href", "/messages/")[0]
    asked = submission.messages.get(kind="query")
    first = submission.messages.get(kind="first")
    assert client.get(own.replace(first.tcn, asked.tcn)).status_code == 404
    printed = addresses(html, "a", "href", "/pdf/")[0]
    assert client.get(printed).headers["Content-Type"] == "application/pdf"
    assert client.get(printed.replace(first.tcn, asked.tcn)).status_code == 404


def test_a_message_is_printed_only_with_the_pass_of_an_opened_page(desk: SignedIn) -> None:
    submission = search_criminal(an_accepted_submission())
    client = desk(a_user(Role.SUPPORT_SUPERVISOR))
    printed = addresses(page_of(client, submission, "research").content.decode(), "a", "href", "/pdf/")[0]
    answer = client.get(printed)
    assert answer.content.startswith(b"%PDF-") and "attachment" in answer.headers["Content-Disposition"]
    assert client.get(printed.partition("?")[0]).status_code == 403


def test_the_query_is_downloaded_as_xml_too(desk: SignedIn) -> None:
    submission = fresh(a_confirmed_match().submission)
    client = desk(a_user(Role.SUPPORT_SUPERVISOR))
    html = page_of(client, submission, "research").content.decode()
    (written,) = [one for one in addresses(html, "a", "href", "/messages/") if "form=xml" in one]
    answer = client.get(written)
    assert answer.headers["Content-Type"] == "application/xml" and b"n2:NLETSInquiryData" in answer.content
    assert inquiries.read_query(answer.content).fin == "9000000001"


def test_when_a_document_cannot_be_made_the_page_says_what_to_do(desk: SignedIn, monkeypatch: Any) -> None:
    submission = search_criminal(an_accepted_submission())
    client = desk(a_user(Role.SUPPORT_SUPERVISOR))
    printed = addresses(page_of(client, submission, "research").content.decode(), "a", "href", "/pdf/")[0]

    def fail(*_: object, **__: object) -> bytes:
        raise DocumentFailed("took longer than 20 s")

    monkeypatch.setattr(documents, "render", fail)
    answer = client.get(printed)
    assert answer.status_code == 503 and "download it instead" in answer.content.decode()


# -- the list --


def rows_of(html: str) -> list[str]:
    return [one.text for one in find(html, "tr")[1:]]


def test_the_list_tells_an_agency_nothing_of_the_immigration_side(desk: SignedIn) -> None:
    query = a_confirmed_match()
    html = desk(a_booking_officer(query.submission)).get("/submissions/").content.decode()
    assert query.submission.control_number in html
    assert "mmigration" not in html
    assert "Queries" not in html and "support centre" not in html


def test_an_agency_cannot_ask_for_states_of_the_immigration_side(desk: SignedIn) -> None:
    query = a_confirmed_match()
    client = desk(a_booking_officer(query.submission))
    unfiltered = rows_of(client.get("/submissions/").content.decode())
    for state in ("query", "late", "unmatched", "determined"):
        assert rows_of(client.get("/submissions/", {"state": state}).content.decode()) == unfiltered
    waiting = a_candidate_match(jail=query.submission.originator, person=1).submission
    html = client.get("/submissions/", {"state": "examiner"}).content.decode()
    assert waiting.control_number not in html


def test_each_tile_leads_to_the_rows_it_counts(desk: SignedIn) -> None:
    query = a_confirmed_match()
    jail = query.submission.originator
    search_immigration(an_accepted_submission(jail, person=1))  # waits for examiners
    an_accepted_submission(jail, person=3)
    client = desk(a_user(Role.AUDITOR))
    html = client.get("/submissions/").content.decode()
    tiles = [one for one in find(html, "a") if one.parent and "ui-tile" in one.parent.classes]
    counted = {}
    for tile in tiles:
        value, label = re.match(r"([\d.–]+(?: s)?)(.*)", tile.text).groups()
        rows = [row for row in rows_of(client.get(tile.attributes["href"]).content.decode()) if "SC-" in row]
        if "first response" not in label:
            assert len(rows) == int(value), label
            counted[label.strip()] = len(rows)
    assert counted == {"Received today": 3, "Waiting for examiners": 1, "Queries open": 1, "Queries late": 0}


def test_the_list_is_filtered_by_number_state_and_day_and_ordered_both_ways(desk: SignedIn) -> None:
    jail = a_jail()
    first, second = an_accepted_submission(jail), search_criminal(an_accepted_submission(jail, person=2))
    client = desk(a_user(Role.AUDITOR))

    def listed(**query: str) -> list[str]:
        html = client.get("/submissions/", query).content.decode()
        return [one.text for one in find(html, "a") if one.text.startswith("SC-")]

    both = [second.control_number, first.control_number]
    assert listed() == both
    assert listed(sort="received") == both[::-1]
    assert listed(number=first.tcn) == [first.control_number]
    assert listed(state="answered") == [second.control_number]
    assert listed(day="2026-11-21") == []
    assert listed(day="2026-11-22") == both
    assert listed(ori=" zztx00101 ") == listed(ori="ZZTX00101", days="1") == both
    assert listed(ori="ZZTX00102") == listed(ori="\0ZZ%") == []
    assert listed(state="nonsense", day="nonsense", page="99", number="\0", ori="\0", days="9" * 99) == both


def test_the_list_of_an_ori_is_answered_by_its_index(desk: SignedIn) -> None:
    jail = a_jail()
    an_accepted_submission(jail)
    user = a_user(Role.AUDITOR)
    asked = queries.Asked.of({"ori": jail.ori, "days": "90"}, immigration=True, now=AT)
    found = queries.submissions(user, asked, now=AT).order_by("-received_at", "-id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = found[:25].explain()
    assert "submissions_of_an_agency" in plan and "Sort" not in plan


def test_the_live_list_of_an_ori_asks_for_that_ori_again(desk: SignedIn) -> None:
    jail = a_jail()
    an_accepted_submission(jail)
    html = desk(a_user(Role.AUDITOR)).get("/submissions/", {"ori": jail.ori, "days": "90"}).content.decode()
    live = next(one for one in read(html) if one.get("id") == "live")
    assert live.attributes["hx-get"].endswith(f"?ori={jail.ori}&days=90")
    kept = {one.get("name"): one.get("value") for one in find(html, "input")}
    assert (kept["ori"], kept["days"]) == (jail.ori, "90")
    chips = {one.text: one.attributes["href"] for one in find(html, "a", of_class="ui-chip")}
    assert chips["Last 90 days: remove this filter"] == f"/submissions/?ori={jail.ori}"


def test_a_filter_that_is_set_can_be_removed(desk: SignedIn) -> None:
    an_accepted_submission()
    html = desk(a_user(Role.AUDITOR)).get("/submissions/", {"state": "late", "number": "SC"}).content.decode()
    chips = {one.text: one.attributes["href"] for one in find(html, "a", of_class="ui-chip")}
    assert {text.partition(":")[0]: href for text, href in chips.items()} == {
        "Number": "/submissions/?state=late",
        "State": "/submissions/?number=SC",
    }


def test_the_script_is_answered_only_when_something_changed(desk: SignedIn) -> None:
    jail = a_jail()
    an_accepted_submission(jail)
    client = desk(a_user(Role.AUDITOR))
    live = next(one for one in read(client.get("/submissions/").content.decode()) if one.get("id") == "live")
    seen = live.attributes["hx-headers"].split('"')[3]
    headers = {"HX-Request": "true", "X-Seen": seen}
    assert client.get("/submissions/", headers=headers).status_code == 204
    newer = an_accepted_submission(jail, person=2)
    answer = client.get("/submissions/", headers=headers)
    assert answer.status_code == 200
    assert newer.control_number in answer.content.decode()
    assert not find(answer.content.decode(), "html")


def test_the_list_costs_the_same_queries_however_long_it_is(desk: SignedIn) -> None:
    jail = a_jail()
    client = desk(a_user(Role.AUDITOR))

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/submissions/")
        return len(captured)

    search_criminal(an_accepted_submission(jail))
    few = cost()
    for person in range(2, 8):
        search_criminal(an_accepted_submission(jail, person=person))
    assert cost() == few <= 16


@pytest.mark.parametrize("path", ["/submissions/", "/submissions/{}/?purpose=oversight"])
def test_nothing_is_inline_and_every_page_has_one_heading(desk: SignedIn, path: str) -> None:
    submission = search_criminal(an_accepted_submission())
    answer = desk(a_user(Role.AUDITOR)).get(path.format(submission.control_number))
    elements = read(answer.content.decode())
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert sum(one.tag == "h1" for one in elements) == 1
    for element in elements:
        assert element.tag != "style" and "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith(("on", "hx-on"))]
        assert element.tag != "script" or element.get("src")


def test_what_waits_for_the_first_response_is_named_to_the_centre_and_not_to_the_agency(desk: SignedIn) -> None:
    query = a_confirmed_match(answered=False)
    a_determination(query)
    submission = fresh(query.submission)
    assert submission.messages.get(kind="second").state == "held"
    centre = page_of(desk(a_user(Role.AUTHORISED_OFFICER)), submission, "determination").content.decode()
    assert "Waits for the first response" in centre
    agency = page_of(desk(a_booking_officer(submission)), submission, "own_submission").content.decode()
    assert "Second response" not in agency and "Waits for the first response" not in agency


# -- what each finger said --


def evidence_on(client: Client, submission: Submission, purpose: str) -> list[str]:
    html = page_of(client, submission, purpose).content.decode()
    return [one.text for one in find(html, "section") if (one.get("aria-labelledby") or "").startswith("evidence-")]


def test_an_auditor_reads_why_the_search_decided_once_the_examiners_have(desk: SignedIn) -> None:
    compared = a_candidate_match()
    auditor = desk(a_user(Role.AUDITOR))
    identify(compared)
    assert evidence_on(auditor, fresh(compared.submission), "oversight") == []
    identify(compared)
    [card] = evidence_on(auditor, fresh(compared.submission), "oversight")
    assert "Immigration register, candidate 1: confirmed by examiners" in card
    assert "10 fingers compared" in card and "Right thumb" in card and "bans" in card
    assert compared.candidates.get().subject.number not in card


def test_an_automatic_answer_says_what_each_finger_said(desk: SignedIn) -> None:
    a_criminal_subject(person=1)
    submission = search_criminal(an_accepted_submission())
    [card] = evidence_on(desk(a_user(Role.AUDITOR)), submission, "oversight")
    assert "Criminal register, candidate 1: answered automatically" in card
    assert "In the zone of HIT" in card


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.LEAD_EXAMINER, Role.OPERATOR, Role.SUPPORT_SUPERVISOR])
def test_nobody_but_auditors_is_shown_scores(desk: SignedIn, role: Role) -> None:
    submission = fresh(a_confirmed_match().submission)
    for purpose in ("examination", "research", "determination", "support", "oversight"):
        answer = page_of(desk(a_user(role)), submission, purpose)
        assert "bans" not in answer.content.decode()
