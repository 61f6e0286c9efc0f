# SPDX-License-Identifier: Apache-2.0
"""Jobs of a dead worker come back soon; the periodic jobs come as often as they say."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice, pairwise

import croniter
import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from secure_communities.identify.intake.jobs import prepare
from secure_communities.platform.jobs import jobs, queues

NOON = datetime(2026, 11, 22, 12, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(("task", "seconds"), [("seal_events", 10), ("recover_jobs", 5)])
def test_upkeep_comes_every_few_seconds_all_day_long(task: str, seconds: int) -> None:
    [periodic] = [one for one in app.periodic_registry.periodic_tasks.values() if one.task.name.endswith(task)]
    moments = islice(croniter.croniter(periodic.cron, NOON).all_next(datetime), 400)
    assert {(later - earlier).total_seconds() for earlier, later in pairwise(moments)} == {seconds}


def test_a_worker_speaks_several_times_before_it_counts_as_dead() -> None:
    assert app.worker_defaults["update_heartbeat_interval"] == queues.HEARTBEAT_SECONDS
    assert queues.SILENT_SECONDS >= 4 * queues.HEARTBEAT_SECONDS


def a_job_in_progress(*, heartbeat_seconds_ago: float) -> int:
    job = prepare.defer(submission_id=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
            [heartbeat_seconds_ago],
        )
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job])
    return job


def state_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def taken_by_a_worker(job: int) -> bool:
    """Whether a worker that asks for work is given this job."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        worker = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(%s, %s)", [[queues.INTAKE], worker])
        return bool(cursor.fetchone()[0] == job)


@pytest.mark.django_db(transaction=True)
def test_the_jobs_of_a_silent_worker_are_queued_again_and_those_of_a_living_one_are_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # Django's flush leaves what earlier tests queued
    dead = a_job_in_progress(heartbeat_seconds_ago=queues.SILENT_SECONDS + 1)
    living = a_job_in_progress(heartbeat_seconds_ago=queues.SILENT_SECONDS - 3)
    async_to_sync(jobs.recover_jobs.func)(timestamp=0)
    assert state_of(living) == "doing"
    assert taken_by_a_worker(dead), "it is not in the queue again"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("deaths", "given_up"), [(queues.MOST_DEATHS - 1, False), (queues.MOST_DEATHS, True)])
def test_a_job_that_takes_every_worker_down_is_given_up(deaths: int, given_up: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        job = a_job_in_progress(heartbeat_seconds_ago=queues.SILENT_SECONDS + 1)
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [deaths, job])
    async_to_sync(jobs.recover_jobs.func)(timestamp=0)
    assert (state_of(job) == "failed") is given_up
    assert taken_by_a_worker(job) is not given_up
