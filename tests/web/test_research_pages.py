# SPDX-License-Identifier: Apache-2.0
"""The support centre's pages: draft, check, return, sign, each by the right person with evidence and reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.identify.research import selectors
from secure_communities.identify.research.models import Determination, Draft, StatusQuery
from secure_communities.interchange.messages import Determination as Code
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists.models import WorkItem
from tests.identify.builders import (
    AT,
    a_confirmed_match,
    a_conviction,
    a_criminal_subject,
    a_determination,
    a_draft,
    a_specialist,
    an_examiner,
    an_officer,
)
from tests.identify.evidence.gathered import a_researched_query
from tests.platform.builders import a_user
from tests.platform.ui.markup import find
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db

DRAFT = {
    "code": "NONIMM_OVERSTAY",
    "system_1": "IMMIGRATION REGISTER",
    "record_1": "ENCOUNTERS",
    "retrieved_1": "2026-11-22T14:00",
    "confidence": "Two records agree.",
}
SIGNATURE = {"authority": "Sample delegation 1", "reason": "The evidence supports it.", "read": "on"}


def path_of(query: StatusQuery, act: str = "", purpose: str = "research") -> str:
    return f"/research/{query.pk}/{act}{'/' if act else ''}?purpose={purpose}"


def opened(client: Client, query: StatusQuery, purpose: str = "research") -> str:
    return client.get(path_of(query, purpose=purpose)).content.decode()


def sign(client: Client, query: StatusQuery, **changes: Any) -> Any:
    form = {"draft": query.latest_draft.pk, "step": "confirm", **SIGNATURE, **changes}  # type: ignore[union-attr]
    return client.post(path_of(query, "sign", "determination"), form)


# -- who may open a query --


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.STATE_BUREAU, Role.EXAMINER, Role.AUDITOR, Role.OPERATOR])
def test_nobody_outside_the_support_centre_opens_a_query(desk: SignedIn, role: Role) -> None:
    query = a_confirmed_match()
    client = desk(a_user(role, agency=query.submission.originator.agency))
    for purpose in ReadPurpose:
        answer = client.get(path_of(query, purpose=purpose))
        assert answer.status_code == 403
        assert query.reference not in answer.content.decode()
    assert client.get("/research/").status_code == 403
    assert client.post(path_of(query, "draft"), {**DRAFT, "step": "confirm"}).status_code == 403
    assert client.post(path_of(query, "sign"), SIGNATURE).status_code == 403
    assert client.post(path_of(query, "return"), {"reason": "x"}).status_code == 403


def test_without_a_purpose_the_query_stays_closed(desk: SignedIn) -> None:
    query = a_confirmed_match()
    html = desk(a_specialist()).get(f"/research/{query.pk}/").content.decode()
    assert "Why do you open this record?" in html
    assert not Event.objects.filter(kind="submission:read").exists()
    assert not WorkItem.objects.exclude(claimed_by=None).exists()


def test_opening_a_query_is_logged_as_a_reading(desk: SignedIn) -> None:
    query = a_confirmed_match()
    specialist = a_specialist()
    opened(desk(specialist), query)
    reading = Event.objects.get(kind="submission:read")
    assert (reading.actor, reading.purpose) == (f"user:{specialist.username}", "research")


# -- what it shows --


def test_a_query_shows_its_text_the_register_entry_and_the_criminal_record(desk: SignedIn) -> None:
    a_criminal_subject()
    query = a_confirmed_match()
    html = opened(desk(a_specialist()), query)
    assert "IAQ" in html and query.reference in html
    assert "SAMPLEHIDDEN" in html and "A000000001" in html
    assert "CRIMINAL HISTORY RECORD" in html
    assert "Disclosure restricted" not in html


@pytest.mark.parametrize("protected", ["VAWA", None])
def test_a_protected_person_is_flagged_as_restricted(desk: SignedIn, protected: str | None) -> None:
    query = a_confirmed_match(protected_class=protected)
    html = opened(desk(a_specialist()), query)
    assert "Disclosure restricted" in html
    assert "VAWA" not in html


def test_the_list_has_a_clock_and_names_who_holds_a_query(desk: SignedIn) -> None:
    query = a_confirmed_match()
    specialist = a_specialist()
    opened(desk(specialist), query)
    html = desk(a_specialist()).get("/research/").content.decode()
    row = find(html, "tr")[1].text
    assert query.reference in row and "4 h left" in row and specialist.display_name in row


# -- drafting --


def test_opening_a_query_takes_it_and_another_specialist_is_told_so(desk: SignedIn) -> None:
    query = a_confirmed_match()
    first = a_specialist()
    assert find(opened(desk(first), query), "select")
    html = opened(desk(a_specialist()), query)
    assert f"{first.display_name} is working on this query until 16:00 UTC." in html
    assert not find(html, "select")


def test_a_draft_is_shown_back_before_it_is_recorded(desk: SignedIn) -> None:
    query = a_confirmed_match()
    client = desk(a_specialist())
    html = client.post(path_of(query, "draft"), DRAFT).content.decode()
    assert "Records show an admission for a temporary stay" in html
    assert not Draft.objects.exists()
    carried = {one.get("name"): one.get("value") or "" for one in find(html, "input") if one.get("type") == "hidden"}
    assert {name: carried[name] for name in DRAFT} == DRAFT
    changed = client.post(path_of(query, "draft"), {**carried, "step": "edit"}).content.decode()
    assert [one.get("value") for one in find(changed, "input") if one.get("name") == "record_1"] == ["ENCOUNTERS"]
    answer = client.post(path_of(query, "draft"), {**carried, "step": "confirm"})
    assert answer.headers["Location"] == f"/research/{query.pk}/done/drafted/"
    assert Draft.objects.get().code == "NONIMM_OVERSTAY"
    assert "an authorised officer, reads the evidence" in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": ""}, "Choose a determination."),
        ({"code": "DEPORT"}, "Choose one of the determinations."),
        ({"system_1": ""}, "Name the system the evidence comes from."),
        ({"retrieved_1": "yesterday"}, "Give day and time"),
        ({"retrieved_1": "2027-01-01T00:00"}, "This time is still to come."),
        ({"confidence": " "}, "Say in words how sure the evidence makes you."),
        ({"confidence": "x" * 201}, "at most 200 characters"),
        ({"system_2": "OTHER"}, "Complete evidence 2, or leave all of it empty."),
    ],
)
def test_a_draft_with_something_missing_says_what(desk: SignedIn, changes: dict[str, str], said: str) -> None:
    query = a_confirmed_match()
    answer = desk(a_specialist()).post(path_of(query, "draft"), {**DRAFT, **changes, "step": "confirm"})
    assert said in find(answer.content.decode(), of_class="ui-errors")[0].text
    assert not Draft.objects.exists()


def test_a_draft_of_a_determined_query_is_refused_in_a_sentence(desk: SignedIn) -> None:
    query = a_determination(a_confirmed_match()).query
    answer = desk(a_specialist()).post(path_of(query, "draft"), {**DRAFT, "step": "confirm"})
    assert answer.status_code == 409
    assert "cannot happen to a query that is" in find(answer.content.decode(), of_class="ui-notice")[0].text


# -- returning --


def test_a_draft_goes_back_with_its_reason_and_the_specialist_reads_it(desk: SignedIn) -> None:
    query = a_confirmed_match()
    a_draft(query)
    officer = desk(an_officer())
    answer = officer.post(path_of(query, "return", "determination"), {"reason": "Name the visa record."})
    assert answer.headers["Location"] == f"/research/{query.pk}/done/returned/"
    assert officer.get(answer.headers["Location"]).status_code == 200
    html = opened(desk(a_specialist()), query)
    assert "Name the visa record." in html and find(html, "select")


def test_a_draft_does_not_go_back_without_a_reason(desk: SignedIn) -> None:
    query = a_confirmed_match()
    a_draft(query)
    answer = desk(an_officer()).post(path_of(query, "return", "determination"), {"reason": " "})
    assert "Say what is missing" in find(answer.content.decode(), of_class="ui-errors")[0].text
    query.refresh_from_db()
    assert query.state == "drafted"


# -- signing --


def test_an_officer_reads_the_evidence_and_signs(desk: SignedIn) -> None:
    query = a_confirmed_match()
    a_draft(query)
    officer = an_officer()
    client = desk(officer)
    html = opened(client, query, "determination")
    panel = find(html, of_class="ui-interruption")[0].text
    assert "IMMIGRATION REGISTER: ENCOUNTERS, retrieved Nov 22, 2026 15:30 UTC" in panel
    assert "It is not a detainer" in panel
    answer = sign(client, query)
    assert answer.headers["Location"] == f"/research/{query.pk}/done/signed/"
    signed = Determination.objects.get()
    assert (signed.signer, selectors.authority_of(signed)) == (officer, SIGNATURE["authority"])
    assert selectors.reason_of(signed) == SIGNATURE["reason"]
    assert "second response goes out" in client.get(answer.headers["Location"]).content.decode()
    assert "Signed by" in opened(client, query, "determination")


def test_an_adverse_determination_is_read_once_more_before_it_is_signed(desk: SignedIn) -> None:
    query = a_confirmed_match()
    a_draft(query)
    client = desk(an_officer())
    answer = sign(client, query, step="")
    html = answer.content.decode()
    assert "No detainer before an officer has reviewed" in html and "Nothing is signed yet" in html
    assert not Determination.objects.exists()
    carried = {one.get("name"): one.get("value") for one in find(html, "input") if one.get("type") == "hidden"}
    assert sign(client, query, **{name: carried[name] for name in SIGNATURE}).status_code == 302
    assert Determination.objects.exists()


def test_a_determination_in_favour_is_signed_at_once(desk: SignedIn) -> None:
    query = a_confirmed_match()
    a_draft(query, code=Code.LPR)
    assert sign(desk(an_officer()), query, step="").status_code == 302


def test_evidence_is_picked_from_what_was_gathered(desk: SignedIn) -> None:
    query = a_researched_query()
    client = desk(a_specialist())
    offered = [one for one in find(opened(client, query), "input") if one.get("name") == "relied_on"]
    assert {int(one.get("value")) for one in offered} <= set(query.evidence.values_list("pk", flat=True))
    form = {
        "code": "LPR", "relied_on": [offered[0].get("value")], "confidence_code": "AGREEING",
        "contradictions": "One record is older.",
    }  # fmt: skip
    checked = client.post(path_of(query, "draft"), form).content.decode()
    assert "Relies on" in checked and "Independent records agree" in checked
    assert client.post(path_of(query, "draft"), {**form, "step": "confirm"}).status_code == 302
    assert Draft.objects.get().reliances.count() == 1
    nothing = client.post(path_of(query, "draft"), {"code": "LPR", "confidence": "x"}).content.decode()
    assert "Draft a determination" not in nothing or "Choose the evidence" in nothing


def test_a_correction_stops_once_and_the_page_shows_both_versions(desk: SignedIn) -> None:
    query = a_determination(a_confirmed_match()).query
    client = desk(an_officer())
    form = {"code": "ERROR", "words": "The record was a brother's."}
    stop = client.post(path_of(query, "correct", "determination"), form).content.decode()
    assert "It stands until another is drafted and signed." in stop
    answer = client.post(path_of(query, "correct", "determination"), {**form, "step": "confirm"})
    assert answer.headers["Location"] == f"/research/{query.pk}/done/reopened/"
    assert client.get(answer.headers["Location"]).status_code == 200
    a_determination(query, code=Code.LPR)
    html = opened(client, query, "determination")
    assert "Determination, version 2" in html and "Superseded: no longer stands" in html
    assert "The record was a brother&#x27;s." in html


def test_supervisor_agrees_on_the_page_to_what_needs_both(desk: SignedIn) -> None:
    a_criminal_subject()
    query = a_confirmed_match()
    draft = a_draft(query, code=Code.LPR_POSSIBLY_REMOVABLE, conviction_id=a_conviction(query).pk)
    client = desk(a_user(Role.SUPPORT_SUPERVISOR))
    assert "Supervisor and counsel must agree" in opened(client, query, "research")
    answer = client.post(path_of(query, "concur"), {"draft": draft.pk, "reason": "The conviction stands."})
    assert answer.status_code == 302
    assert draft.concurrences.get().capacity == "SUPPORT_SUPERVISOR"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("authority", "State the authority the signature rests on."),
        ("reason", "State in words why"),
        ("read", "Read the evidence listed above"),
    ],
)
def test_a_signature_lacks_nothing(desk: SignedIn, missing: str, said: str) -> None:
    query = a_confirmed_match()
    a_draft(query)
    answer = sign(desk(an_officer()), query, **{missing: ""})
    assert said in find(answer.content.decode(), of_class="ui-errors")[0].text
    assert not Determination.objects.exists()


def both_roles() -> User:
    return a_user(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER)


def test_the_drafter_sees_why_they_cannot_sign_and_cannot(desk: SignedIn) -> None:
    query = a_confirmed_match()
    drafter = both_roles()
    a_draft(query, author=drafter)
    client = desk(drafter)
    html = opened(client, query)
    assert not find(html, of_class="ui-interruption")
    notice = find(html, of_class="ui-notice")[0].text
    assert notice.startswith("You cannot sign it") and "draft" in notice
    assert sign(client, query).status_code == 403
    assert not Determination.objects.exists()


def test_a_specialist_sees_that_only_an_officer_signs(desk: SignedIn) -> None:
    query = a_confirmed_match()
    a_draft(query)
    html = opened(desk(a_specialist()), query)
    assert "Only an authorised officer signs a determination." in html


def test_a_draft_that_changed_meanwhile_is_not_signed(desk: SignedIn) -> None:
    query = a_confirmed_match()
    old = a_draft(query)
    a_draft(query)
    answer = sign(desk(an_officer()), query, draft=old.pk)
    assert answer.status_code == 409
    assert "The draft changed since you opened it" in answer.content.decode()
    assert not Determination.objects.exists()


def test_a_confirmation_belongs_to_the_one_who_acted(desk: SignedIn) -> None:
    query = a_confirmed_match()
    a_draft(query)
    assert desk(a_specialist()).get(f"/research/{query.pk}/done/drafted/").status_code == 403
    assert desk(an_officer()).get(f"/research/{query.pk}/done/signed/").status_code == 403
    assert desk(an_officer()).get(f"/research/{query.pk}/done/nonsense/").status_code == 403


# -- my work --


def test_my_work_holds_what_waits_due_first(desk: SignedIn) -> None:
    query = a_confirmed_match()
    WorkItem.objects.filter(about_id=str(query.pk), worklist="research").update(due_at=AT + timedelta(minutes=3))
    html = desk(a_specialist()).get("/my-work/").content.decode()
    [row] = [one.text for one in find(html, "tr") if query.reference in one.text]
    assert "3 min left" in row


def test_my_work_is_kind_when_there_is_none(desk: SignedIn) -> None:
    html = desk(an_officer()).get("/my-work/").content.decode()
    assert "Nothing waits for you now." in html and "You hold nothing." in html
    assert "no queue of its own" in desk(a_user(Role.AUDITOR)).get("/my-work/").content.decode()


def test_home_leads_to_my_work(desk: SignedIn) -> None:
    assert desk(an_officer()).get("/").headers["Location"] == "/my-work/"


def test_a_booking_officer_finds_answers_to_fetch(desk: SignedIn) -> None:
    query = a_confirmed_match()
    officer = a_user(Role.BOOKING_OFFICER, agency=query.submission.originator.agency)
    html = desk(officer).get("/my-work/").content.decode()
    assert "First response: the criminal answer (SRE)" in html
    assert query.reference not in html


def test_navigation_leads_each_role_to_its_own_pages(desk: SignedIn) -> None:
    def entries(*roles: Role) -> list[str]:
        html = desk(a_user(*roles)).get("/my-work/").content.decode()
        links = [one for one in find(html, "a") if one.parent and one.parent.parent]
        return [one.text for one in links if "ui-nav__wide" in one.parent.parent.classes]

    assert entries(Role.BOOKING_OFFICER) == ["My work", "Bookings", "Submissions", "Help"]
    assert entries(Role.EXAMINER) == ["My work", "Worklists", "Submissions", "Examination", "Help"]
    supervisor, administrator = entries(Role.SUPPORT_SUPERVISOR), entries(Role.ADMINISTRATOR)
    assert {"Worklists", "Submissions", "Research"} <= set(supervisor) and "Examination" not in supervisor
    assert not {"Worklists", "Submissions", "Research", "Examination"} & set(administrator)


def test_the_lists_of_work_come_in_pages(desk: SignedIn) -> None:
    query = a_confirmed_match()
    client = desk(a_user(Role.SUPPORT_SUPERVISOR))
    html = client.get("/research/", {"page": "9"}).content.decode()
    assert query.reference in html and "1–1 of 1" in html
    assert "None" in desk(an_examiner()).get("/examination/").content.decode()
