# SPDX-License-Identifier: Apache-2.0
"""The policy on one screen, one question explained (page and API alike), who opened what."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

from secure_communities.identify.intake.reading import open_submission
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.words import title_of
from tests.api.callers import Person
from tests.identify import builders as a
from tests.platform.builders import a_user
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db

SEES_ALL = sorted(POLICY[Permission.ACCESS_EXPLAIN].roles)


@pytest.mark.parametrize("role", SEES_ALL)
def test_those_who_oversee_see_every_permission(desk: SignedIn, role: Role) -> None:
    html = desk(a_user(role)).get("/access/").content.decode()
    assert all(escape(title_of(permission)) in html for permission in Permission)
    assert "Never in one hand" in html


def test_everybody_else_sees_what_their_own_roles_allow(desk: SignedIn) -> None:
    html = desk(a_user(Role.SUPPORT_SPECIALIST)).get("/access/").content.decode()
    assert "What your roles allow" in html and title_of(Permission.RESEARCH_DRAFT) in html
    assert title_of(Permission.DETERMINATION_SIGN) not in html and "Booking system" not in html


def question(**values: str) -> dict[str, str]:
    return {"user": "", "permission": "submission.view", "kind": "", "number": "", **values}


def both(desk: SignedIn, **asked: str) -> tuple[Any, dict[str, Any]]:
    asker = a_user(Role.AUDITOR)
    page = desk(asker).get("/access/explain/", question(**asked))
    answer = Person(asker).client.get("/api/v1/access", question(**asked))
    return page, answer.json()


def test_page_and_api_give_the_same_answer_and_the_reason(desk: SignedIn) -> None:
    submission = a.a_submission()
    own = a_user(Role.BOOKING_OFFICER, agency=submission.originator.agency)
    foreign = a_user(Role.BOOKING_OFFICER)
    for user, allowed in ((own, True), (foreign, False)):
        page, answer = both(desk, user=user.username, kind="submission", number=submission.control_number)
        assert page.status_code == 200 and answer["allowed"] is allowed
        html = page.content.decode()
        assert ('<h2 id="answer-title">Yes' in html) is allowed
        assert answer["sentence"].replace("'", "&#x27;") in html
        [held] = [one for one in answer["roles"] if one["held_since"]]
        assert held["role"] == "BOOKING_OFFICER" and held["gives"] is allowed
        assert held["granted_by"] == "Sample Granter"


def test_a_comparison_and_a_query_can_be_asked_about(desk: SignedIn) -> None:
    query = a.a_confirmed_match()
    comparison = a.Examination.objects.get(submission=query.submission, register="immigration")
    examiner = comparison.decisions.first().examiner
    _, answer = both(desk, user=examiner.username, permission="examination.decide", kind="examination",
                     number=str(comparison.pk))  # fmt: skip
    assert not answer["allowed"] and "already decided" in answer["sentence"]
    draft = a.a_draft(query)
    writer = draft.author
    _, answer = both(desk, user=writer.username, permission="determination.sign", kind="query", number=query.reference)
    assert not answer["allowed"]


def test_nobody_learns_from_an_explanation_who_decided_an_open_comparison(desk: SignedIn) -> None:
    comparison, examiner = a.a_candidate_match(), a.an_examiner()
    a.identify(comparison, examiner)
    page, answer = both(desk, user=examiner.username, permission="examination.decide", kind="examination",
                        number=str(comparison.pk))  # fmt: skip
    assert page.status_code == 422 and "still open" in page.content.decode()
    assert "still open" in answer["detail"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"user": "nobody.here"}, "no user of that name"),
        ({"kind": "submission", "number": "SC-NONE"}, "no such thing"),
        ({"kind": "examination", "number": "abc", "permission": "examination.decide"}, "no such thing"),
        ({"kind": "examination", "number": "1", "permission": "determination.sign"}, "no such thing"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(desk: SignedIn, asked: dict[str, str], said: str) -> None:
    asked = {"user": a_user(Role.EXAMINER, username="known.one").username, **asked}
    page, answer = both(desk, **asked)
    assert page.status_code == 422 and said in page.content.decode()
    assert answer["code"] == "CANNOT_ANSWER" and said in answer["detail"]


def test_one_sees_what_one_opened_and_why_and_an_auditor_sees_who_opened_a_record(desk: SignedIn) -> None:
    submission = a.a_submission()
    number = submission.control_number
    reader = a_user(Role.SUPPORT_SPECIALIST)
    open_submission(number, reader=reader, purpose="research", at=a.AT)
    mine = desk(reader).get("/my-access/").content.decode()
    assert number in mine and "Research" in mine
    assert number not in desk(a_user(Role.SUPPORT_SPECIALIST)).get("/my-access/").content.decode()
    readers = desk(a_user(Role.AUDITOR)).get("/access/reads/", {"number": number}).content.decode()
    assert f"user:{reader.username}" in readers and "Research" in readers
    assert desk(reader).get("/access/reads/", {"number": number}).status_code == 403
