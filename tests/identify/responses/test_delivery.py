# SPDX-License-Identifier: Apache-2.0
"""Delivery into an agency's folder: in order, whole, taken up again where a job gave up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from secure_communities.identify.responses import jobs
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.platform import clock
from secure_communities.platform.agencies.models import DeliveryPreference
from secure_communities.platform.agencies.vocabulary import Channel
from tests.identify import builders as a

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(own_var: Path, monkeypatch: pytest.MonkeyPatch):
    """A submission with both answers ready, of an agency that takes files; none is delivered yet."""
    monkeypatch.setattr(clock, "now", a.now)
    jail = a.a_jail()
    DeliveryPreference.objects.filter(originating_agency=jail).update(channel=Channel.DIRECTORY)
    query = a.a_confirmed_match(jail=jail)
    a.a_determination(query)
    assert set(states(query.submission)) == {MessageState.READY}
    return query.submission


def states(submission) -> list[str]:
    return [one.state for one in both(submission)]


def both(submission) -> list[Message]:
    wanted = (MessageKind.FIRST, MessageKind.SECOND)
    return sorted(
        Message.objects.filter(submission=submission, kind__in=wanted), key=lambda one: wanted.index(one.kind)
    )


def test_a_second_response_takes_the_first_along_in_order(answered, own_var: Path) -> None:
    first, second = both(answered)
    jobs.deliver.func(message_id=second.pk)
    assert states(answered) == [MessageState.DELIVERED, MessageState.DELIVERED]
    out = own_var / "folders" / first.recipient / "out"
    assert {path.name for path in out.iterdir()} == {f"{first.tcn}.ebts", f"{second.tcn}.ebts"}


def test_when_the_first_cannot_be_written_the_second_stays_too(
    answered, own_var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = both(answered)
    write = jobs._write

    def full_disk(message: Message) -> None:
        if message.pk == first.pk:
            raise OSError("no space left")
        write(message)

    monkeypatch.setattr(jobs, "_write", full_disk)
    with pytest.raises(OSError, match="no space"):
        jobs.deliver.func(message_id=second.pk)
    assert states(answered) == [MessageState.READY, MessageState.READY]
    monkeypatch.setattr(jobs, "_write", write)
    jobs.deliver.func(message_id=second.pk)
    assert states(answered) == [MessageState.DELIVERED, MessageState.DELIVERED]


def test_what_a_job_gave_up_on_is_queued_again_once_and_only_when_it_is_overdue(
    answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queued() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock LIKE 'deliver-%'")
            return int(cursor.fetchone()[0])

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    newest = max(one.ready_at for one in both(answered))
    monkeypatch.setattr(clock, "now", lambda: newest - timedelta(seconds=1))
    jobs.resume_messages.func(timestamp=0)
    assert queued() == 0
    monkeypatch.setattr(clock, "now", lambda: newest + jobs.OVERDUE + timedelta(seconds=1))
    for _ in range(2):
        jobs.resume_messages.func(timestamp=0)
    assert queued() == 2
