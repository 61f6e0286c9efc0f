# SPDX-License-Identifier: Apache-2.0
"""Background work: place a case after an event, all of them under other rules, the open ones under other levers."""

from __future__ import annotations

import logging

from django.db import OperationalError
from procrastinate.contrib.django import app

from secure_communities.identify.referrals.models import Referral
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform import clock
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.services import append
from secure_communities.platform.jobs import queues
from secure_communities.prioritize.queues import selectors, services
from secure_communities.prioritize.queues.models import LeverChange
from secure_communities.prioritize.rulesets import selectors as rulesets

BATCH = 100
log = logging.getLogger(__name__)


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def place_after(event_id: int) -> None:
    """Place the case that an event is about. Safe to run twice."""
    event, now = Event.objects.get(pk=event_id), clock.now()
    if event.kind == "referral:made":
        query = Referral.objects.select_related("query").get(pk=event.about_id).query
    else:
        if event.data.get("rule_set") != rulesets.active_rule_set(now).code:
            return
        query = StatusQuery.objects.get(pk=event.about_id)
    services.place_case(query=query, at=now)


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def place_everything(event_id: int, after: int = 0) -> None:
    """Place every referred case under the rules now in force, a batch at a time."""
    found = StatusQuery.objects.filter(referrals__isnull=False, pk__gt=after).distinct().order_by("pk")[:BATCH]
    batch = list(found)
    for query in batch:
        try:
            services.place_case(query=query, at=clock.now())
        except OperationalError:  # passes: the job is tried again
            raise
        except Exception:  # one case that cannot be placed does not stop those behind it
            log.exception("the case %s could not be placed", query.reference)
    if len(batch) == BATCH:
        place_everything.defer(event_id=event_id, after=batch[-1].pk)


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def put_in_order(change_id: int, after: int = 0) -> None:
    """Put the open cases in the order of the levers now in force. Safe to run twice, and to go on with."""
    change, now = LeverChange.objects.get(pk=change_id), clock.now()
    levers, moved, last = selectors.levers_at(now), 0, after
    while True:
        more, last = services.put_in_order(after=last, levers=levers, at=now)
        moved += more
        if not last:
            break
    append(
        kind="queue:reordered", actor=services.SYSTEM, about=("lever", change.pk), at=clock.now(),
        data={"code": change.code, "moved": moved},
    )  # fmt: skip
