# SPDX-License-Identifier: Apache-2.0
"""Background work: charges of a referred case come before a person, and leave the list once their code is confirmed."""

from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform import clock
from secure_communities.platform.events.models import Event
from secure_communities.platform.jobs import queues
from secure_communities.prioritize.facts import concerned, confirming, selectors

PEOPLE = ("person:merged", "person:split", "person:undone", "person:linked")
OPENING = ("referral:made", "record:arrest-recorded", *PEOPLE)
CLOSING = ("record:charge-confirmed",)
BATCH = 200


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def open_confirmations(event_id: int) -> None:
    """Open an item for each charge that nobody confirmed of the cases that an event concerns. Safe to run twice.

    Where people were joined or parted, items of charges that are no case's any more are closed.
    """
    event = Event.objects.get(pk=event_id)
    for query in concerned.cases(event):
        confirming.open_items(query=query, at=event.occurred_at)
    if event.kind in PEOPLE:
        confirming.close_of_no_case(concerned.subjects(event), at=event.occurred_at)


@app.periodic(cron="41 3 * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="confirmations-catch-up", pass_context=False)
def open_missing(timestamp: int, after: int = 0) -> None:
    """Put on the list what is missing there, as of cases referred before there was one: a batch of cases at a time.

    Each batch queues the next. Safe to run twice and to break off: what is on the list is not put there again.
    """
    referred = StatusQuery.objects.filter(referrals__isnull=False, pk__gt=after).order_by("pk").distinct()
    batch = list(referred.values_list("pk", flat=True)[:BATCH])
    for charge in selectors.without_work(batch):
        confirming.open_for(charge, at=clock.now())
    if len(batch) == BATCH:
        with suppress(AlreadyEnqueued):  # the next run of the clock waits already
            open_missing.defer(timestamp=timestamp, after=batch[-1])  # type: ignore[call-arg]


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def close_confirmation(event_id: int) -> None:
    """Close the item of a charge whose code a person confirmed, by whatever door. Safe to run twice."""
    event = Event.objects.get(pk=event_id)
    confirming.close(int(event.data["charge"]), reason="confirmed", at=event.occurred_at, by=None)
