# SPDX-License-Identifier: Apache-2.0
"""Evidence on the research page: sources with their state, contradictions, history, one record, asking again."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from secure_communities.identify.evidence import selectors
from secure_communities.identify.evidence.models import Evidence
from secure_communities.identify.evidence.ports import Outcome, SourceCode
from secure_communities.identify.records.synthetic import Story
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.sources import services as sources
from secure_communities.identify.sources.rules import FaultKind
from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from tests.identify.builders import AT, a_confirmed_match, a_draft, a_specialist, an_officer
from tests.identify.evidence.gathered import a_researched_query, answer_all
from tests.platform.builders import a_user
from tests.platform.ui.markup import find
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db


def page(client: Any, query: StatusQuery, purpose: str = "research") -> str:
    answer = client.get(f"/research/{query.pk}/?purpose={purpose}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def record_path(row: Evidence, purpose: str = "research") -> str:
    return f"/research/{row.query_id}/evidence/{row.pk}/?purpose={purpose}"


def gather_path(query: StatusQuery) -> str:
    return f"/research/{query.pk}/evidence/gather/?purpose=research"


def test_the_page_shows_who_confirmed_every_source_contradictions_and_history(desk: SignedIn) -> None:
    query = a_researched_query(Story.BORDER)
    html = page(desk(a_specialist()), query)
    assert html.count("evidence-source__head") == len(SourceCode)
    assert "Holds no record" in html
    for title in ("Two A-numbers are recorded", "Dates of birth differ", "Names differ"):
        assert title in html
    assert "The court records an order and the end of proceedings" in html
    assert "Court: Removal ordered" in html
    assert "Each compared the prints without seeing" in html
    assert "score" not in html.lower()


def test_a_failed_source_is_shown_as_failed_with_its_reason_and_a_way_to_ask_again(desk: SignedIn) -> None:
    operator = a_user(Role.OPERATOR)
    sources.take_down(source="COURT", kind=FaultKind.OUTAGE, reason="Exercise", operator=operator, at=AT)
    query = a_researched_query(Story.BORDER)
    client = desk(a_specialist())
    html = page(client, query)
    assert "No answer from Immigration court" in html
    assert "The source is not available." in html
    assert "whether it holds a record is not known" in html
    (court,) = find(html, "li", of_class="evidence-source--late")
    assert "Failed" in court.text
    assert "Holds no record" not in court.text
    sources.put_back(source="COURT", operator=operator, at=AT)
    answer = client.post(gather_path(query), {"source": "COURT"})
    assert answer.status_code == 302
    assert [one.source for one in query.inquiries.filter(answered_at=None)] == ["COURT"]
    assert "Being asked" in page(client, query)
    answer_all(query)
    assert "No answer from" not in page(client, query)


def test_while_sources_are_asked_the_list_is_asked_for_again_and_then_the_page(desk: SignedIn) -> None:
    query = a_confirmed_match()
    client = desk(a_specialist())
    html = page(client, query)
    (panel,) = [one for one in find(html, "section") if one.get("id") == "evidence"]
    address = panel.get("hx-get") or ""
    assert client.get(address).content.decode().count("Being asked") == len(SourceCode)
    assert client.get(address.split("&view")[0]).status_code == 403  # without the pass of a page that was logged
    answer_all(query)
    done = client.get(address)
    assert (done.status_code, done.headers["HX-Refresh"]) == (204, "true")


def test_questions_are_read_before_answers_so_that_one_that_comes_between_is_asked_for_again(
    desk: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    query, read = a_confirmed_match(), []

    def noting(name: str, real: Any) -> Any:
        return lambda one: (read.append(name), real(one))[1]

    for name in ("latest_inquiries", "standing"):
        monkeypatch.setattr(selectors, name, noting(name, getattr(selectors, name)))
    page(desk(a_specialist()), query)
    assert read[-2:] == ["latest_inquiries", "standing"]


def test_opening_a_record_shows_it_and_is_logged_with_its_purpose(desk: SignedIn) -> None:
    row = a_researched_query(Story.VISA).evidence.get(source=SourceCode.IMMIGRATION_HISTORY)
    specialist = a_specialist()
    html = desk(specialist).get(record_path(row)).content.decode()
    assert "SAMPLEHIDDEN" in html
    assert row.record_id in html
    event = Event.objects.get(kind="evidence:read")
    assert (event.actor, event.purpose, event.about_id) == (
        f"user:{specialist.username}",
        "research",
        str(row.pk),
    )


def test_without_a_purpose_no_record_opens_and_nothing_is_logged(desk: SignedIn) -> None:
    row = a_researched_query(Story.VISA).evidence.get(source=SourceCode.IMMIGRATION_HISTORY)
    html = desk(a_specialist()).get(record_path(row).partition("?")[0]).content.decode()
    assert "SAMPLEHIDDEN" not in html
    assert "Why do you open this record?" in html
    assert not Event.objects.filter(kind="evidence:read").exists()


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.STATE_BUREAU, Role.EXAMINER, Role.AUDITOR, Role.OPERATOR])
def test_nobody_outside_the_support_centre_sees_evidence(desk: SignedIn, role: Role) -> None:
    query = a_researched_query(Story.VISA)
    row = query.evidence.get(source=SourceCode.IMMIGRATION_HISTORY)
    client = desk(a_user(role, agency=query.submission.originator.agency))
    for path in (record_path(row), f"/research/{query.pk}/evidence/?purpose=research"):
        assert client.get(path).status_code == 403
    assert client.post(gather_path(query)).status_code == 403


def test_an_officer_reads_but_does_not_gather_and_a_record_of_another_query_is_not_there(desk: SignedIn) -> None:
    query = a_researched_query(Story.VISA)
    row = query.evidence.get(source=SourceCode.IMMIGRATION_HISTORY)
    a_draft(query)
    client = desk(an_officer())
    assert "Ask all sources again" not in page(client, query, "determination")
    assert client.get(record_path(row, "determination")).status_code == 200
    assert client.post(gather_path(query)).status_code == 403
    assert client.get(record_path(row, "determination").replace(f"/{query.pk}/", "/999999/")).status_code == 404


def test_a_query_that_is_drafted_says_why_sources_are_not_asked(desk: SignedIn) -> None:
    query = a_researched_query()
    a_draft(query)
    answer = desk(a_specialist()).post(gather_path(query))
    assert answer.status_code == 409
    assert "drafted or determined" in answer.content.decode()


def test_old_evidence_says_that_it_is_old(desk: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    query = a_researched_query()
    client = desk(a_specialist())
    assert "ask again before relying on it" not in page(client, query)
    client = desk(a_specialist())
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(hours=13))
    client.force_login(a_specialist())
    assert "ask again before relying on it" in page(client, query)


# -- protected people (S19) --

SECRETS = ("SAMPLEHIDDEN", "VIOLETTA", "1980", "XX", "PROTECTED", "1367", "protected", "withheld")


def everything_kept_in_the_clear() -> str:
    events = "\n".join(f"{one.kind} {one.reason} {one.data}" for one in Event.objects.all())
    jobs = "\n".join(f"{one.task_name} {one.args}" for one in ProcrastinateJob.objects.all())
    rows = "\n".join(
        f"{one.system} {one.record_id} {one.outcome} {one.failure} {one.adapter_version}"
        for one in Evidence.objects.all()
    )
    return f"{events}\n{jobs}\n{rows}"


def test_a_protected_record_is_a_marker_and_nothing_else_on_page_and_record(desk: SignedIn) -> None:
    query = a_researched_query(Story.PROTECTED, protected_class="VAWA")
    row = query.evidence.get(source=SourceCode.BENEFITS)
    client = desk(a_specialist())
    assert "Protected: contents withheld by the source" in page(client, query)
    html = client.get(record_path(row)).content.decode()
    assert "Protected record" in html
    assert "Disclosure" not in html
    for secret in ("SAMPLEHIDDEN", "VIOLETTA", "FILED", "1980-"):
        assert secret not in html


def test_nothing_of_a_protected_record_is_in_events_jobs_columns_or_logs(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="secure_communities"):
        query = a_researched_query(Story.PROTECTED, protected_class="VAWA")
    kept = everything_kept_in_the_clear() + caplog.text
    assert "evidence:found" in kept
    assert not [secret for secret in SECRETS if secret in kept]
    lengths = {len(one.sealed) for one in query.evidence.filter(outcome=Outcome.FOUND)}
    assert len(lengths) == 1  # not even the length of the box tells


def test_the_jail_learns_nothing_of_evidence(desk: SignedIn) -> None:
    query = a_researched_query(Story.PROTECTED, protected_class="VAWA")
    officer = a_user(Role.BOOKING_OFFICER, agency=query.submission.originator.agency)
    path = f"/submissions/{query.submission.control_number}/?purpose=own_submission"
    html = desk(officer).get(path).content.decode()
    assert "A source answered" not in html
    assert "Benefits" not in html


@pytest.mark.parametrize(("role", "purpose"), [(Role.EXAMINER, "examination"), (Role.OPERATOR, "support")])
def test_examiners_and_operators_do_not_read_which_register_holds_a_record(
    desk: SignedIn, role: Role, purpose: str
) -> None:
    query = a_researched_query(Story.VISA)
    path = f"/submissions/{query.submission.control_number}/?purpose={purpose}"
    answer = desk(a_user(role)).get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Support centre acknowledged the query" in html
    for words in ("A source answered", "Benefits and petitions", "Sources asked"):
        assert words not in html


def test_an_auditor_reads_how_each_source_answered(desk: SignedIn) -> None:
    query = a_researched_query(Story.VISA)
    path = f"/submissions/{query.submission.control_number}/?purpose=oversight"
    assert "Benefits and petitions: 1 record" in desk(a_user(Role.AUDITOR)).get(path).content.decode()
