# SPDX-License-Identifier: Apache-2.0
"""Background work: assess again what an event concerns, what went out of date, and everything under new rules."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from procrastinate.contrib.django import app

from secure_communities.identify.people.models import Assignment
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform import clock
from secure_communities.platform.events.models import Event
from secure_communities.platform.jobs import queues
from secure_communities.platform.keys.services import KeyDestroyed
from secure_communities.prioritize.assessments import services
from secure_communities.prioritize.assessments.models import Assessment, CurrentAssessment
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.facts.selectors import cases_of, subjects_of
from secure_communities.prioritize.rulesets import selectors as rulesets

BATCH = 50

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
    for query in concerned(event):
        _assess(query, TRIGGERS[event.kind])


def concerned(event: Event) -> list[StatusQuery]:
    """The referred cases whose facts an event may have changed: by its booking, and by every record it touches."""
    referred = StatusQuery.objects.filter(referrals__isnull=False).select_related("submission__data_key")
    found = set(referred.filter(submission__control_number=event.correlation)) if event.correlation else set()
    if event.about_type == "query":
        found |= set(referred.filter(pk=event.about_id))
    if event.about_type == "register_subject":
        found |= _of_subject(int(event.about_id))
    if event.about_type == "person":
        subjects = Assignment.objects.filter(Q(person=event.about_id) | Q(person__merged_into=event.about_id)).exclude(
            record__subject=None
        )
        for pk in subjects.values_list("record__subject", flat=True).distinct():
            found |= _of_subject(pk)
    if event.kind.startswith("citizenship:"):
        for query in list(found):
            for subject in subjects_of(query):
                found |= _of_subject(subject)
    return sorted(found, key=lambda one: one.pk)


def _of_subject(subject: int) -> set[StatusQuery]:
    found = cases_of(subject).filter(referrals__isnull=False)
    return set(found.select_related("submission__data_key"))


def _assess(query: StatusQuery, trigger: Trigger) -> None:
    try:
        services.assess_query(query=query, trigger=trigger, by=services.SYSTEM, at=clock.now())
    except KeyDestroyed:  # expunged meanwhile: nothing is left to rank
        return


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def assess_everything(event_id: int, after: int = 0) -> None:
    """Assess every referred case again, a batch at a time: each batch queues the next in its own transaction."""
    found = StatusQuery.objects.filter(referrals__isnull=False, pk__gt=after).distinct().order_by("pk")
    batch = list(found.select_related("submission__data_key")[:BATCH])
    for query in batch:
        _assess(query, Trigger.RULES_ACTIVATED)
    if len(batch) == BATCH:
        assess_everything.defer(event_id=event_id, after=batch[-1].pk)


@app.periodic(cron="17 3 * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="assessments-out-of-date", pass_context=False)
def assess_what_went_out_of_date(timestamp: int) -> None:
    """Assess again what rests on outcomes that were fresh when it was assessed and may not be any more (S18)."""
    now = clock.now()
    shortest = min(rules.fresh_days for rules in rulesets.selectable(now))
    stale = CurrentAssessment.objects.filter(assessment__assessed_at__lte=now - timedelta(days=shortest))
    for pk in stale.values_list("query", flat=True).distinct()[:5_000]:
        _assess(StatusQuery.objects.select_related("submission__data_key").get(pk=pk), Trigger.OUT_OF_DATE)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="assessments-catch-up", pass_context=False)
def assess_missing(timestamp: int) -> None:
    """Assess referred cases that have no assessment, as after an upgrade."""
    done = Assessment.objects.values("query")
    missing = StatusQuery.objects.filter(referrals__isnull=False).exclude(pk__in=done).distinct()
    for query in missing.select_related("submission__data_key")[:BATCH]:
        _assess(query, Trigger.REFERRAL)
