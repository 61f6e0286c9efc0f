# SPDX-License-Identifier: Apache-2.0
"""Background work: charges of a referred case come before a person, and leave the list once their code is confirmed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.events.models import Event
from secure_communities.platform.jobs import queues
from secure_communities.prioritize.facts import confirming

OPENING = ("referral:made", "record:arrest-recorded")
CLOSING = ("record:charge-confirmed",)


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def open_confirmations(event_id: int) -> None:
    """Open an item for each charge of the case that nobody confirmed. Safe to run twice."""
    event = Event.objects.get(pk=event_id)
    referred = StatusQuery.objects.filter(referrals__isnull=False, submission__control_number=event.correlation)
    for query in referred.select_related("submission").defer("submission__content").distinct():
        confirming.open_items(query=query, at=event.occurred_at)


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def close_confirmation(event_id: int) -> None:
    """Close the item of a charge whose code a person confirmed, by whatever door. Safe to run twice."""
    event = Event.objects.get(pk=event_id)
    confirming.close(int(event.data["charge"]), reason="confirmed", at=event.occurred_at, by=None)
