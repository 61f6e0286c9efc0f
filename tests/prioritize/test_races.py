# SPDX-License-Identifier: Apache-2.0
"""Two at the very same moment: one assessment stands, one decision counts, one set of rules, one holder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.overrides import services as overrides
from secure_communities.prioritize.overrides.models import Override
from secure_communities.prioritize.queues import services as queues
from secure_communities.prioritize.rulesets import services as rulesets
from secure_communities.prioritize.rulesets import shadowing
from secure_communities.prioritize.rulesets.models import Activation, Withdrawal
from tests.builders.races import at_once, committed
from tests.identify.builders import AT
from tests.platform.builders import a_user
from tests.prioritize import cases

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "The complaint speaks of a shove and of nothing else."


def test_jobs_about_one_case_at_once_record_it_once():
    query = committed(lambda: cases.a_case(assessed=False))
    at_once([lambda: cases.assessed(query)] * 4)
    assert Assessment.objects.filter(query=query).count() == 4  # one of each rule set
    assert CurrentAssessment.objects.filter(query=query).count() == 4


def test_an_assessment_and_a_disposition_at_once_end_with_the_disposition_known():
    query = committed(lambda: cases.a_case("1201"))
    at_once([lambda: cases.the_outcome(query, DispositionKind.DISMISSED), lambda: cases.assessed(query)])
    cases.assessed(query)  # as the job that the disposition queued does
    standing = CurrentAssessment.objects.get(query=query, rule_set="SC-2009")
    assert standing.answer == "NOT_APPLICABLE"
    chain = Assessment.objects.filter(query=query, rule_set="SC-2009")
    assert chain.filter(supersedes=None).count() == 1


def test_two_supervisors_decide_an_override_once():
    query = committed(lambda: cases.a_case("2301"))
    override = committed(lambda: cases.a_proposal(query))
    deciders = committed(lambda: [cases.an_officer(query, Role.FIELD_SUPERVISOR) for _ in range(2)])
    answers = at_once([
        lambda by=by, approve=approve: overrides.decide_override(
            override=override, approve=approve, reason=WHY, by=by, at=AT
        )
        for by, approve in zip(deciders, (True, False), strict=True)
    ])  # fmt: skip
    assert sum(isinstance(one, Override) for one in answers) == 1
    assert sum(isinstance(one, Refusal) for one in answers) == 1


def test_an_approval_and_new_facts_at_once_never_leave_an_override_of_the_old_facts():
    query = committed(lambda: cases.a_case("2301"))
    override = committed(lambda: cases.a_proposal(query))
    supervisor = committed(lambda: cases.an_officer(query, Role.FIELD_SUPERVISOR))
    committed(lambda: cases.the_outcome(query, DispositionKind.CONVICTED, sentence_months=3))
    at_once([
        lambda: overrides.decide_override(override=override, approve=True, reason=WHY, by=supervisor, at=AT),
        lambda: cases.assessed(query),
    ])  # fmt: skip
    standing = CurrentAssessment.objects.get(query=query, rule_set="SC-2009")
    assert (standing.override, standing.effective_answer) == (None, standing.answer)
    assert not Override.objects.filter(state="in_force").exists()


def test_of_two_activations_at_once_one_is_decided():
    candidates = committed(lambda: [rulesets.stored(rule_set(code), at=AT) for code in ("FS-2009", "ICE-2010")])
    manager = committed(lambda: a_user(Role.PROGRAMME_MANAGER))
    runs = [committed(lambda one=one: rulesets.ask_shadow_run(candidate=one, by=manager, at=AT)) for one in candidates]
    for run in runs:
        while shadowing.next_batch(run.pk, at=AT):
            pass
        run.refresh_from_db()
    supervisors = committed(lambda: [a_user(Role.SUPPORT_SUPERVISOR) for _ in runs])
    answers = at_once([
        lambda run=run, by=by: rulesets.activate(
            version=run.candidate, shadow_run=run, effective_from=AT + timedelta(hours=1), reason="As directed", by=by,
            at=AT,
        )
        for run, by in zip(runs, supervisors, strict=True)
    ])  # fmt: skip
    assert sum(isinstance(one, Activation) for one in answers) == 1
    assert Activation.objects.count() == 1


def test_an_activation_is_withdrawn_or_announced_and_never_both():
    candidate = committed(lambda: rulesets.stored(rule_set("FS-2009"), at=AT))
    run = committed(lambda: rulesets.ask_shadow_run(candidate=candidate, by=a_user(Role.PROGRAMME_MANAGER), at=AT))
    while shadowing.next_batch(run.pk, at=AT):
        pass
    run.refresh_from_db()
    supervisor, soon = committed(lambda: a_user(Role.SUPPORT_SUPERVISOR)), AT + timedelta(hours=1)
    made = rulesets.activate(
        version=candidate, shadow_run=run, effective_from=soon, reason="As directed", by=supervisor, at=AT
    )
    at_once([
        lambda: rulesets.withdraw(activation=made, reason="Revoked", by=supervisor, at=AT),
        *[lambda: rulesets.announce_due(at=soon)] * 3,
    ])  # fmt: skip
    made.refresh_from_db()
    assert (made.announced_at is None) == Withdrawal.objects.filter(activation=made).exists()


def test_two_officers_who_ask_at_once_never_get_the_same_case():
    query = committed(lambda: cases.a_case("2301"))
    committed(lambda: queues.place_case(query=query, at=AT))
    officers = committed(lambda: [cases.an_officer(query) for _ in range(3)])
    answers = at_once([lambda by=by: queues.take_next(user=by, at=AT) for by in officers])
    assert sum(answer is not None and not isinstance(answer, Exception) for answer in answers) == 1
