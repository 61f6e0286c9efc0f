# SPDX-License-Identifier: Apache-2.0
"""Ways round the safeguards that a reviewer found once: closed in the library and in the database, and kept closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from secure_communities.biometrics.decision import Outcome, Thresholds, Zone, decide
from secure_communities.biometrics.search import Hit
from secure_communities.identify.examination import selectors as examinations
from secure_communities.identify.examination import services as examination
from secure_communities.identify.examination.models import Candidate, Examination
from secure_communities.identify.examination.rules import Finding
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake import jobs
from secure_communities.identify.intake.models import Probe, Submission
from secure_communities.identify.intake.states import Criminal, Immigration
from secure_communities.identify.records.models import Arrest, Charge
from secure_communities.identify.research import services as research
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.responses import composition
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.interchange.messages import MessageError
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.agencies.models import Participation
from secure_communities.platform.agencies.vocabulary import Exit
from secure_communities.platform.events.models import Event
from secure_communities.platform.keys import services as keys
from tests.identify import builders as a
from tests.platform.builders import a_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.EXAMINER, Role.LEAD_EXAMINER, Role.BOOKING_SYSTEM}))
def test_nobody_but_examiners_sees_a_candidate_before_it_is_confirmed(role: Role) -> None:
    a.a_candidate_match()
    assert not examinations.waiting_for(a_user(role), at=a.AT).exists()
    assert examinations.waiting_for(a.an_examiner(), at=a.AT).count() == 1


def test_a_hit_that_is_not_the_best_candidate_goes_to_an_examiner() -> None:
    policy = Thresholds("test", 1e-9, 1e-6, 0.2, {10: Zone(0.8, 0.2), 6: Zone(0.6, 0.2), 4: Zone(9.0, 0.2)})
    mixed = Hit(0, 1.9, dict.fromkeys(range(1, 5), 0.5), dict.fromkeys(range(1, 5), 0.475))
    whole = Hit(1, 1.7, dict.fromkeys(range(5, 11), 0.3), dict.fromkeys(range(5, 11), 0.283))
    assert decide([whole], fingers=10, thresholds=policy).outcome is Outcome.HIT
    assert decide([mixed, whole], fingers=10, thresholds=policy).outcome is Outcome.POSSIBLE


def two_comparisons() -> tuple[Examination, Examination]:
    first = a.a_candidate_match()
    second = a.search_immigration(a.an_accepted_submission(first.submission.originator))
    return first, Examination.objects.get(submission=second, register=Register.IMMIGRATION)


def test_a_comparison_is_not_confirmed_by_what_two_examiners_said_of_another() -> None:
    decided, untouched = two_comparisons()
    a.identify(decided)
    a.identify(decided)
    untouched.finding, untouched.confirmed = Finding.CONFIRMED, decided.candidates.get(rank=1)
    with pytest.raises(IntegrityError, match="S1"), transaction.atomic():
        untouched.save()


def test_neither_candidate_nor_comparison_changes_whom_it_is_about() -> None:
    compared = a.a_candidate_match()
    other_subject = a.an_immigration_subject(person=77)
    other_submission = a.a_submission(compared.submission.originator)
    for attempt in (
        lambda: Candidate.objects.update(subject=other_subject),
        lambda: Examination.objects.update(submission=other_submission),
    ):
        with pytest.raises(Exception, match=r"never changed|stays with"), transaction.atomic():
            attempt()


def test_a_query_does_not_move_to_another_submission() -> None:
    query = a.a_confirmed_match()
    other = a.an_accepted_submission(query.submission.originator, person=3)
    with pytest.raises(IntegrityError, match="S1"), transaction.atomic():
        StatusQuery.objects.update(submission=other)


def test_prints_do_not_cross_from_one_register_to_the_other() -> None:
    a.a_criminal_subject()
    with pytest.raises(Exception, match="stays in its register"), transaction.atomic():
        RegisterSubject.objects.update(register="immigration", source="encounter")


def test_a_probe_that_waited_is_not_searched_after_participation_ended() -> None:
    a.an_immigration_subject()
    submission = a.an_accepted_submission()
    agencies.end_participation(
        participation=Participation.objects.get(),
        ends_on=a.AT.date(),
        exit_kind=Exit.WITHDREW,
        reason="The county left",
        by=a_user(Role.PROGRAMME_MANAGER),
        at=a.AT,
    )
    submission = a.search_immigration(submission)
    assert submission.immigration_state == Immigration.NOT_SEARCHED
    assert not Probe.objects.filter(register=Register.IMMIGRATION).exists()
    assert not Examination.objects.exists()


def test_a_follow_up_that_cannot_be_composed_never_holds_up_the_criminal_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query = a.a_confirmed_match(answered=False)
    a.a_determination(query)

    def broken(*_: object, **__: object) -> None:
        raise MessageError("E0002", "SEX", "cannot be written")

    monkeypatch.setattr(composition, "second", broken)
    examination.search(query.submission.pk, Register.CRIMINAL, now=a.now)
    assert a.fresh(query.submission).criminal_state == Criminal.ANSWERED
    assert Message.objects.get(kind=MessageKind.FIRST).state == MessageState.READY
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_name FROM procrastinate_jobs WHERE task_name LIKE '%release_follow_ups'")
        assert cursor.fetchall() == [("immigration",)]


def test_a_record_with_a_value_no_message_carries_goes_out_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(a, "IDENTITY", {**a.IDENTITY, "sex": "FEMALE"})
    a.a_determination(a.a_confirmed_match())
    sent = responses.content_of(Message.objects.select_related("submission__data_key").get(kind=MessageKind.SECOND))
    assert b"IDR/1.0 MATCH" in sent and b"SAMPLEHIDDEN" not in sent


def test_a_follow_up_reads_the_criminal_side_as_it_stands_now() -> None:
    query = a.a_confirmed_match(answered=False)
    stale = StatusQuery.objects.select_related("submission").get(pk=query.pk)
    assert stale.submission.criminal_state == Criminal.WAITING  # read before the answer left
    a.search_criminal(query.submission)
    responses.answer_pending(stale, at=query.due_at)
    assert Message.objects.get(kind=MessageKind.PENDING).state == MessageState.READY


def test_a_gallery_that_names_rows_the_register_does_not_have_is_not_searched() -> None:
    a.an_immigration_subject(person=1)
    galleries.catch_up(Register.IMMIGRATION).gallery.append(a.fingers(2))
    with pytest.raises(galleries.GalleryOutOfStep):
        galleries.search(Register.IMMIGRATION, a.fingers_again(2))


def test_the_gallery_of_another_database_is_never_taken_for_this_ones() -> None:
    folder = galleries.gallery_folder("criminal")
    galleries.RegisterIdentity.objects.all().delete()
    assert galleries.gallery_folder("criminal") != folder


def test_a_person_whose_key_was_destroyed_leaves_an_empty_row_and_searches_go_on() -> None:
    gone = a.an_immigration_subject(person=1)
    keys.destroy_data_key(gone.data_key, reason="expunged", at=a.AT)
    a.an_immigration_subject(person=2)
    result = galleries.search(Register.IMMIGRATION, a.fingers_again(2))
    assert [subject.row for subject, _ in result.candidates] == [1]
    assert not galleries.search(Register.IMMIGRATION, a.fingers_again(1)).candidates


def test_an_arrest_keeps_its_charges() -> None:
    a.search_criminal(a.an_accepted_submission())
    connection.check_constraints()
    for attempt in (
        Charge.objects.all().delete,
        lambda: Arrest.objects.update(ori="ZZTX00999"),
        lambda: connection.cursor().execute("DELETE FROM records_arrest"),
    ):
        with pytest.raises(Exception, match="S4"), transaction.atomic():
            attempt()


def clear_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def test_a_file_that_cannot_be_prepared_is_given_up_and_said_so() -> None:
    submission = a.a_submission()
    clear_queue()
    Submission.objects.filter(pk=submission.pk).update(resumptions=jobs.MOST_RESUMPTIONS)
    for _ in range(2):
        jobs.resume_submissions(0)
    assert Event.objects.filter(kind="submission:stuck").count() == 1
    assert queued() == 0


def test_what_was_left_behind_is_queued_once() -> None:
    a.a_submission()
    clear_queue()
    jobs.resume_submissions(0)
    assert queued() == 1


def test_another_master_key_is_noticed_before_it_seals_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    keys.check_master_key()
    monkeypatch.setenv("MASTER_KEY", "ab" * 32)
    with pytest.raises(keys.WrongMasterKey, match="Put the right one back"):
        keys.check_master_key()


def test_what_an_officer_writes_about_a_draft_is_sealed_in_the_log() -> None:
    query = a.a_confirmed_match()
    a.a_draft(query)
    research.return_draft(query_id=query.pk, officer=a.an_officer(), reason="Which SAMPLE is meant?", at=a.AT)
    event = Event.objects.get(kind="determination:returned")
    assert event.reason == "" and b"SAMPLE" not in bytes(event.sealed)


def test_an_officer_whose_role_has_ended_signs_under_no_earlier_moment() -> None:
    query = a.a_confirmed_match()
    former = a.an_officer()
    former.role_grants.update(ends_at=a.AT - timedelta(days=1))
    draft = a.a_draft(query)
    for moment in (a.AT, a.AT - timedelta(days=2)):
        with pytest.raises((NotAllowed, IntegrityError)), transaction.atomic():
            research.sign(
                query_id=query.pk, officer=former, draft_id=draft.pk, authority="Sample delegation 1",
                reason="It agrees.", at=moment,
            )  # fmt: skip
    assert not query.determinations.exists() and not Message.objects.filter(kind=MessageKind.SECOND).exists()
