# SPDX-License-Identifier: Apache-2.0
"""Background work: assess again what an event concerns, what went out of date, and everything under new rules."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from django.db import OperationalError
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform import clock
from secure_communities.platform.events.models import Event
from secure_communities.platform.jobs import queues
from secure_communities.platform.keys.services import KeyDestroyed
from secure_communities.prioritize.assessments import services
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.facts import concerned
from secure_communities.prioritize.rulesets import selectors as rulesets

BATCH = 50
log = logging.getLogger(__name__)

TRIGGERS = {
    "referral:made": Trigger.REFERRAL,
    "record:disposition-recorded": Trigger.DISPOSITION,
    "outcome:asked-again": Trigger.DISPOSITION,
    "record:charge-confirmed": Trigger.CHARGE_CONFIRMED,
    "record:arrest-recorded": Trigger.PERSON_CHANGED,
    "person:merged": Trigger.PERSON_CHANGED,
    "person:split": Trigger.PERSON_CHANGED,
    "person:undone": Trigger.PERSON_CHANGED,
    "person:linked": Trigger.PERSON_CHANGED,
    "citizenship:indicium-opened": Trigger.CITIZENSHIP,
    "citizenship:cleared": Trigger.CITIZENSHIP,
    "citizenship:confirmed": Trigger.CITIZENSHIP,
    "finding:stated": Trigger.FINDING,
}


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def assess_after(event_id: int) -> None:
    """Assess the referred cases that an event concerns. Safe to run twice."""
    event = Event.objects.get(pk=event_id)
    for query in concerned.cases(event):
        _assess(query, TRIGGERS[event.kind])


def _assess(query: StatusQuery, trigger: Trigger) -> None:
    try:
        services.assess_query(query=query, trigger=trigger, by=services.SYSTEM, at=clock.now())
    except KeyDestroyed:  # expunged meanwhile: nothing is left to rank
        return


def _assess_each(queries: Iterable[StatusQuery], trigger: Trigger) -> None:
    """Assess many. A case that cannot be assessed does not stop those behind it; a lost database stops them all."""
    for query in queries:
        try:
            _assess(query, trigger)
        except OperationalError:  # passes: the job is tried again
            raise
        except Exception:
            log.exception("the case %s could not be assessed", query.reference)


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def assess_everything(event_id: int, after: int = 0) -> None:
    """Assess every referred case again, a batch at a time: each batch queues the next in its own transaction."""
    found = StatusQuery.objects.filter(referrals__isnull=False, pk__gt=after).distinct().order_by("pk")
    batch = list(found.select_related("submission__data_key")[:BATCH])
    _assess_each(batch, Trigger.RULES_ACTIVATED)
    if len(batch) == BATCH:
        assess_everything.defer(event_id=event_id, after=batch[-1].pk)


@app.periodic(cron="17 3 * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="assessments-out-of-date", pass_context=False)
def assess_what_went_out_of_date(timestamp: int) -> None:
    """Assess again what rests on outcomes that were fresh when it was assessed and may not be any more (S18)."""
    now = clock.now()
    shortest = min(rules.fresh_days for rules in rulesets.selectable(now))
    stale = CurrentAssessment.objects.filter(assessment__assessed_at__lte=now - timedelta(days=shortest))
    numbers = list(stale.order_by("query").values_list("query", flat=True).distinct()[:5_000])
    found = StatusQuery.objects.select_related("submission__data_key")
    _assess_each((found.get(pk=pk) for pk in numbers), Trigger.OUT_OF_DATE)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="assessments-catch-up", pass_context=False)
def assess_missing(timestamp: int, after: int = 0) -> None:
    """Assess referred cases that have no assessment, as after an upgrade: a batch at a time, each queues the next.

    Safe to run twice and to break off: what is assessed is not found again. What was expunged is passed over.
    """
    done = Assessment.objects.values("query")
    missing = StatusQuery.objects.filter(referrals__isnull=False, pk__gt=after).exclude(pk__in=done).distinct()
    kept = missing.filter(submission__data_key__wrapped__isnull=False).order_by("pk")
    batch = list(kept.select_related("submission__data_key")[:BATCH])
    _assess_each(batch, Trigger.REFERRAL)
    if len(batch) == BATCH:
        with suppress(AlreadyEnqueued):  # the next run of the clock waits already, and begins with what is left
            assess_missing.defer(timestamp=timestamp, after=batch[-1].pk)  # type: ignore[call-arg]
