# SPDX-License-Identifier: Apache-2.0
"""Delivery to agencies that take files in a folder. Agencies on the API fetch theirs; nothing is pushed at them."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from secure_communities.identify.intake.states import Criminal
from secure_communities.identify.responses import selectors, services
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageState
from secure_communities.interchange.files import suffix_of
from secure_communities.platform import clock
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.models import DeliveryPreference
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.jobs import queues

OVERDUE = timedelta(minutes=2)


@app.task(queue=queues.DELIVERY, retry=queues.RETRY)
def deliver(message_id: int) -> None:
    """Write what is ready of a message's submission into its agency's outgoing folder, the first response first.

    All of it in order, so that a delivery that failed once is never overtaken; each file whole or not at all.
    """
    submission = Message.objects.select_related("submission__originator").get(pk=message_id).submission
    preference = agencies.delivery_preference(submission.originator, on=clock.now().date())
    if preference is None or preference.channel != Channel.DIRECTORY:
        return
    for message in selectors.ready_for_agency(submission).filter(state=MessageState.READY):
        _write(message)
        services.mark_delivered(message.pk, by="folder", at=clock.now())


def _write(message: Message) -> None:
    folder = settings.VAR / "folders" / message.recipient / "out"
    folder.mkdir(parents=True, exist_ok=True)
    # The name repeats nothing that came from outside: our own control number only.
    draft = folder / f".{message.tcn}.part"
    with draft.open("wb") as handle:
        handle.write(services.content_of(message))
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(folder / f"{message.tcn}.{suffix_of(message.media_type)}")


@app.task(queue=queues.IMMIGRATION, retry=queues.RETRY)
def release_follow_ups(submission_id: int) -> None:
    """Let go what waited for a submission's first response."""
    services.release(submission_id, at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="resume-messages", pass_context=False)
def resume_messages(timestamp: int) -> None:
    """Queue again what is held or undelivered although nothing stands in its way (a job gave up)."""
    before = clock.now() - OVERDUE
    held = Message.objects.filter(state=MessageState.HELD, created_at__lte=before)
    for number in held.filter(submission__criminal_state=Criminal.ANSWERED).values_list("submission_id", flat=True):
        _once(release_follow_ups, f"release-{number}", submission_id=number)
    ready = Message.objects.filter(state=MessageState.READY, ready_at__lte=before)
    folders = DeliveryPreference.objects.in_force(clock.now().date()).filter(channel=Channel.DIRECTORY)
    by_folder = ready.filter(submission__originator__in=folders.values("originating_agency"))
    for number in by_folder.values_list("pk", flat=True):
        _once(deliver, f"deliver-{number}", message_id=number)


def _once(task: Any, lock: str, **arguments: int) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.configure(queueing_lock=lock).defer(**arguments)
