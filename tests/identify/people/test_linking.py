# SPDX-License-Identifier: Apache-2.0
"""Confirmed prints join; humans merge and split, two at a time; every step can be taken back; rules beat both."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from procrastinate.contrib.django.models import ProcrastinateJob

from secure_communities.identify.people import jobs, link_rules, prints, registration, services
from secure_communities.identify.people.models import (
    Assignment,
    BlockingIndex,
    Change,
    LinkRule,
    Person,
    SourceRecord,
)
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.vocabulary import Basis
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.identify import builders as identify
from tests.identify.people.builders import (
    a_person,
    a_record,
    a_source,
    a_specialist,
    a_supervisor,
    approve,
    merged,
    person_of,
    records_of,
    said,
    split,
    undone,
    whose,
)
from tests.platform.builders import AT

pytestmark = pytest.mark.django_db


# -- registration -----------------------------------------------------------------------------------------------------


def test_a_source_begins_a_person_of_its_own_and_is_registered_once() -> None:
    source = a_source()
    record = registration.register(source, at=AT, actor="system:test")
    assert registration.register(source, at=AT, actor="system:test") == record
    assert records_of(person_of(record)) == {record.pk}
    assert registration.features_of(record) == said()
    assert person_of(record).number.startswith("SC-P")


def test_what_a_source_says_later_is_a_further_version_of_the_same_person() -> None:
    source = a_source()
    first = registration.register(source, at=AT, actor="system:test")
    changed = registration.Source(
        source.kind, source.reference, source.data_key, said("SAMPLEWELL,ADA", "SYNTHFORD,ADA"), AT
    )
    second = registration.register(changed, at=AT, actor="system:test")
    assert (second.version, person_of(second)) == (2, person_of(first))
    assert Assignment.objects.get(record=second).basis == Basis.SAME_SOURCE


def test_many_sources_are_loaded_at_once_each_as_a_person() -> None:
    made = registration.register_many([a_source() for _ in range(3)], at=AT, actor="system:test")
    assert len({person_of(one) for one in made}) == 3
    assert BlockingIndex.objects.filter(record__in=made).count() == 3


def test_a_name_that_is_not_reserved_is_refused() -> None:
    with pytest.raises(PeopleRefused, match="not a reserved one"):
        a_record(said("NOBODY,ADA"))


def test_register_subjects_without_a_source_record_are_caught_up() -> None:
    identify.a_criminal_subject()
    identify.an_immigration_subject(2)
    assert registration.catch_up(at=AT) == 2
    assert registration.catch_up(at=AT) == 0
    assert set(SourceRecord.objects.values_list("kind", flat=True)) == {"CRIMINAL", "IMMIGRATION"}


def test_the_index_of_a_destroyed_key_is_removed_and_no_other() -> None:
    gone, kept = a_record(), a_record()
    assert registration.forget_index(gone.data_key) == 0
    keys.destroy_data_key(gone.data_key, reason="expunged", at=AT)
    assert registration.forget_index(gone.data_key) == 1
    assert list(BlockingIndex.objects.values_list("record", flat=True)) == [kept.pk]


def test_rows_of_another_scheme_are_written_anew_and_find_again() -> None:
    record, gone = a_record(), a_record()
    keys_before = BlockingIndex.objects.get(record=record).keys
    BlockingIndex.objects.update(scheme="older", keys=[1])
    keys.destroy_data_key(gone.data_key, reason="expunged", at=AT)
    assert registration.renew_index(at=AT) == 2
    assert registration.renew_index(at=AT) == 0
    assert BlockingIndex.objects.get().keys == keys_before


def test_confirmation_and_retention_queue_the_joining_and_the_job_does_it() -> None:
    identify.a_confirmed_match(fields={"2.005": "Y"})
    names = "secure_communities.identify.people.jobs.link_confirmed_prints"
    queued = list(ProcrastinateJob.objects.filter(task_name=names).order_by("id"))
    assert len(queued) == 2  # kept in the criminal register, confirmed in the immigration one
    for job in queued:
        jobs.link_confirmed_prints(**job.args)
    person = Person.objects.get(merged_into=None)
    assert len(records_of(person)) == 3
    bases = set(Assignment.objects.filter(person=person, ends_at=None).values_list("basis", flat=True))
    assert bases <= {Basis.FIRST_SEEN, Basis.ENROLMENT, Basis.CONFIRMED_PRINT}


def test_a_join_is_told_under_no_control_number_that_an_agency_reads() -> None:
    query = identify.a_confirmed_match()
    prints.link_confirmed(submission=query.submission, subject=query.subject, at=AT)
    told = Event.objects.filter(kind__startswith="person:")
    assert told.exists()
    assert not told.filter(correlation=query.submission.control_number).exists()


# -- confirmed prints -------------------------------------------------------------------------------------------------


def test_two_examiners_confirmation_joins_the_booking_and_the_immigration_record() -> None:
    query = identify.a_confirmed_match()
    person = prints.link_confirmed(submission=query.submission, subject=query.subject, at=AT)
    assert person is not None
    kinds = SourceRecord.objects.filter(assignments__person=person, assignments__ends_at=None)
    assert sorted(kinds.values_list("kind", flat=True)) == ["IMMIGRATION", "SUBMISSION"]
    assert Event.objects.filter(kind="person:linked", about_id=str(person.pk)).count() == 1
    assert prints.link_confirmed(submission=query.submission, subject=query.subject, at=AT) == person


def test_a_criminal_hit_and_a_retained_booking_join_by_prints() -> None:
    subject = identify.a_criminal_subject()
    hit = identify.search_criminal(identify.an_accepted_submission())
    person = prints.link_confirmed(submission=hit, subject=subject, at=AT)
    assert person is not None
    assert Assignment.objects.get(prints_of=hit).basis == Basis.CONFIRMED_PRINT


def test_unconfirmed_prints_join_nothing_by_service_or_by_sql() -> None:
    compared = identify.a_candidate_match()
    identify.identify(compared)  # one examiner is not two
    subject = compared.candidates.get(rank=1).subject
    with pytest.raises(PeopleRefused, match="No confirmed prints"):
        prints.link_confirmed(submission=compared.submission, subject=subject, at=AT)
    one, other = a_record(), a_person()
    Assignment.objects.filter(record=one).update(ends_at=AT)
    with pytest.raises(IntegrityError, match="Only confirmed prints"):
        Assignment.objects.create(
            record=one, person=other, basis=Basis.CONFIRMED_PRINT, starts_at=AT, assigned_by="system:x",
            reason="x", prints_of=compared.submission,
        )  # fmt: skip


def test_a_must_not_link_rule_beats_confirmed_prints_and_people_are_told() -> None:
    query = identify.a_confirmed_match()
    booked = registration.register_submission(query.submission, at=AT, actor="system:test")
    held = registration.register_subject(query.subject, at=AT, actor="system:test")
    link_rules.must_not_link(first=booked, second=held, rationale="Two people met.", by=a_specialist(), at=AT)
    before = whose()
    assert prints.link_confirmed(submission=query.submission, subject=query.subject, at=AT) is None
    assert whose() == before
    assert Event.objects.filter(kind="person:link-blocked").exists()


# -- merges, splits and their undoing ---------------------------------------------------------------------------------


def test_a_merge_waits_for_a_supervisor_and_moves_every_record() -> None:
    one, other = a_person(), a_person()
    proposed = services.propose_merge(person=one, other=other, rationale="Same scar.", by=a_specialist(), at=AT)
    assert len(set(whose().values())) == 2
    approve(proposed)
    assert set(whose().values()) == {one.number}
    other.refresh_from_db()
    assert other.merged_into == one


def test_nobody_approves_their_own_change_by_service_or_by_sql() -> None:
    supervisor = a_supervisor()
    change = services.propose_merge(person=a_person(), other=a_person(), rationale="Same scar.", by=supervisor, at=AT)
    with pytest.raises(NotAllowed, match="You proposed this"):
        approve(change, supervisor)
    with pytest.raises(IntegrityError, match="nobody_approves_their_own_change"):
        Change.objects.filter(pk=change.pk).update(state="approved", decided_by=supervisor, decided_at=AT)


def test_only_a_supervisor_approves_by_service_or_by_sql() -> None:
    change = services.propose_merge(
        person=a_person(), other=a_person(), rationale="Same scar.", by=a_specialist(), at=AT
    )
    another = a_specialist()
    with pytest.raises(NotAllowed, match="Only a support-centre supervisor"):
        approve(change, another)
    with pytest.raises(IntegrityError, match="Only a support-centre supervisor"):
        Change.objects.filter(pk=change.pk).update(state="approved", decided_by=another, decided_at=AT)


def test_a_merge_undone_restores_every_assignment_and_keeps_the_two_apart() -> None:
    one, other, third = a_person(), a_person(), a_person()
    merged(other, third)
    before = whose()
    change = merged(one, other)
    undone(change)
    assert whose() == before
    other.refresh_from_db()
    assert other.merged_into is None
    with pytest.raises(PeopleRefused, match=r"Rule \d+ \(must not link, set by"):
        merged(one, other)


def test_a_split_picks_records_and_undone_restores_them() -> None:
    one, other = a_person(), a_person()
    (moved,) = records_of(other)
    merged(one, other)
    before = whose()
    change = split(one, moved)
    assert whose()[moved] != before[moved]
    assert LinkRule.objects.filter(kind="MUST_NOT_LINK", withdrawn_at=None).count() == 1
    undone(change)
    assert whose() == before
    assert not LinkRule.objects.filter(withdrawn_at=None).exists()


def test_a_change_is_undone_once() -> None:
    change = merged(a_person(), a_person())
    undone(change)
    with pytest.raises(PeopleRefused, match="only once"):
        undone(Change.objects.get(pk=change.pk))


def test_a_circular_merge_is_refused_by_service_and_by_sql() -> None:
    one, other = a_person(), a_person()
    merged(one, other)
    with pytest.raises(PeopleRefused, match=f"was merged into {one.number}"):
        merged(other, one)
    with pytest.raises(IntegrityError, match="in a circle"):
        Person.objects.filter(pk=one.pk).update(merged_into=other)


def test_a_split_takes_some_records_and_not_all() -> None:
    one = a_person()
    for picked in ((), tuple(records_of(one))):
        with pytest.raises(PeopleRefused, match="not all of them"):
            split(one, *picked)


def test_versions_of_one_source_stay_together_in_a_split() -> None:
    source = a_source()
    first = registration.register(source, at=AT, actor="system:test")
    later = registration.Source(source.kind, source.reference, source.data_key, said("SYNTHLEY,ADA"), AT)
    second = registration.register(later, at=AT, actor="system:test")
    one = a_person()
    merged(one, person_of(first))
    split(one, first.pk)
    assert person_of(first) == person_of(second) != one


def test_a_must_link_rule_holds_records_together_until_another_supervisor_withdraws_it() -> None:
    one, other = a_person(), a_person()
    merged(one, other)
    first, second = SourceRecord.objects.filter(pk__in=records_of(one))
    author = a_supervisor()
    rule = link_rules.must_link(first=first, second=second, rationale="Seen together.", by=author, at=AT)
    with pytest.raises(PeopleRefused, match=f"Rule {rule.pk} "):
        split(one, second.pk)
    with pytest.raises(NotAllowed, match="You proposed this"):
        link_rules.withdraw_rule(rule_id=rule.pk, by=author, reason="No.", at=AT)
    link_rules.withdraw_rule(rule_id=rule.pk, by=a_supervisor(), reason="A mistake.", at=AT)
    split(one, second.pk)
    assert person_of(second) != one


# -- going round the services -----------------------------------------------------------------------------------------


def test_a_must_not_link_rule_stops_an_assignment_written_by_sql() -> None:
    one, other = a_record(), a_record()
    link_rules.must_not_link(first=one, second=other, rationale="Two people.", by=a_specialist(), at=AT)
    change = Change.objects.create(
        kind="MERGE", person=person_of(one), other=person_of(other), proposed_by=a_specialist(), proposed_at=AT,
        rationale="x",
    )  # fmt: skip
    Change.objects.filter(pk=change.pk).update(state="approved", decided_by=a_supervisor(), decided_at=AT)
    Assignment.objects.filter(record=other).update(ends_at=AT)
    with pytest.raises(IntegrityError, match="must-not-link rule keeps these records apart"):
        Assignment.objects.create(
            record=other, person=person_of(one), basis=Basis.MERGE, starts_at=AT, assigned_by="x", reason="x",
            change=change,
        )  # fmt: skip


def test_an_open_change_moves_nothing_by_sql() -> None:
    one, other = a_record(), a_record()
    change = services.propose_merge(
        person=person_of(one), other=person_of(other), rationale="x", by=a_specialist(), at=AT
    )
    Assignment.objects.filter(record=other).update(ends_at=AT)
    with pytest.raises(IntegrityError, match="approved change only"):
        Assignment.objects.create(
            record=other, person=person_of(one), basis=Basis.MERGE, starts_at=AT, assigned_by="x", reason="x",
            change=change,
        )  # fmt: skip


def test_a_rule_that_contradicts_the_assignments_is_refused_by_sql() -> None:
    one = a_person()
    merged(one, a_person())
    first, second = sorted(records_of(one))
    with pytest.raises(IntegrityError, match="split them before"):
        LinkRule.objects.create(
            kind="MUST_NOT_LINK", first_id=first, second_id=second, set_by=a_specialist(), set_at=AT, rationale="x"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_sourcerecord SET retrieved_at = now()",
        "DELETE FROM people_blockingindex; DELETE FROM people_sourcerecord",
        "UPDATE people_assignment SET reason = 'other'",
        "DELETE FROM people_assignment",
        "UPDATE people_person SET number = 'SC-P1'",
        "UPDATE people_change SET rationale = 'other'",
        "DELETE FROM people_change",
        "UPDATE people_linkrule SET kind = 'MUST_LINK'",
        "DELETE FROM people_linkrule",
    ],
)
def test_what_was_recorded_stays(statement: str) -> None:
    first, second = a_record(), a_record()
    link_rules.must_not_link(first=first, second=second, rationale="x", by=a_specialist(), at=AT)
    services.propose_merge(person=person_of(first), other=a_person(), rationale="x", by=a_specialist(), at=AT)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
