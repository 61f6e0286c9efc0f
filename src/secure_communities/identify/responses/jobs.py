# SPDX-License-Identifier: Apache-2.0
"""Delivery to agencies that take files in a folder. Agencies on the API fetch theirs; nothing is pushed at them."""

from __future__ import annotations

import os

from django.conf import settings
from procrastinate.contrib.django import app

from secure_communities.identify.responses import services
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageState
from secure_communities.platform import clock
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.vocabulary import Channel
from secure_communities.platform.jobs import queues


@app.task(queue=queues.DELIVERY, retry=queues.RETRY)
def deliver(message_id: int) -> None:
    """Write one message into its agency's outgoing folder, whole or not at all, and note that it is there."""
    message = Message.objects.select_related("submission__originator", "submission__data_key").get(pk=message_id)
    if message.state != MessageState.READY:
        return
    at = clock.now()
    preference = agencies.delivery_preference(message.submission.originator, on=at.date())
    if preference is None or preference.channel != Channel.DIRECTORY:
        return
    folder = settings.VAR / "folders" / message.recipient / "out"
    folder.mkdir(parents=True, exist_ok=True)
    # The name repeats nothing that came from outside: our own control number only.
    target = folder / f"{message.tcn}.ebts"
    draft = folder / f".{message.tcn}.part"
    with draft.open("wb") as handle:
        handle.write(services.content_of(message))
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(target)
    services.mark_delivered(message.pk, by="folder", at=at)
