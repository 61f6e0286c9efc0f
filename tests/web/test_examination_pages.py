# SPDX-License-Identifier: Apache-2.0
"""The comparison: prints and a form, no score, no name, no other examiner's decision."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from secure_communities.biometrics.decision import Outcome
from secure_communities.identify.examination.models import RATIONALE as RATIONALE_COLUMN
from secure_communities.identify.examination.models import Candidate, Decision, Examination
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.states import Move
from secure_communities.interchange import itl
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.identify.builders import (
    AT,
    a_candidate_match,
    a_criminal_subject,
    a_specialist,
    an_accepted_submission,
    an_examiner,
    an_immigration_subject,
    exclude,
    identify,
)
from tests.platform.builders import a_user
from tests.platform.ui.markup import find
from tests.web.conftest import SignedIn

pytestmark = pytest.mark.django_db

RATIONALE = "Ridges agree in eight fingers."


def open_comparison(client: Client, compared: Examination, **query: Any) -> Any:
    return client.get(f"/examination/{compared.pk}/", {"purpose": "examination", **query})


def decide(client: Client, compared: Examination, verdict: str, rationale: str = RATIONALE) -> Any:
    path = f"/examination/{compared.pk}/?purpose=examination"
    return client.post(path, {"verdict": verdict, "rationale": rationale})


def candidate_of(compared: Examination) -> Candidate:
    return compared.candidates.get(rank=1)


def readings() -> int:
    return Event.objects.filter(kind="submission:read", purpose="examination").count()


@pytest.mark.parametrize("role", [Role.BOOKING_OFFICER, Role.SUPPORT_SPECIALIST, Role.AUDITOR, Role.OPERATOR])
def test_only_examiners_open_comparisons(desk: SignedIn, role: Role) -> None:
    compared = a_candidate_match()
    client = desk(a_user(role))
    assert client.get("/examination/").status_code == 403
    assert open_comparison(client, compared).status_code == 403
    candidate = candidate_of(compared)
    assert decide(client, compared, f"identification:{candidate.pk}").status_code == 403
    assert not Decision.objects.exists() and readings() == 0


def test_the_list_holds_what_waits_for_this_examiner(desk: SignedIn) -> None:
    compared = a_candidate_match()
    examiner = an_examiner()
    assert compared.submission.control_number in desk(examiner).get("/examination/").content.decode()
    identify(compared, examiner)
    html = desk(examiner).get("/examination/").content.decode()
    assert compared.submission.control_number not in html
    assert "No comparison waits for you." in html


def test_a_comparison_opens_for_a_stated_purpose_and_the_reading_is_logged(desk: SignedIn) -> None:
    compared = a_candidate_match()
    client = desk(an_examiner())
    asked = client.get(f"/examination/{compared.pk}/").content.decode()
    assert "Why do you open this record?" in asked
    assert readings() == 0
    assert open_comparison(client, compared).status_code == 200
    assert readings() == 1


def test_no_score_and_no_name_is_shown(desk: SignedIn) -> None:
    compared = a_candidate_match()
    Candidate.objects.create(
        examination=compared, subject=an_immigration_subject(person=5), rank=2, score=4711.25,
        finger_scores={"1": 8151.75}, policy_version="test",
    )  # fmt: skip
    html = open_comparison(desk(an_examiner()), compared, candidate="2").content.decode()
    assert "4711" not in html and "8151" not in html
    assert "score" not in find(html, "main")[0].text.lower()
    assert "SAMPLE" not in html and "VIOLETTA" not in html
    assert "it is not a detainer" in html


def test_probe_and_candidate_stand_side_by_side_finger_by_finger(desk: SignedIn) -> None:
    compared = a_candidate_match()
    html = open_comparison(desk(an_examiner()), compared).content.decode()
    captions = [one.text for one in find(html, "figcaption")]
    assert len(captions) == 20
    assert "Probe: right thumb" in captions[0] and "Candidate A: right thumb" in captions[1]
    images = [one.attributes["href"] for one in find(html, "image")]
    assert len(images) == 10 and all("/fingers/" in one for one in images)
    assert "template only" in captions[1]


def paired_numbers(html: str) -> list[str]:
    return [one.text for one in find(html, of_class="ui-pair__number")]


def test_the_first_look_is_blind(desk: SignedIn) -> None:
    html = open_comparison(desk(an_examiner()), a_candidate_match()).content.decode()
    assert paired_numbers(html) == []
    assert "Look for yourself first." in html
    assert "of them paired" not in html


def test_an_examiner_who_asks_is_shown_which_minutiae_were_paired_and_no_score(desk: SignedIn) -> None:
    client = desk(an_examiner())
    first = open_comparison(client, a_candidate_match()).content.decode()
    [link] = [one for one in find(first, "a") if one.get("id") == "pairing"]
    html = client.get(link.attributes["href"]).content.decode()
    numbers = paired_numbers(html)
    assert len(numbers) > 40
    assert {number: numbers.count(number) for number in numbers}["1"] == 20  # ten fingers, on both sides
    images = [one.get("aria-label") for one in find(html, "svg") if "Probe" in (one.get("aria-label") or "")]
    assert all("of them paired" in str(label) for label in images)
    main = find(html, "main")[0].text.lower()
    assert "score" not in main and "bans" not in main
    [back] = [one for one in find(html, "a") if one.get("id") == "pairing"]
    assert back.text == "Hide the engine's pairs"
    assert paired_numbers(client.get(back.attributes["href"]).content.decode()) == []


def test_asking_for_the_pairs_is_a_reading_that_is_logged(desk: SignedIn) -> None:
    compared, client = a_candidate_match(), desk(an_examiner())
    open_comparison(client, compared)
    open_comparison(client, compared, pairing="shown")
    assert readings() == 2


def test_nobody_gets_the_pairs_of_a_comparison_that_is_complete(desk: SignedIn) -> None:
    compared = a_candidate_match()
    exclude(compared)
    exclude(compared)
    assert paired_numbers(open_comparison(desk(an_examiner()), compared, pairing="shown").content.decode()) == []


def test_several_candidates_are_chosen_by_a_link(desk: SignedIn) -> None:
    compared = a_candidate_match()
    other = an_immigration_subject(person=5)
    Candidate.objects.create(examination=compared, subject=other, rank=2, score=1.0, policy_version="test")
    client = desk(an_examiner())
    html = open_comparison(client, compared, candidate="B").content.decode()
    assert [one.text for one in find(html, "a") if one.get("aria-current") == "page"][-1] == "Candidate B"
    assert "Candidate B: right thumb" in find(html, "figcaption")[1].text
    assert open_comparison(client, compared, candidate="77").status_code == 200


def test_a_candidates_image_needs_the_pass_of_the_open_comparison(desk: SignedIn) -> None:
    compared = a_candidate_match()
    path = f"/examination/{compared.pk}/candidates/{candidate_of(compared).pk}/1.png"
    assert desk(an_examiner()).get(path).status_code == 403
    assert desk(an_examiner()).get(path, {"view": "forged"}).status_code == 403


def test_a_candidates_kept_image_is_shown_to_the_examiner_who_has_it_open_until_it_is_decided(desk: SignedIn) -> None:
    compared = a_candidate_match()
    subject = candidate_of(compared).subject
    image = itl.parse(intake.content_of(compared.submission)).images()[0].data
    box = keys.seal(subject.data_key, image, context=galleries.IMAGE_CONTEXT)
    subject.prints.filter(position=1).update(image=box)
    client = desk(an_examiner())
    html = open_comparison(client, compared).content.decode()
    [shown] = [one.attributes["href"] for one in find(html, "image") if "/candidates/" in one.attributes["href"]]
    answer = client.get(shown)
    assert answer.content.startswith(b"\x89PNG") and answer.headers["Cache-Control"].startswith("private")
    assert desk(an_examiner()).get(shown).status_code == 403
    exclude(compared)
    exclude(compared)
    assert client.get(shown).status_code == 404


@pytest.mark.parametrize("verdict", ["identification", "exclusion", "inconclusive"])
def test_a_decision_is_recorded_and_the_next_page_does_not_tell_of_the_other(desk: SignedIn, verdict: str) -> None:
    compared = a_candidate_match()
    identify(compared)
    examiner = an_examiner()
    chosen = f"{verdict}:{candidate_of(compared).pk}" if verdict == "identification" else verdict
    answer = decide(desk(examiner), compared, chosen)
    assert answer.headers["Location"] == f"/examination/{compared.pk}/done/"
    decision = Decision.objects.get(examiner=examiner)
    key = decision.examination.submission.data_key
    assert decision.verdict == verdict
    assert keys.unseal(key, decision.sealed_rationale, context=RATIONALE_COLUMN).decode() == RATIONALE
    assert RATIONALE.encode() not in bytes(decision.sealed_rationale)
    said = find(desk(examiner).get(answer.headers["Location"]).content.decode(), of_class="ui-done")[0].text
    assert "Nothing leaves before two examiners have confirmed" in said
    for word in ("disagree", "confirmed the match", "rejected", "excluded"):
        assert word not in said


def test_the_page_after_deciding_is_the_same_whatever_was_concluded(desk: SignedIn) -> None:
    compared = a_candidate_match()
    first, second = an_examiner(), an_examiner()
    identify(compared, first)
    before = desk(first).get(f"/examination/{compared.pk}/done/").content
    exclude(compared, second)
    assert find(desk(first).get(f"/examination/{compared.pk}/done/").content.decode(), of_class="ui-done")[0].text in (
        find(before.decode(), of_class="ui-done")[0].text
    )


def test_the_page_after_deciding_belongs_to_those_who_decided(desk: SignedIn) -> None:
    compared = a_candidate_match()
    assert desk(an_examiner()).get(f"/examination/{compared.pk}/done/").status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, ["Choose your conclusion.", "a decision needs its rationale."]),
        ({"verdict": "exclusion", "rationale": "  "}, ["a decision needs its rationale."]),
        ({"verdict": "identification:999999", "rationale": "x"}, ["Choose one of the conclusions."]),
    ],
)
def test_an_incomplete_decision_says_what_is_missing(desk: SignedIn, form: dict[str, str], said: list[str]) -> None:
    compared = a_candidate_match()
    answer = desk(an_examiner()).post(f"/examination/{compared.pk}/?purpose=examination", form)
    summary = find(answer.content.decode(), of_class="ui-errors")[0].text
    for sentence in said:
        assert sentence in summary
    assert not Decision.objects.exists()


def test_the_same_examiner_is_told_that_a_second_decision_is_not_theirs(desk: SignedIn) -> None:
    compared = a_candidate_match()
    examiner = an_examiner()
    identify(compared, examiner)
    client = desk(examiner)
    html = open_comparison(client, compared).content.decode()
    assert "You decided this comparison already" in html
    assert find(html, "textarea") == []
    assert decide(client, compared, "exclusion").status_code in (403, 409)
    assert Decision.objects.count() == 1


def test_a_disagreement_goes_to_a_lead_examiner_and_to_nobody_else(desk: SignedIn) -> None:
    compared = a_candidate_match()
    identify(compared)
    exclude(compared)
    third = open_comparison(desk(an_examiner()), compared).content.decode()
    assert "Only a lead examiner resolves a disagreement" in third
    lead = desk(a_user(Role.LEAD_EXAMINER))
    assert "Needs a lead examiner" in lead.get("/examination/").content.decode()
    assert find(open_comparison(lead, compared).content.decode(), "textarea")


def test_a_completed_comparison_shows_no_prints(desk: SignedIn) -> None:
    compared = a_candidate_match()
    exclude(compared)
    exclude(compared)
    html = open_comparison(desk(an_examiner()), compared).content.decode()
    assert "This comparison is complete." in html
    assert not find(html, "figure")


def test_a_possible_match_of_the_criminal_register_is_decided_by_one_examiner(desk: SignedIn) -> None:
    subject = a_criminal_subject(person=1)
    submission = an_accepted_submission()
    intake.move_criminal(intake.locked(submission.pk), Move.POSSIBLE)
    compared = Examination.objects.create(
        submission=submission, register=Register.CRIMINAL, opened_at=AT, due_at=AT.replace(hour=16)
    )
    candidate = Candidate.objects.create(
        examination=compared, subject=subject, rank=1, score=1.0, policy_version=Outcome.POSSIBLE
    )
    client = desk(an_examiner())
    assert decide(client, compared, f"identification:{candidate.pk}").status_code == 302
    submission.refresh_from_db()
    assert submission.criminal_state == "answered"
    assert "first response follows" in client.get(f"/examination/{compared.pk}/done/").content.decode()


def test_a_specialist_is_led_nowhere_near_comparisons(desk: SignedIn) -> None:
    html = desk(a_specialist()).get("/my-work/").content.decode()
    assert "/examination/" not in html
