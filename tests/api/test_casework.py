# SPDX-License-Identifier: Apache-2.0
"""What staff do over HTTP: by their roles, with their own session, refused in sentences."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from secure_communities.identify.examination.models import Decision, Examination
from secure_communities.identify.research.models import Determination, StatusQuery
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.accounts.services import deactivate
from tests.api.callers import Machine, Person, a_draft, a_signature, identification
from tests.identify import builders as a
from tests.platform.builders import a_user, an_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def comparison() -> Examination:
    return a.a_candidate_match()


@pytest.fixture
def query() -> StatusQuery:
    return a.a_confirmed_match()


def refusal(answer: Any, status: int) -> str:
    """The sentence of a refusal in the API's one shape."""
    assert answer.status_code == status, answer.content
    body = answer.json()
    assert set(body) == {"code", "detail", "what_to_do"} and body["what_to_do"]
    return str(body["detail"])


def decisions(comparison: Examination) -> str:
    return f"/examinations/{comparison.pk}/decisions"


# -- examiners ---------------------------------------------------------------------------------------------------


def test_an_examiner_finds_the_comparison_without_scores_and_decides_it_once(comparison: Examination) -> None:
    examiner = Person(a.an_examiner())
    [listed] = examiner.get("/examinations").json()
    assert listed["control_number"] == comparison.submission.control_number
    assert [set(one) for one in listed["candidates"]] == [{"id", "letter", "number"}]
    assert examiner.post(decisions(comparison), identification(comparison)).json() == {"recorded": True}
    assert examiner.get("/examinations").json() == []


def test_two_examiners_confirm_and_one_alone_never_does(comparison: Examination) -> None:
    first, second = Person(a.an_examiner()), Person(a.an_examiner())
    first.post(decisions(comparison), identification(comparison))
    sentence = refusal(first.post(decisions(comparison), identification(comparison)), 403)
    assert "another examiner must" in sentence
    assert not StatusQuery.objects.exists()
    assert second.post(decisions(comparison), identification(comparison)).json() == {"recorded": True}
    assert StatusQuery.objects.count() == 1
    late = Person(a.an_examiner())
    assert "closed" in refusal(late.post(decisions(comparison), identification(comparison)), 409)


def test_two_sessions_of_one_examiner_are_one_examiner(comparison: Examination) -> None:
    examiner = a.an_examiner()
    assert Person(examiner).post(decisions(comparison), identification(comparison)).status_code == 200
    assert Person(examiner).post(decisions(comparison), identification(comparison)).status_code == 403
    assert not StatusQuery.objects.exists()


@pytest.mark.parametrize("role", [role for role in HUMAN_ROLES if "EXAMINER" not in role])
def test_nobody_but_an_examiner_decides_a_comparison(comparison: Examination, role: Role) -> None:
    answer = Person(a_user(role)).post(decisions(comparison), identification(comparison))
    assert "Only a fingerprint examiner" in refusal(answer, 403)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rationale": "  "}, "rationale"),
        ({"candidate": None}, "names one candidate"),
        ({"verdict": "exclusion"}, "names none"),
        ({"candidate": 999_999}, "does not belong"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_in_a_sentence(
    comparison: Examination, changes: dict[str, Any], words: str
) -> None:
    answer = Person(a.an_examiner()).post(decisions(comparison), identification(comparison, **changes))
    assert words in refusal(answer, 409)
    assert not Decision.objects.exists()


def test_a_candidate_of_another_comparison_cannot_be_identified(comparison: Examination) -> None:
    other = a.search_immigration(a.an_accepted_submission(comparison.submission.originator)).examinations.get()
    body = identification(comparison, candidate=other.candidates.get(rank=1).pk)
    assert "does not belong" in refusal(Person(a.an_examiner()).post(decisions(comparison), body), 409)


# -- specialists and officers --------------------------------------------------------------------------------------


def test_a_specialist_drafts_and_an_officer_signs(query: StatusQuery) -> None:
    specialist, officer = Person(a.a_specialist()), Person(a.an_officer())
    assert officer.get("/queries").json() == []
    [listed] = specialist.get("/queries").json()
    assert (listed["id"], listed["state"], listed["draft"]) == (query.pk, "open", None)
    draft = specialist.post(f"/queries/{query.pk}/drafts", a_draft()).json()["draft"]
    assert [one["draft"] for one in officer.get("/queries").json()] == [draft]
    signed = officer.post(f"/queries/{query.pk}/signature", a_signature(draft))
    assert signed.status_code == 200 and signed.json()["code"] == "NONIMM_OVERSTAY"
    again = officer.post(f"/queries/{query.pk}/signature", a_signature(draft))
    assert "determined" in refusal(again, 409).lower()
    assert Determination.objects.count() == 1


def test_an_officer_returns_a_draft_with_a_reason_and_the_old_draft_cannot_be_signed(query: StatusQuery) -> None:
    specialist, officer = Person(a.a_specialist()), Person(a.an_officer())
    draft = specialist.post(f"/queries/{query.pk}/drafts", a_draft()).json()["draft"]
    assert "what is missing" in refusal(officer.post(f"/queries/{query.pk}/return", {"reason": " "}), 409)
    returned = officer.post(f"/queries/{query.pk}/return", {"reason": "Look at the second record."})
    assert returned.status_code == 204 and returned.content == b""
    newer = specialist.post(f"/queries/{query.pk}/drafts", a_draft(code="LPR")).json()["draft"]
    assert "changed" in refusal(officer.post(f"/queries/{query.pk}/signature", a_signature(draft)), 409)
    assert officer.post(f"/queries/{query.pk}/signature", a_signature(newer)).json()["code"] == "LPR"


def test_whoever_drafted_does_not_sign_even_with_both_roles(query: StatusQuery) -> None:
    both = Person(a_user(Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER))
    draft = both.post(f"/queries/{query.pk}/drafts", a_draft()).json()["draft"]
    answer = both.post(f"/queries/{query.pk}/signature", a_signature(draft))
    assert "another officer must sign" in refusal(answer, 403)
    assert not Determination.objects.exists()


@pytest.mark.parametrize("role", [role for role in HUMAN_ROLES if role is not Role.SUPPORT_SPECIALIST])
def test_nobody_but_a_specialist_drafts(query: StatusQuery, role: Role) -> None:
    answer = Person(a_user(role)).post(f"/queries/{query.pk}/drafts", a_draft())
    assert "Only a support-centre specialist" in refusal(answer, 403)


@pytest.mark.parametrize("role", [role for role in HUMAN_ROLES if role is not Role.AUTHORISED_OFFICER])
def test_nobody_but_an_officer_signs_or_returns(query: StatusQuery, role: Role) -> None:
    draft = a.a_draft(query).pk
    person = Person(a_user(role))
    assert "Only an authorised officer" in refusal(
        person.post(f"/queries/{query.pk}/signature", a_signature(draft)), 403
    )
    assert "Only an authorised officer" in refusal(person.post(f"/queries/{query.pk}/return", {"reason": "x"}), 403)


def test_nothing_can_be_signed_that_nobody_drafted(query: StatusQuery) -> None:
    answer = Person(a.an_officer()).post(f"/queries/{query.pk}/signature", a_signature(1))
    assert "no draft" in refusal(answer, 403)


NAMELESS = {"system": "", "record": "", "retrieved_at": "2026-11-22T10:00:00Z"}


@pytest.mark.parametrize("changes", [{"evidence": []}, {"confidence": " "}, {"evidence": [NAMELESS]}])
def test_a_draft_names_its_evidence_and_how_sure_it_is(query: StatusQuery, changes: dict[str, Any]) -> None:
    answer = Person(a.a_specialist()).post(f"/queries/{query.pk}/drafts", a_draft(**changes))
    assert refusal(answer, 409)


@pytest.mark.parametrize("changes", [{"authority": " "}, {"reason": ""}])
def test_a_signature_states_authority_and_reason(query: StatusQuery, changes: dict[str, Any]) -> None:
    draft = a.a_draft(query).pk
    answer = Person(a.an_officer()).post(f"/queries/{query.pk}/signature", a_signature(draft, **changes))
    assert "authority" in refusal(answer, 409)


# -- doors -----------------------------------------------------------------------------------------------------------

PATHS = ["/examinations/1/decisions", "/queries/1/drafts", "/queries/1/return", "/queries/1/signature"]


@pytest.mark.parametrize("token", [None, "", "x" * 32, "u" * 64])
def test_without_the_token_of_the_form_no_session_writes(comparison: Examination, token: str | None) -> None:
    person = Person(a.an_examiner())
    assert person.post(decisions(comparison), identification(comparison), token=token).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize("path", PATHS)
def test_a_key_of_a_booking_system_and_an_unnamed_caller_do_no_casework(path: str) -> None:
    machine = Machine(a.a_jail())
    for caller in (machine.client, Client()):
        assert caller.post(f"/api/v1{path}", data={}, content_type="application/json").status_code in (401, 403)
        assert caller.get("/api/v1/examinations").status_code == 401
        assert caller.get("/api/v1/queries").status_code == 401


def test_a_deactivated_person_is_out_at_once(comparison: Examination) -> None:
    examiner = a.an_examiner()
    person = Person(examiner)
    deactivate(user=examiner, reason="Left", by=an_administrator(), at=a.AT)
    assert person.get("/examinations").status_code == 401
    assert person.post(decisions(comparison), identification(comparison)).status_code in (401, 403)


@pytest.mark.parametrize("number", ["0", "-1", "999999", "9223372036854775807", "9" * 40, "x", "1.5", "%00"])
@pytest.mark.parametrize("path", ["/examinations/{}/decisions", "/queries/{}/drafts", "/queries/{}/signature"])
def test_what_is_not_there_is_not_found(path: str, number: str) -> None:
    person = Person(a_user(Role.EXAMINER, Role.SUPPORT_SPECIALIST, Role.AUTHORISED_OFFICER))
    body = {**a_draft(), **a_signature(1), "verdict": "exclusion", "rationale": "x"}
    assert person.post(path.format(number), body).status_code in (404, 422)


@pytest.mark.parametrize("words", ["a\x00b", "\x1b[31mred", "\ud800", "right \u202e to left", "x" * 5000])
def test_words_that_steer_screens_or_break_the_database_are_refused_and_not_repeated(
    comparison: Examination, words: str
) -> None:
    answer = Person(a.an_examiner()).post(decisions(comparison), identification(comparison, rationale=words))
    assert answer.status_code in (400, 422), answer.content
    assert words[:100].encode(errors="surrogatepass") not in answer.content
    assert not Decision.objects.exists()


def test_a_malformed_request_is_told_the_place_and_never_shown_what_it_sent(comparison: Examination) -> None:
    body = {"verdict": "<script>alert(1)</script>", "candidate": "'; DROP TABLE", "rationale": 7}
    answer = Person(a.an_examiner()).post(decisions(comparison), body)
    detail = refusal(answer, 422)
    assert "verdict" in detail and "rationale" in detail
    assert b"script" not in answer.content and b"DROP" not in answer.content


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\x00", '{"verdict": NaN}', "[" * 5000])
def test_a_body_that_is_no_object_is_refused(comparison: Examination, body: str) -> None:
    person = Person(a.an_examiner())
    answer = person.client.generic(
        "POST", f"/api/v1{decisions(comparison)}", body, "application/json", headers={"X-CSRFToken": "t" * 32}
    )
    assert answer.status_code in (400, 422), answer.content
