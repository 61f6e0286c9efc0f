# SPDX-License-Identifier: Apache-2.0
"""The pages of a priority: what they say, to whom, and what is done on them."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.facts.models import Circumstance, Finding
from secure_communities.prioritize.overrides.models import Override
from tests.platform.builders import a_user, an_agency
from tests.prioritize import cases as a
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def address(query: Any, rest: str = "", purpose: str = "referral") -> str:
    return f"/assessments/{query.pk}/{rest}?purpose={purpose}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_says_the_answer_why_what_is_missing_and_what_would_change_it(desk: SignedIn) -> None:
    query = a.a_case("3562")
    html = text(desk(a.an_officer(query)).get(address(query)))
    for said in ("For a person to decide", "outside the order", "Provisional", "3562 Marijuana - possess",
                 "Why", "What is missing", "What would change it", "Level 1", "1 of 3", "Draft table",
                 "Under each set of rules", "What went before"):  # fmt: skip
        assert said in html, said
    made = Assessment.objects.get(rule_set="SC-2009")
    assert made.rule_hash in html and made.inputs_hash in html
    assert "the same answer" in html


def test_a_level_is_said_in_words_with_its_place_in_the_order(desk: SignedIn) -> None:
    query = a.a_case("1201")
    a.the_outcome(query, DispositionKind.CONVICTED, sentence_months=48)
    a.assess(query)
    html = text(desk(a.an_officer(query)).get(address(query)))
    assert 'aria-current="true"' in html and "This case" in html and "A conviction" in html


def test_the_purpose_is_asked_before_the_page_opens_and_the_reading_is_logged(desk: SignedIn) -> None:
    query = a.a_case()
    client = desk(a.an_officer(query))
    assert "Why do you open this record?" in text(client.get(f"/assessments/{query.pk}/"))
    assert not Event.objects.filter(kind="assessment:read").exists()
    client.get(address(query))
    assert Event.objects.get(kind="assessment:read").purpose == "referral"


def test_another_office_and_a_specialist_do_not_come_in(desk: SignedIn) -> None:
    query = a.a_case()
    a.an_office(query)
    stranger = a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE))
    for who in (stranger, a_user(Role.SUPPORT_SPECIALIST), a_user(Role.BOOKING_OFFICER)):
        for rest in ("", f"{Assessment.objects.first().pk}/", "again/", "override/"):
            assert desk(who).get(address(query, rest)).status_code == 403


def test_of_a_protected_person_the_field_reads_that_it_is_withheld_and_nothing_else(desk: SignedIn) -> None:
    query = a.a_case(protected_class="VAWA")
    officer = desk(a.an_officer(query))
    made = Assessment.objects.filter(query=query).first()
    for rest in ("", f"{made.pk}/", "again/", "finding/", "circumstance/", "override/"):
        html = text(officer.get(address(query, rest)))
        assert "Withheld" in html and "3562" not in html and made.rule_hash not in html
    assert officer.get(address(query, f"{made.pk}/pdf/")).status_code == 403
    counsel = desk(a_user(Role.COUNSEL))
    assert made.rule_hash in text(counsel.get(address(query, f"{made.pk}/", "counsel")))


def test_every_former_assessment_opens_with_its_own_inputs(desk: SignedIn) -> None:
    query = a.a_case("3562")
    first = Assessment.objects.get(rule_set="SC-2009")
    a.the_outcome(query, DispositionKind.DISMISSED)
    a.assess(query)
    client = desk(a.an_officer(query))
    assert first.inputs_hash not in text(client.get(address(query))).split("What went before")[0]
    html = text(client.get(address(query, f"{first.pk}/")))
    assert "A former assessment" in html and first.inputs_hash in html and "the same answer" in html
    assert "What you can do" not in html


def test_assessing_again_shows_first_what_would_come_of_it_and_writes_nothing_then(desk: SignedIn) -> None:
    query = a.a_case("1201")
    a.the_outcome(query, DispositionKind.DISMISSED)
    client = desk(a.an_officer(query))
    before = Assessment.objects.count()
    html = text(client.get(address(query, "again/")))
    assert "Level 1" in html and "Not ranked" in html and Assessment.objects.count() == before
    assert client.post(address(query, "again/")).status_code == 302
    assert CurrentAssessment.objects.get(query=query, rule_set="SC-2009").answer == "NOT_APPLICABLE"


def test_a_finding_is_checked_before_it_is_stated_and_names_the_officer(desk: SignedIn) -> None:
    query = a.a_case()
    client = desk(a.an_officer(query))
    form = {"name": "OUTSTANDING_REMOVAL_ORDER", "value": "yes", "evidence": "Order SAMPLE-7 of a judge."}
    assert client.post(address(query, "finding/"), {**form, "value": ""}).status_code == 422
    assert "Check before you state it" in text(client.post(address(query, "finding/"), form))
    assert not Finding.objects.exists()
    assert client.post(address(query, "finding/"), {**form, "checked": "yes"}).status_code == 302
    assert Finding.objects.get().value is True


def test_a_circumstance_is_shown_and_changes_no_answer(desk: SignedIn) -> None:
    query = a.a_case("1201")
    client = desk(a.an_officer(query))
    before = CurrentAssessment.objects.get(query=query, rule_set="SC-2009").answer
    form = {"code": "PRIMARY_CARER", "holds": "yes", "text": "Cares for two children alone, says the sister."}
    assert client.post(address(query, "circumstance/"), form).status_code == 302
    assert Circumstance.objects.count() == 1
    html = text(client.get(address(query)))
    assert "They never raise a level" in html and "Cares for two children alone" in html
    a.assess(query)
    assert CurrentAssessment.objects.get(query=query, rule_set="SC-2009").answer == before


PROPOSAL = {
    "answer": "LEVEL_3", "reason_code": "REVIEW_DECIDED", "text": a.WORDS, "expires_on": "2026-12-20",
}  # fmt: skip


def test_an_override_is_proposed_after_a_check_and_approved_by_another_person(desk: SignedIn) -> None:
    query = a.a_case("3562")
    proposer = a.an_officer(query, Role.FIELD_SUPERVISOR)
    client = desk(proposer)
    assert "Check before you propose" in text(client.post(address(query, "override/"), PROPOSAL))
    assert not Override.objects.exists()
    client.post(address(query, "override/"), {**PROPOSAL, "checked": "yes"})
    made = Override.objects.get()
    own = client.post(
        f"/overrides/{made.pk}/?purpose=referral", {"decision": "approve", "reason": "I agree with this."}
    )
    assert "You proposed this" in text(own)
    made.refresh_from_db()
    assert made.state == "proposed"
    second = desk(a.an_officer(query, Role.FIELD_SUPERVISOR))
    decision = {"decision": "approve", "reason": "I read the report: for own use."}
    assert second.post(f"/overrides/{made.pk}/?purpose=referral", decision).status_code == 302
    html = text(second.get(address(query)))
    assert "Decided by two people: Level 3" in html and "An override is in force" in html
    assert Assessment.objects.get(rule_set="SC-2009").answer == "REVIEW"


def test_an_override_that_lacks_something_comes_back_with_what_was_written(desk: SignedIn) -> None:
    query = a.a_case("3562")
    client = desk(a.an_officer(query))
    answer = client.post(address(query, "override/"), {**PROPOSAL, "expires_on": "2027-12-20", "checked": "yes"})
    assert answer.status_code == 409 and "ends within 90 days" in text(answer) and a.WORDS in text(answer)
    answer = client.post(address(query, "override/"), {**PROPOSAL, "answer": "LEVEL_0"})
    assert answer.status_code == 422


def test_the_reviews_hold_the_cases_of_the_office_that_wait_for_a_person(desk: SignedIn) -> None:
    query = a.a_case("3562")
    html = text(desk(a.an_officer(query)).get("/priorities/to-decide/"))
    assert query.reference in html and "For a person to decide" in html and "0 convicted, 0 charged" in html
    other = desk(a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE)))
    assert query.reference not in text(other.get("/priorities/to-decide/"))
    assert query.reference not in text(
        desk(a_user(Role.COUNSEL)).get("/priorities/to-decide/?answer=INSUFFICIENT_DATA")
    )


def test_the_document_says_what_the_page_says_and_is_the_same_each_time(desk: SignedIn) -> None:
    query = a.a_case("3562")
    made = Assessment.objects.get(rule_set="SC-2009")
    client = desk(a.an_officer(query))
    first = client.get(address(query, f"{made.pk}/pdf/"))
    assert first["Content-Type"] == "application/pdf" and first.content.startswith(b"%PDF-")
    assert client.get(address(query, f"{made.pk}/pdf/")).content == first.content


def test_a_case_that_nobody_assessed_says_so(desk: SignedIn) -> None:
    query = a.a_case(assessed=False)
    html = text(desk(a.an_officer(query)).get(address(query)))
    assert "Not assessed yet" in html and "Assess it" in html


def test_who_may_see_the_priority_is_led_there_and_nobody_else(desk: SignedIn) -> None:
    query = a.a_case("3562")
    number = query.submission.control_number
    referrals = text(desk(a.an_officer(query)).get("/referrals/"))
    assert f"/assessments/{query.pk}/" in referrals
    officer, specialist = a_user(Role.AUTHORISED_OFFICER), a_user(Role.SUPPORT_SPECIALIST)
    assert f"/assessments/{query.pk}/" in text(desk(officer).get(f"/research/{query.pk}/?purpose=determination"))
    assert f"/assessments/{query.pk}/" in text(desk(officer).get(f"/submissions/{number}/?purpose=determination"))
    for who, purpose in ((specialist, "research"), (a_user(Role.EXAMINER), "examination")):
        html = text(desk(who).get(f"/submissions/{number}/?purpose={purpose}"))
        assert f"/assessments/{query.pk}/" not in html


def test_whoever_matches_researches_or_books_never_reads_that_a_case_was_assessed(desk: SignedIn) -> None:
    """A matcher must not learn how dangerous somebody is thought to be."""
    query = a.a_case("3562")
    officer = a.an_officer(query)
    a.a_proposal(query, by=officer)
    number, ori = query.submission.control_number, query.submission.originator
    told = ("Priority assessed", "Priority changed", "Override of a priority proposed")
    auditor = text(desk(a_user(Role.AUDITOR)).get(f"/submissions/{number}/?purpose=oversight"))
    assert all(one in auditor for one in told)
    for who, purpose in (
        (a_user(Role.EXAMINER), "examination"), (a_user(Role.SUPPORT_SPECIALIST), "research"),
        (a_user(Role.OPERATOR), "support"), (a_user(Role.BOOKING_OFFICER, agency=ori.agency), "own_submission"),
    ):  # fmt: skip
        answer = desk(who).get(f"/submissions/{number}/?purpose={purpose}")
        assert answer.status_code == 200
        assert not [one for one in told if one in text(answer)], purpose
    research = text(desk(a_user(Role.SUPPORT_SPECIALIST)).get(f"/research/{query.pk}/?purpose=research"))
    assert not [one for one in told if one in research]
