# SPDX-License-Identifier: Apache-2.0
"""Priorities over HTTP: what stands and why, history, counts by charge and conviction, assessing again."""

from __future__ import annotations

from typing import Any

import pytest

from secure_communities.platform.access.roles import Role
from secure_communities.platform.agencies.vocabulary import AgencyKind
from secure_communities.platform.events.models import Event
from secure_communities.prioritize.assessments import selectors
from secure_communities.prioritize.assessments.models import Assessment
from tests.api.callers import Machine, Person
from tests.identify import builders as a
from tests.platform.builders import a_user, an_agency
from tests.prioritize import cases

pytestmark = pytest.mark.django_db


def counsel() -> Person:
    return Person(a_user(Role.COUNSEL))


def path(query: Any, rest: str = "") -> str:
    return f"/assessments/{query.pk}{rest}?purpose=counsel"


def test_a_case_comes_with_its_result_and_the_explanation_of_the_page() -> None:
    query = cases.a_case("3562")
    said = counsel().get(path(query)).json()
    made = Assessment.objects.get(rule_set="SC-2009")
    assert said["assessment"]["answer"] == said["effective_answer"] == "REVIEW"
    assert said["assessment"]["rule_hash"] == made.rule_hash and said["assessment"]["rank"] is None
    assert said["explanation"]["headline"] == selectors.explanation_of(made).headline
    assert said["explanation"]["reasons"] and said["explanation"]["changes"]
    assert counsel().get(said["history"].removeprefix("/api/v1") + "?purpose=counsel").status_code == 200


def test_every_reading_is_logged_with_its_purpose_and_none_goes_without() -> None:
    query = cases.a_case()
    assert counsel().get(f"/assessments/{query.pk}").status_code == 422
    assert not Event.objects.filter(kind="assessment:read").exists()
    counsel().get(path(query))
    counsel().get(path(query, "/history"))
    assert Event.objects.filter(kind="assessment:read", purpose="counsel").count() == 2


def test_up_to_twenty_cases_come_at_once_and_not_one_more() -> None:
    query = cases.a_case()
    answer = counsel().get(f"/assessments?query={query.pk}&purpose=counsel")
    assert [one["query"] for one in answer.json()] == [query.pk]
    many = "&".join(f"query={number}" for number in range(1, 22))
    assert counsel().get(f"/assessments?{many}&purpose=counsel").status_code == 422
    assert counsel().get("/assessments?purpose=counsel").status_code == 422


def test_a_stored_assessment_comes_with_its_inputs_and_gives_the_same_answer_again() -> None:
    query = cases.a_case("1201")
    made = Assessment.objects.get(rule_set="SC-2009")
    said = counsel().get(path(query, f"/history/{made.pk}")).json()
    assert said["recomputed"] is True and said["inputs"] == made.inputs
    pdf = counsel().get(path(query, f"/history/{made.pk}/pdf"))
    assert pdf.content.startswith(b"%PDF-")
    other = counsel().get(f"/assessments/{query.pk}/history/999999?purpose=counsel")
    assert other.status_code == 404


def test_counts_never_add_charges_to_convictions() -> None:
    """S6: no total without the split."""
    cases.a_case("1201")
    said = counsel().get("/assessment-counts").json()
    assert said["rule_set"] == "SC-2009" and said["draft"] is True
    first = said["counts"][0]
    assert first == {"answer": "LEVEL_1", "convicted": 0, "charged": 1, "finding": 0, "none": 0}
    assert {one["answer"] for one in said["counts"]} >= {"REVIEW", "INSUFFICIENT_DATA", "NOT_APPLICABLE"}


def test_a_dry_run_records_nothing_and_the_real_one_does() -> None:
    query = cases.a_case("1201")
    cases.the_outcome(query, cases.DispositionKind.DISMISSED)
    officer = Person(a.an_officer())
    before = Assessment.objects.count()
    body = {"purpose": "determination"}
    said = officer.post(f"/assessments/{query.pk}/reassess", body).json()
    assert (said["before"], said["after"], said["assessment"]) == ("LEVEL_1", "NOT_APPLICABLE", None)
    assert Assessment.objects.count() == before
    said = officer.post(f"/assessments/{query.pk}/reassess", {**body, "dryRun": False}).json()
    assert said["after"] == "NOT_APPLICABLE" and said["assessment"] is not None
    assert counsel().post(f"/assessments/{query.pk}/reassess", {"purpose": "counsel"}).status_code == 403


def test_another_office_a_specialist_and_a_booking_system_get_nothing() -> None:
    query = cases.a_case()
    stranger = Person(a_user(Role.FIELD_OFFICER, agency=an_agency(AgencyKind.FIELD_OFFICE)))
    own = Person(cases.an_officer(query))
    machine = Machine(query.submission.originator)
    for rest in ("", "/history", f"/history/{Assessment.objects.first().pk}"):
        address = f"/assessments/{query.pk}{rest}?purpose=referral"
        assert own.get(address).status_code == 200
        assert stranger.get(address).status_code == 403
        assert Person(a.a_specialist()).get(address).status_code == 403
        assert machine.get(f"/api/v1{address}").status_code == 401
    assert all(one["charged"] == one["none"] == 0 for one in stranger.get("/assessment-counts").json()["counts"])


def test_of_a_protected_person_the_field_gets_that_it_is_withheld_alone() -> None:
    query = cases.a_case(protected_class="VAWA")
    officer = Person(cases.an_officer(query))
    said = officer.get(f"/assessments/{query.pk}?purpose=referral").json()
    assert said["withheld"] is True
    assert [said[key] for key in ("effective_answer", "assessment", "explanation", "history")] == [None] * 4
    made = Assessment.objects.filter(query=query).first()
    for rest in ("/history", f"/history/{made.pk}", f"/history/{made.pk}/pdf"):
        assert officer.get(f"/assessments/{query.pk}{rest}?purpose=referral").status_code == 404
    body = {"purpose": "referral", "dryRun": False}
    assert officer.post(f"/assessments/{query.pk}/reassess", body).status_code == 404
