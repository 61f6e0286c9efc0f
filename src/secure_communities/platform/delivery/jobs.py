# SPDX-License-Identifier: Apache-2.0
"""Background work of the outbox: a pump for each recipient and channel, and a sweep that forgets nobody.

A pump runs alone for its recipient (lock), so that a slow one holds up itself only. Criminal answers have a queue and a
worker of their own: notices of the other side never stand in their way.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from secure_communities.platform import clock
from secure_communities.platform.delivery import selectors, sending, services
from secure_communities.platform.jobs import queues

AT_A_TIME = 500


@app.task(queue=queues.DELIVERY, retry=queues.RETRY)
def pump(recipient_id: int, channel: str, urgent: bool) -> None:
    """Send what is due for one recipient on one channel; come back for the rest behind the others."""
    if sending.pump(recipient_id, channel, urgent=urgent, now=clock.now):
        wake(recipient_id, channel, urgent=urgent)


def wake(recipient_id: int, channel: str, *, urgent: bool) -> None:
    """Queue the recipient's pump, unless it is queued already."""
    lock = f"delivery-{recipient_id}-{channel}-{'urgent' if urgent else 'notice'}"
    configured = pump.configure(
        queue=queues.DELIVERY if urgent else queues.NOTICES, lock=lock, queueing_lock=lock, priority=-1
    )  # upkeep goes before: it is what gives back the jobs of a dead worker
    with suppress(AlreadyEnqueued), transaction.atomic():
        configured.defer(recipient_id=recipient_id, channel=channel, urgent=urgent)


@app.periodic(cron="* * * * * */5")  # the seconds stand last
@app.task(queue=queues.UPKEEP, queueing_lock="sweep-deliveries", pass_context=False)
def sweep_deliveries(timestamp: int) -> None:
    """Wake whoever has something due, give back what lost its worker, report what nobody fetched."""
    at = clock.now()
    for number in selectors.stalled(at=at).values_list("pk", flat=True)[:AT_A_TIME]:
        services.recover(number, at=at)
    for number in selectors.uncollected(at=at).values_list("pk", flat=True)[:AT_A_TIME]:
        services.lapse(number, at=at)
    waiting = selectors.due(at=at).order_by().values_list("recipient_id", "channel", "urgent").distinct()
    for recipient_id, channel, urgent in waiting:
        wake(recipient_id, channel, urgent=urgent)
