# SPDX-License-Identifier: Apache-2.0
"""Background work of people: join what confirmed prints join, register what was enrolled without it."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people import looking, prints, registration
from secure_communities.platform import clock
from secure_communities.platform.jobs import queues
from secure_communities.platform.keys.services import KeyDestroyed

log = logging.getLogger(__name__)


@app.task(queue=queues.UPKEEP, retry=queues.RETRY)
def link_confirmed_prints(submission_id: int, subject_id: int) -> None:
    """Join a booking's record and a register's after their prints were confirmed. Safe to run twice."""
    submission = Submission.objects.select_related("data_key").get(pk=submission_id)
    subject = RegisterSubject.objects.select_related("data_key").get(pk=subject_id)
    try:
        prints.link_confirmed(submission=submission, subject=subject, at=clock.now())
        for record in submission.source_records.all():
            looking.open_reviews(record, at=clock.now())
    except KeyDestroyed:  # expunged meanwhile: there is nothing left to join
        log.info("%s or %s was expunged before it was joined", submission.control_number, subject.number)


@app.periodic(cron="* * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="people-catch-up", pass_context=False)
def register_missing(timestamp: int) -> None:
    """Register subjects that have no source record yet, as after an upgrade; write stale rows of the index anew."""
    registration.catch_up(at=clock.now())
    registration.renew_index(at=clock.now())
