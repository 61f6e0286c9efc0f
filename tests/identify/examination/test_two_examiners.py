# SPDX-License-Identifier: Apache-2.0
"""S1: two examiners before any notice; through the services and by going round them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from secure_communities.identify.examination import services
from secure_communities.identify.examination.models import Decision
from secure_communities.identify.examination.rules import Finding, Verdict
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake.states import ForbiddenMove, Immigration
from secure_communities.identify.research import services as research
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import SPEAK_OF_A_MATCH, MessageKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db


def test_a_hit_of_the_machine_is_a_candidate_and_nothing_leaves() -> None:
    compared = a.a_candidate_match()
    assert compared.finding == Finding.OPEN
    assert compared.submission.immigration_state == Immigration.EXAMINER
    assert not Message.objects.filter(kind__in=SPEAK_OF_A_MATCH).exists()


def test_one_identification_is_not_enough() -> None:
    compared = a.a_candidate_match()
    assert a.identify(compared).finding is Finding.OPEN
    assert not StatusQuery.objects.exists()
    assert not Message.objects.filter(kind__in=SPEAK_OF_A_MATCH).exists()


def test_two_examiners_send_the_query() -> None:
    query = a.a_confirmed_match()
    assert query.submission.messages.filter(kind=MessageKind.QUERY).count() == 1
    assert a.fresh(query.submission).immigration_state == Immigration.ACKNOWLEDGED


def test_the_same_examiner_does_not_count_twice() -> None:
    compared, examiner = a.a_candidate_match(), a.an_examiner()
    a.identify(compared, examiner)
    with pytest.raises(NotAllowed, match="already decided"):
        a.identify(compared, examiner)
    assert not StatusQuery.objects.exists()


def test_the_database_refuses_a_second_decision_of_the_same_examiner() -> None:
    compared, examiner = a.a_candidate_match(), a.an_examiner()
    a.identify(compared, examiner)
    row = Decision.objects.get(examination=compared)
    row.pk = None
    with pytest.raises(IntegrityError, match="one_decision_an_examiner"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.EXAMINER, Role.LEAD_EXAMINER, Role.BOOKING_SYSTEM}))
def test_only_examiners_decide(role: Role) -> None:
    compared = a.a_candidate_match()
    with pytest.raises(NotAllowed):
        a.identify(compared, a_user(role))


def test_the_database_refuses_a_decision_by_somebody_who_is_no_examiner() -> None:
    compared = a.a_candidate_match()
    with pytest.raises(IntegrityError, match="only an examiner"), transaction.atomic():
        Decision.objects.create(
            examination=compared, examiner=a_user(Role.AUTHORISED_OFFICER), verdict=Verdict.IDENTIFICATION,
            candidate=compared.candidates.get(rank=1), sealed_rationale=b"x", decided_at=a.AT,
        )  # fmt: skip


def test_a_decision_is_never_changed_or_deleted() -> None:
    compared = a.a_candidate_match()
    a.identify(compared)
    for attempt in (
        Decision.objects.all().delete,
        lambda: Decision.objects.update(verdict="exclusion", candidate=None),
    ):
        with pytest.raises(Exception, match="never changed"), transaction.atomic():
            attempt()


def test_the_database_refuses_to_confirm_on_one_decision() -> None:
    compared = a.a_candidate_match()
    a.identify(compared)
    compared.finding, compared.confirmed = Finding.CONFIRMED, compared.candidates.get(rank=1)
    with pytest.raises(IntegrityError, match="S1"), transaction.atomic():
        compared.save()


def test_opening_a_query_directly_is_refused_by_the_database() -> None:
    compared = a.a_candidate_match()
    a.identify(compared)
    with pytest.raises(IntegrityError, match="S1"), transaction.atomic():
        research.open_query(examination=compared, at=a.AT)


@pytest.mark.parametrize("kind", sorted(SPEAK_OF_A_MATCH))
def test_no_message_about_a_match_can_be_written_on_one_confirmation(kind: MessageKind) -> None:
    compared = a.a_candidate_match()
    a.identify(compared)
    with pytest.raises(IntegrityError, match="S1"), transaction.atomic():
        Message.objects.create(
            submission=compared.submission, kind=kind, sender="ZZFBI0001", recipient="ZZTX00101", tcn="SYN-FORGED-1",
            media_type="text/plain", content=b"x", state="held", created_at=a.AT,
        )  # fmt: skip


def test_disagreement_goes_to_a_lead_and_two_must_still_agree() -> None:
    compared = a.a_candidate_match()
    a.identify(compared)
    assert a.exclude(compared).finding is Finding.LEAD_NEEDED
    assert not StatusQuery.objects.exists()
    with pytest.raises(NotAllowed, match="lead"):
        a.identify(compared, a.an_examiner())
    assert a.identify(compared, a_user(Role.LEAD_EXAMINER)).finding is Finding.CONFIRMED
    assert StatusQuery.objects.count() == 1


def test_a_lead_alone_against_two_doubts_confirms_nothing() -> None:
    compared = a.a_candidate_match()
    a.exclude(compared, verdict=Verdict.INCONCLUSIVE)
    a.exclude(compared)
    assert a.identify(compared, a_user(Role.LEAD_EXAMINER)).finding is Finding.INCONCLUSIVE
    assert not StatusQuery.objects.exists()


def test_two_exclusions_end_it_and_a_closed_comparison_takes_no_more() -> None:
    compared = a.a_candidate_match()
    a.exclude(compared)
    assert a.exclude(compared).finding is Finding.REJECTED
    assert a.fresh(compared.submission).immigration_state == Immigration.REJECTED
    with pytest.raises(services.DecisionRefused, match="closed"):
        a.identify(compared)


def test_a_rationale_is_required_and_an_identification_names_a_candidate_of_this_comparison() -> None:
    compared = a.a_candidate_match()
    arguments = {"examination_id": compared.pk, "examiner": a.an_examiner(), "at": a.AT}
    with pytest.raises(services.DecisionRefused, match="own words"):
        services.decide(**arguments, verdict=Verdict.EXCLUSION, candidate_id=None, rationale="  ")
    with pytest.raises(services.DecisionRefused, match="names one candidate"):
        services.decide(**arguments, verdict=Verdict.IDENTIFICATION, candidate_id=None, rationale="x")
    with pytest.raises(services.DecisionRefused, match="does not belong"):
        services.decide(**arguments, verdict=Verdict.IDENTIFICATION, candidate_id=10**9, rationale="x")


def test_the_state_table_knows_no_way_from_a_search_to_a_confirmed_match() -> None:
    from secure_communities.identify.intake import states

    for move in states.Move:
        try:
            reached = states.immigration_after(Immigration.WAITING, move)
        except ForbiddenMove:
            continue
        assert reached not in {Immigration.CONFIRMED, Immigration.QUERIED}


def test_a_possible_match_in_the_criminal_register_waits_for_one_examiner_and_never_defaults() -> None:
    from secure_communities.identify.examination.rules import Opinion, resolve

    doubt = [Opinion(1, Verdict.INCONCLUSIVE), Opinion(2, Verdict.INCONCLUSIVE, lead=True)]
    assert resolve(doubt, required=1).finding is Finding.LEAD_NEEDED
    assert resolve([Opinion(1, Verdict.IDENTIFICATION, 7)], required=1).finding is Finding.CONFIRMED
    assert services.REQUIRED[Register.CRIMINAL] == 1
