# SPDX-License-Identifier: Apache-2.0
"""Let go what waited: for the first response, or for its time. Delivery itself is the outbox's."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from secure_communities.identify.intake.states import Criminal
from secure_communities.identify.responses import services
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.platform import clock
from secure_communities.platform.jobs import queues

OVERDUE = timedelta(minutes=2)


@app.task(queue=queues.IMMIGRATION, retry=queues.RETRY)
def release_follow_ups(submission_id: int) -> None:
    """Let go what waited for a submission's first response."""
    services.release(submission_id, at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="resume-messages", pass_context=False)
def resume_messages(timestamp: int) -> None:
    """Queue again what is held although nothing stands in its way (a job gave up)."""
    before = clock.now() - OVERDUE
    in_time = Q(submission__received_at__lte=before - timedelta(minutes=settings.NO_MATCH_NOTICE_MINUTES))
    held = Message.objects.filter(
        in_time | ~Q(kind=MessageKind.NO_MATCH), state=MessageState.HELD, created_at__lte=before
    )
    for number in held.filter(submission__criminal_state=Criminal.ANSWERED).values_list("submission_id", flat=True):
        with suppress(AlreadyEnqueued), transaction.atomic():
            release_follow_ups.configure(queueing_lock=f"release-{number}").defer(submission_id=number)
