# SPDX-License-Identifier: Apache-2.0
"""Two at the very same moment: one submission, one decision each, one signature, one owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from secure_communities.identify.examination.models import Decision
from secure_communities.identify.intake.models import RefusedInput, Submission
from secure_communities.identify.research.models import Determination, StatusQuery
from secure_communities.identify.responses.models import Message
from secure_communities.platform.events.models import Event
from secure_communities.platform.worklists import services as worklists
from secure_communities.platform.worklists.models import WorkItem
from tests.api.callers import Machine, Person, a_signature, identification
from tests.builders.races import at_once, committed
from tests.identify import builders as a

pytestmark = pytest.mark.django_db(transaction=True)


def statuses(answers: Sequence[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_the_same_file_presented_many_times_at_once_is_one_submission() -> None:
    machine = Machine(a.a_jail())
    content = machine.booking()
    answers = at_once([lambda: machine.post(content)] * 6)
    assert statuses(answers) == [200] * 5 + [202]
    assert len({answer.json()["control_number"] for answer in answers}) == 1
    assert Submission.objects.count() == 1
    assert Event.objects.filter(kind="submission:received").count() == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE %s AND args->>'submission_id' = %s",
            ["%prepare", str(Submission.objects.get().pk)],
        )
        assert cursor.fetchone() == (1,)


def test_two_files_under_one_control_number_at_once_leave_one_submission_and_one_refusal() -> None:
    machine = Machine(a.a_jail())
    names = ["SAMPLE,ONE", "SAMPLE,TWO", "SAMPLE,THREE"]
    tcn = "SYNZZTX00101-API-RACE01"
    files = [a.a_booking(tcn=tcn, person={"2.018": name}) for name in names]
    answers = at_once([lambda file=file: machine.post(file) for file in files])
    assert statuses(answers) == [202, 409, 409]
    assert Submission.objects.count() == 1 and RefusedInput.objects.count() == 2
    assert [machine.post(file).status_code for file in files] == [
        200 if answer.status_code == 202 else 409 for answer in answers
    ]


def test_two_examiners_deciding_at_the_same_moment_both_count_and_open_one_query() -> None:
    comparison = committed(a.a_candidate_match)
    people = [Person(a.an_examiner()) for _ in range(2)]
    body, path = identification(comparison), f"/examinations/{comparison.pk}/decisions"
    answers = at_once([lambda one=one: one.post(path, body) for one in people])
    assert statuses(answers) == [200, 200]
    assert [answer.json() for answer in answers] == [{"recorded": True}] * 2  # neither learns who was first
    assert StatusQuery.objects.count() == 1 and Message.objects.filter(kind="query").count() == 1


def test_one_examiner_deciding_twice_at_the_same_moment_counts_once() -> None:
    comparison = committed(a.a_candidate_match)
    examiner = a.an_examiner()
    people = [Person(examiner) for _ in range(3)]  # a fourth sign-in would end the session of the first
    body, path = identification(comparison), f"/examinations/{comparison.pk}/decisions"
    answers = at_once([lambda one=one: one.post(path, body) for one in people])
    assert statuses(answers) == [200, 403, 403]
    assert Decision.objects.count() == 1 and not StatusQuery.objects.exists()


def test_three_examiners_at_once_leave_two_decisions_and_one_query() -> None:
    comparison = committed(a.a_candidate_match)
    people = [Person(a.an_examiner()) for _ in range(3)]
    body, path = identification(comparison), f"/examinations/{comparison.pk}/decisions"
    answers = at_once([lambda one=one: one.post(path, body) for one in people])
    assert statuses(answers) == [200, 200, 409]
    assert Decision.objects.count() == 2 and StatusQuery.objects.count() == 1


def test_two_officers_signing_at_the_same_moment_make_one_determination_and_one_second_response() -> None:
    query = committed(a.a_confirmed_match)
    draft = committed(lambda: a.a_draft(query))
    people = [Person(a.an_officer()) for _ in range(2)]
    path = f"/queries/{query.pk}/signature"
    answers = at_once([lambda one=one: one.post(path, a_signature(draft.pk)) for one in people])
    assert statuses(answers) == [200, 409]
    assert Determination.objects.count() == 1
    assert Message.objects.filter(kind="second").count() == 1


def test_a_signature_and_a_return_at_the_same_moment_exclude_each_other() -> None:
    query = committed(a.a_confirmed_match)
    draft = committed(lambda: a.a_draft(query))
    one, two = Person(a.an_officer()), Person(a.an_officer())
    answers = at_once(
        [
            lambda: one.post(f"/queries/{query.pk}/signature", a_signature(draft.pk)),
            lambda: two.post(f"/queries/{query.pk}/return", {"reason": "Look again."}),
        ]
    )
    assert [answer.status_code for answer in answers] in ([200, 409], [409, 204])


def test_two_specialists_claiming_the_same_query_at_once_leave_one_owner() -> None:
    query = committed(a.a_confirmed_match)
    item = WorkItem.objects.get(worklist="research", about_id=str(query.pk), closed_at=None)
    people = [a.a_specialist() for _ in range(4)]
    outcomes = at_once([lambda one=one: worklists.claim(item_id=item.pk, user=one, at=a.AT) for one in people])
    assert sum(isinstance(one, worklists.ItemTaken) for one in outcomes) == 3
    [owned] = [one for one in outcomes if isinstance(one, WorkItem)]
    assert WorkItem.objects.get(pk=item.pk).claimed_by == owned.claimed_by


def test_one_search_done_by_two_workers_at_once_answers_and_enrols_once() -> None:
    submission = committed(lambda: a.an_accepted_submission(person=4))
    at_once([lambda: a.search_criminal(submission)] * 3)
    assert Message.objects.filter(kind="first").count() == 1
    assert Event.objects.filter(kind="criminal:searched").count() == 1
    assert Event.objects.filter(kind="register:enrolled", correlation=submission.control_number).count() == 1
