# SPDX-License-Identifier: Apache-2.0
"""What a job queues becomes visible with its transaction, and never without it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from secure_communities.platform.jobs.connectors import ALIAS, Connector
from secure_communities.platform.jobs.jobs import seal_events


@contextmanager
def as_in_a_worker() -> Iterator[None]:
    with app.replace_connector(Connector(alias=ALIAS).get_worker_connector()):
        yield


@pytest.fixture(autouse=True)
def empty_queue(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def queued() -> int:
    return ProcrastinateJob.objects.filter(task_name=seal_events.name).count()


def test_a_job_queued_in_a_transaction_that_fails_was_never_queued() -> None:
    with as_in_a_worker(), pytest.raises(ZeroDivisionError), transaction.atomic():
        seal_events.defer(timestamp=1)
        assert queued() == 1
        raise ZeroDivisionError
    assert queued() == 0


def test_nobody_sees_a_job_before_the_transaction_that_queues_it() -> None:
    with as_in_a_worker(), transaction.atomic():
        seal_events.defer(timestamp=1)
        assert _seen_by_another() == 0
    assert _seen_by_another() == 1


def test_a_worker_with_an_open_pool_queues_in_the_transaction_too() -> None:
    async def inside() -> None:
        async with app.open_async():
            await asyncio.to_thread(_defer_and_fail)

    with as_in_a_worker():
        asyncio.run(inside())
    assert queued() == 0


def _defer_and_fail() -> None:
    try:
        with transaction.atomic():
            seal_events.defer(timestamp=1)
            transaction.set_rollback(True)
    finally:
        connection.close()


def _seen_by_another() -> int:
    import psycopg

    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    with psycopg.connect(**settings) as other:
        row = other.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [seal_events.name]
        ).fetchone()
    assert row is not None
    return int(row[0])
