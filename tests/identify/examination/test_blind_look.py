# SPDX-License-Identifier: Apache-2.0
"""Blind first: nobody learns rank, score or another's opinion before deciding; leads look before they read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.identify.examination import blind, disclosure, selectors, services
from secure_communities.identify.examination.effort import Effort, Tool, read_effort
from secure_communities.identify.examination.models import Candidate, Decision, Examination, FirstLook
from secure_communities.identify.examination.rules import Finding, Verdict
from secure_communities.identify.examination.services import DecisionRefused
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from tests.identify import builders as a
from tests.platform.builders import a_user

WORDS = "A whorl in the right index, with a scar."


def a_dispute() -> Examination:
    compared = a.a_candidate_match()
    a.identify(compared)
    a.exclude(compared)
    return a_fresh(compared)


def a_fresh(compared: Examination) -> Examination:
    return Examination.objects.select_related("submission__data_key").get(pk=compared.pk)


def a_lead() -> Any:
    return a_user(Role.LEAD_EXAMINER)


def a_look(compared: Examination, lead: Any, **changes: Any) -> FirstLook:
    said = {"verdict": Verdict.INCONCLUSIVE, "candidate_id": None, "rationale": WORDS, "at": a.AT, **changes}
    return services.look(examination_id=compared.pk, examiner=lead, **said)


# -- letters and order, without a database -----------------------------------------------------------------------------


def test_letters_and_order_tell_nothing_of_the_rank() -> None:
    firsts = [blind.order_for(7, examination, range(1, 6))[0] for examination in range(400)]
    named = [blind.letters(examination, range(1, 6))[1] for examination in range(400)]
    for counted in ([firsts.count(one) for one in range(1, 6)], [named.count(one) for one in "ABCDE"]):
        assert min(counted) > 50 and max(counted) < 110  # 80 each, were it drawn


def test_an_examiner_sees_the_same_order_again_and_letters_are_everybodys() -> None:
    assert blind.order_for(1, 5, [3, 1, 2]) == blind.order_for(1, 5, [2, 3, 1])
    assert len({tuple(blind.order_for(examiner, 5, range(6))) for examiner in range(20)}) > 10
    assert sorted(blind.letters(5, range(28)).values(), key=lambda one: (len(one), one))[-2:] == ["AA", "AB"]


@pytest.mark.parametrize("said", ["", "nonsense", "[]", '{"seconds": "x", "fingers": 4, "tools": [1]}', "9" * 3000])
def test_what_a_browser_says_of_the_work_is_never_an_error(said: str) -> None:
    assert read_effort(said) == Effort()


def test_what_a_browser_says_of_the_work_is_codes_or_nothing() -> None:
    said = '{"seconds": 999999, "fingers": [3, 3, 1, 11, "x", true], "tools": ["zoom", "a name", "pan"], "more": "x"}'
    assert read_effort(said) == Effort(8 * 3600, (1, 3), (Tool.PAN, Tool.ZOOM))


# -- the database and the services -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_numbers_of_candidates_are_dealt_out_without_regard_to_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    dealt = []
    monkeypatch.setattr(services.SystemRandom, "shuffle", lambda self, cards: dealt.append(len(cards)))
    assert a.a_candidate_match().candidates.count() == dealt[0]


@pytest.mark.django_db
def test_scores_are_refused_until_ones_own_decision_stands_and_then_the_reading_is_logged() -> None:
    compared, examiner = a_fresh(a.a_candidate_match()), a.an_examiner()
    a.identify(compared)  # somebody else decided: that opens nothing
    with pytest.raises(DecisionRefused, match="never before"):
        disclosure.scores(examination=compared, reader=examiner, at=a.AT)
    a.identify(compared, examiner)
    [told] = disclosure.scores(examination=compared, reader=examiner, at=a.AT)
    assert told.evidence.hit.score == compared.candidates.get().score and told.letter == "A"
    read = Event.objects.get(kind="examination-scores:read")
    assert read.actor == f"user:{examiner.username}" and read.about_id == str(compared.pk)


@pytest.mark.django_db
def test_a_lead_looks_first_then_reads_then_concludes() -> None:
    compared, lead = a_dispute(), a_lead()
    with pytest.raises(DecisionRefused, match="first look"):
        disclosure.opinions(examination=compared, reader=lead, at=a.AT)
    with pytest.raises(DecisionRefused, match="Look for yourself first"):
        services.decide(
            examination_id=compared.pk, examiner=lead, verdict=Verdict.EXCLUSION, candidate_id=None, rationale="x",
            at=a.AT,
        )  # fmt: skip
    a_look(compared, lead)
    assert a_fresh(compared).finding == Finding.LEAD_NEEDED  # a look decides nothing
    told = disclosure.opinions(examination=compared, reader=lead, at=a.AT)
    assert [(one.verdict, one.letter) for one in told] == [("identification", "A"), ("exclusion", "")]
    assert [one.rationale for one in told] == ["All ten fingers agree.", "Nothing agrees."]
    assert disclosure.own_look(examination=compared, reader=lead).rationale == WORDS
    assert Event.objects.filter(kind="examination-opinions:read", actor=f"user:{lead.username}").count() == 1
    assert a.identify(compared, lead).finding is Finding.CONFIRMED
    assert StatusQuery.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.EXAMINER, Role.SUPPORT_SUPERVISOR, Role.AUDITOR, Role.AUTHORISED_OFFICER])
def test_nobody_but_a_lead_reads_what_the_others_said_or_looks_first(role: Role) -> None:
    compared, person = a_dispute(), a_user(role)
    with pytest.raises(NotAllowed):
        disclosure.opinions(examination=compared, reader=person, at=a.AT)
    with pytest.raises(NotAllowed):
        a_look(compared, person)


@pytest.mark.django_db
def test_a_lead_who_took_part_as_an_examiner_does_not_lead_the_dispute() -> None:
    compared, lead = a.a_candidate_match(), a_lead()
    a.identify(compared, lead)
    a.exclude(compared)
    with pytest.raises(NotAllowed, match="another examiner must"):
        a_look(compared, lead)
    with pytest.raises(DecisionRefused, match="first look"):
        disclosure.opinions(examination=a_fresh(compared), reader=lead, at=a.AT)


@pytest.mark.django_db
def test_a_look_is_taken_once_and_only_at_a_dispute() -> None:
    lead = a_lead()
    with pytest.raises((NotAllowed, DecisionRefused), match="disputed"):
        a_look(a.a_candidate_match(), lead)
    compared = Examination.objects.get()
    a.identify(compared)
    a.exclude(compared)
    a_look(compared, lead)
    with pytest.raises(DecisionRefused, match="stays as it is"):
        a_look(compared, lead)


@pytest.mark.django_db
def test_the_database_refuses_a_lead_who_did_not_look_and_looks_by_others_and_changes() -> None:
    compared, lead = a_dispute(), a_lead()
    row = {"examination": compared, "verdict": Verdict.EXCLUSION, "sealed_rationale": b"box"}
    with pytest.raises(IntegrityError, match="looks first"), transaction.atomic():
        Decision.objects.create(**row, examiner=lead, lead=True, decided_at=a.AT)
    with pytest.raises(IntegrityError, match="only a lead examiner"), transaction.atomic():
        FirstLook.objects.create(**row, examiner=a.an_examiner(), looked_at=a.AT)
    other = Candidate.objects.create(
        examination=Examination.objects.create(
            submission=compared.submission, register="criminal", opened_at=a.AT, due_at=a.AT
        ),
        subject=a.a_criminal_subject(), rank=1, score=1.0, policy_version="test",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="another comparison"), transaction.atomic():
        FirstLook.objects.create(
            examination=compared, verdict=Verdict.IDENTIFICATION, candidate=other, sealed_rationale=b"box",
            examiner=lead, looked_at=a.AT,
        )  # fmt: skip
    a_look(compared, lead)
    for attempt in (FirstLook.objects.all().delete, lambda: FirstLook.objects.update(verdict=Verdict.EXCLUSION)):
        with pytest.raises(Exception, match="never changed"), transaction.atomic():
            attempt()


@pytest.mark.django_db
def test_the_database_takes_no_decision_on_a_closed_comparison() -> None:
    compared = a.a_candidate_match()
    a.exclude(compared)
    a.exclude(compared)
    with pytest.raises(IntegrityError, match="no more decisions"), transaction.atomic():
        Decision.objects.create(
            examination=compared, examiner=a.an_examiner(), verdict=Verdict.EXCLUSION, sealed_rationale=b"box",
            decided_at=a.AT,
        )  # fmt: skip


@pytest.mark.django_db
def test_rationales_stand_nowhere_in_clear() -> None:
    compared, lead = a_dispute(), a_lead()
    a_look(compared, lead)
    a.exclude(compared, lead)
    with connection.cursor() as cursor:
        for table in ("examination_decision", "examination_firstlook", "events_event"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            text = cursor.fetchone()[0]
            for words in (WORDS, "All ten fingers agree.", "Nothing agrees."):
                assert words not in text and words.encode().hex() not in text


@pytest.mark.django_db
def test_what_was_used_is_logged_with_the_decision_as_codes() -> None:
    compared, examiner = a_fresh(a.a_candidate_match()), a.an_examiner()
    disclosure.pairs(examination=compared, candidate=compared.candidates.get(), position=2, reader=examiner, at=a.AT)
    services.decide(
        examination_id=compared.pk, examiner=examiner, verdict=Verdict.EXCLUSION, candidate_id=None, rationale=WORDS,
        at=a.AT, effort=Effort(41, (1, 2), (Tool.ZOOM,)),
    )  # fmt: skip
    data = Event.objects.get(kind="immigration:decision").data
    assert data["pairs_shown"] is True and data["seconds_visible"] == 41
    assert data["fingers"] == [1, 2] and data["tools"] == ["zoom"]
    assert WORDS not in str(data)


@pytest.mark.django_db
def test_pairs_are_places_without_a_score() -> None:
    compared, examiner = a_fresh(a.a_candidate_match()), a.an_examiner()
    shown = disclosure.pairs(
        examination=compared, candidate=compared.candidates.get(), position=2, reader=examiner, at=a.AT
    )
    assert len(shown.places) > 5 and not hasattr(shown, "score")
    with pytest.raises(NotAllowed):
        disclosure.pairs(
            examination=compared, candidate=compared.candidates.get(), position=2, reader=a.a_specialist(), at=a.AT
        )


@pytest.mark.django_db
def test_an_examiner_stays_blind_whatever_other_role_the_examiner_holds() -> None:
    compared = a.a_candidate_match()
    both = a_user(Role.EXAMINER, Role.SUPPORT_SUPERVISOR)
    a.identify(compared)
    assert selectors.still_blind(both, compared.submission, at=a.AT)
    a.identify(compared, both)
    assert not selectors.still_blind(both, compared.submission, at=a.AT)
    assert not selectors.still_blind(a.a_specialist(), compared.submission, at=a.AT)
