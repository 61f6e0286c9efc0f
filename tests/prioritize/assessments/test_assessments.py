# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""A case is assessed on what is on record, again when the record changes, and an assessment is never edited."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from secure_communities.identify.citizenship import services as citizenship
from secure_communities.identify.citizenship.models import Source
from secure_communities.identify.records.rules import DispositionKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys.services import destroy_data_key
from secure_communities.policy.priority import FindingName, rule_set
from secure_communities.prioritize.assessments import jobs, selectors, services
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.facts import services as facts
from secure_communities.prioritize.facts.selectors import gather
from secure_communities.prioritize.facts.vocabulary import CircumstanceCode
from secure_communities.prioritize.rulesets.selectors import active_rule_set
from tests.identify.builders import AT
from tests.prioritize.cases import (
    a_case,
    a_referred_case,
    an_officer,
    assessed,
    becomes,
    confirm,
    dismissed,
    the_outcome,
)

pytestmark = pytest.mark.django_db


def what_stands(query):
    return selectors.current_of(query, at=AT)


def after(kind: str, query) -> None:
    """Run the job that the latest event of a kind about the case queued."""
    event = Event.objects.filter(kind=kind, correlation=query.submission.control_number).latest("pk")
    jobs.assess_after(event_id=event.pk)


def test_a_referral_has_the_case_assessed_under_every_rule_set():
    query = a_referred_case()
    after("referral:made", query)
    assert set(CurrentAssessment.objects.filter(query=query).values_list("rule_set", flat=True)) == {
        "FS-2009", "SC-2009", "ICE-2010", "DET-2012",
    }  # fmt: skip
    made = Event.objects.get(kind="assessment:made", about_id=query.pk)
    assert len(made.data["assessments"]) == 4
    assert Event.objects.get(kind="assessment:changed", about_id=query.pk).data["rule_set"] == "SC-2009"


def test_an_unconfirmed_code_gives_no_final_level_and_a_confirmed_one_does():
    query = a_referred_case()
    assert assessed(query).provisional
    confirm(query, "1201")
    after("record:charge-confirmed", query)
    now = what_stands(query)
    assert (now.answer, now.basis, now.provisional) == ("LEVEL_1", "CHARGED", False)


def test_a_conviction_counts_as_one_and_a_dismissal_lowers_the_level():
    query = a_referred_case()
    confirm(query, "1201")
    becomes(query, DispositionKind.CONVICTED, sentence_months=24)
    after("record:disposition-recorded", query)
    assert (what_stands(query).answer, what_stands(query).basis) == ("LEVEL_1", "CONVICTED")
    dismissed(query)
    after("record:disposition-recorded", query)
    assert (what_stands(query).answer, what_stands(query).basis) == ("NOT_APPLICABLE", "NONE")


def test_an_old_outcome_goes_to_a_person_until_somebody_asks_again():
    query = a_referred_case()
    charge = confirm(query, "1201")
    much_later = AT + timedelta(days=45)
    assert assessed(query, at=much_later).answer == "REVIEW"
    facts.note_asked_again(charge=charge, source="County court", by=an_officer(query), at=much_later)
    assert assessed(query, at=much_later).answer == "LEVEL_1"


def test_a_sign_of_citizenship_takes_the_case_out_of_every_order():
    query = a_referred_case()
    confirm(query, "1201")
    assessed(query)
    citizenship.record_claim(
        submission_id=query.submission_id, source=Source.OWN_STATEMENT, value="US", provenance="Said at interview",
        by=an_officer(query), at=AT,
    )  # fmt: skip
    after("citizenship:indicium-opened", query)
    stands = CurrentAssessment.objects.filter(query=query)
    assert {one.answer for one in stands} == {"NOT_APPLICABLE"}


def test_the_same_facts_under_the_same_rules_are_recorded_once():
    query = a_referred_case()
    first = assessed(query)
    assert assessed(query) == first
    assert Assessment.objects.filter(query=query).count() == 4


def test_circumstances_prompt_discretion_and_weigh_nothing():
    query = a_referred_case()
    before = assessed(query)
    officer = an_officer(query)
    for code in CircumstanceCode:
        facts.record_circumstance(query=query, code=code, words="As the officer heard it", by=officer, at=AT)
    assert assessed(query) == before
    gathered = gather(query, at=AT, rule_set=active_rule_set(AT)).canonical()
    assert not any(code.lower() in str(gathered).lower() for code in CircumstanceCode if code != "OTHER")


def test_a_finding_with_its_evidence_counts_and_a_later_one_stands_in_its_place():
    query = a_referred_case()
    officer = an_officer(query)
    said = {"query": query, "name": FindingName.REASON_TO_BELIEVE_REMOVABLE, "by": officer, "at": AT}
    facts.state_finding(**said, value=True, evidence="Determination of today")
    after("finding:stated", query)
    det = selectors.current_of(query, at=AT, rule_set="DET-2012")
    assert [one for one in det.assessment.inputs["findings"] if one["value"]]
    facts.state_finding(**said, value=False, evidence="The order was vacated")
    after("finding:stated", query)
    assert selectors.current_of(query, at=AT, rule_set="DET-2012").answer == "NOT_MET"


def test_the_stored_inputs_and_rules_give_the_stored_answer_again():
    query = a_referred_case()
    confirm(query, "3510")
    assessed(query)
    for one in Assessment.objects.filter(query=query):
        assert selectors.still_holds(one)
        assert selectors.explanation_of(one).headline


def test_an_altered_row_no_longer_recomputes():
    query = a_referred_case()
    row = assessed(query)
    row.inputs["charges"][0]["code"] = "0999"
    assert not selectors.still_holds(row)


@pytest.mark.parametrize("change", ["answer = 'LEVEL_3'", "inputs = '{}'", "rule_hash = repeat('0', 64)"])
def test_the_database_refuses_to_edit_an_assessment(change):
    row = assessed(a_referred_case())
    with pytest.raises(DatabaseError, match="S6"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE assessments_assessment SET {change} WHERE id = %s", [row.pk])
    with pytest.raises(DatabaseError, match="S6"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessments_assessment WHERE id = %s", [row.pk])


@pytest.mark.parametrize(
    "change",
    ["answer = 'LEVEL_1', rank = 0", "effective_answer = 'LEVEL_1', effective_rank = 0", "basis = 'CONVICTED'"],
)
def test_the_database_refuses_that_anything_else_stands_than_was_assessed(change):
    query = a_referred_case()
    confirm(query, "2301")
    assessed(query)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE assessments_currentassessment SET {change} WHERE query_id = %s AND rule_set = 'SC-2009'",
            [query.pk],
        )


def test_an_assessment_without_rules_or_inputs_is_refused():
    row = assessed(a_referred_case())
    row.pk, row.supersedes, row.rule_hash = None, None, ""
    with pytest.raises(DatabaseError, match="s6_an_assessment_names_its_rules_and_inputs"), transaction.atomic():
        row.save(force_insert=True)


def test_no_count_of_levels_comes_without_charged_and_convicted():
    one, other = a_referred_case(), a_referred_case(person=2)
    for query, kind in ((one, DispositionKind.CONVICTED), (other, DispositionKind.PENDING)):
        confirm(query, "1201")
        becomes(query, kind)
        assessed(query)
    mix = selectors.level_mix(rule_set="SC-2009")
    assert {(row.answer, row.basis, row.cases) for row in mix} == {
        ("LEVEL_1", "CONVICTED", 1), ("LEVEL_1", "CHARGED", 1),
    }  # fmt: skip


def test_officers_of_another_office_state_nothing():
    from secure_communities.platform.access.services import NotAllowed
    from tests.platform.builders import a_user

    query = a_referred_case()
    with pytest.raises(NotAllowed):
        facts.state_finding(
            query=query, name=FindingName.ILLEGAL_REENTRY, value=True, evidence="Heard of it somewhere",
            by=a_user(Role.FIELD_OFFICER), at=AT,
        )  # fmt: skip


def test_a_case_that_waits_for_a_person_and_could_become_graver_is_told_of():
    ice, query = rule_set("ICE-2010"), a_case("4101", assessed=False)
    becomes(query, DispositionKind.DEFERRED, maximum_months=24)
    first = services.assess_query(query=query, trigger=Trigger.DISPOSITION, by="system:test", at=AT, rule_set=ice)
    the_outcome(query, DispositionKind.DEFERRED, maximum_months=24)
    second = services.assess_query(query=query, trigger=Trigger.DISPOSITION, by="system:test", at=AT, rule_set=ice)
    assert (first.answer, second.answer, first.gravest, second.gravest) == ("REVIEW", "REVIEW", 1, 0)
    told = Event.objects.filter(kind="assessment:changed", about_id=query.pk).latest("pk")
    assert told.data["assessment"] == second.pk


def test_cases_referred_before_there_were_priorities_are_assessed_batch_by_batch_and_once(monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 1)
    queued = []
    monkeypatch.setattr(jobs.assess_missing, "defer", lambda *, timestamp, after: queued.append(after))
    gone, first, second = a_referred_case(1), a_referred_case(2), a_referred_case(3)
    destroy_data_key(gone.submission.data_key, reason="Expunged", at=AT)
    jobs.assess_missing(0)
    assert queued == [first.pk]
    assert set(Assessment.objects.values_list("query", flat=True)) == {first.pk}
    jobs.assess_missing(0, after=queued.pop())
    assert set(Assessment.objects.values_list("query", flat=True)) == {first.pk, second.pk}
    before = Assessment.objects.count()
    jobs.assess_missing(0)
    assert Assessment.objects.count() == before


def test_a_case_that_cannot_be_assessed_does_not_stop_those_behind_it(monkeypatch, caplog):
    poisoned, behind = a_referred_case(1), a_referred_case(2)
    really = services.assess_query

    def assess_query(*, query, **more):
        if query == poisoned:
            raise ValueError("a fact that nobody foresaw")
        return really(query=query, **more)

    monkeypatch.setattr(services, "assess_query", assess_query)
    jobs.assess_missing(0)
    assert set(Assessment.objects.values_list("query", flat=True)) == {behind.pk}
    assert poisoned.reference in caplog.text
    jobs.assess_everything(0)
    monkeypatch.setattr(services, "assess_query", lambda **_: (_ for _ in ()).throw(OperationalError("gone")))
    with pytest.raises(OperationalError):  # the database is away: the job is tried again
        jobs.assess_missing(0)
