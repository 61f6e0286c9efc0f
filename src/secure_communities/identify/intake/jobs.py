# SPDX-License-Identifier: Apache-2.0
"""Background work of intake: prepare a submission, search each side, pick up what was left behind.

Arguments are ids only. Each job re-checks the state it finds, so a job that runs twice does nothing twice.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from procrastinate.contrib.django import app

from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.platform import clock
from secure_communities.platform.jobs import queues

LEFT_BEHIND = timedelta(minutes=10)


@app.task(queue=queues.INTAKE, retry=queues.RETRY)
def prepare(submission_id: int) -> None:
    """Check one submission and prepare its prints; refuse it with an ERRT or queue both searches."""
    from secure_communities.identify.intake import preparation

    preparation.prepare(submission_id, now=clock.now)


@app.task(queue=queues.CRIMINAL, retry=queues.RETRY)
def search_criminal(submission_id: int) -> None:
    """Search the criminal register with one submission."""
    from secure_communities.identify.examination import services

    services.search(submission_id, Register.CRIMINAL, now=clock.now)


@app.task(queue=queues.IMMIGRATION, retry=queues.RETRY)
def search_immigration(submission_id: int) -> None:
    """Search the immigration register with one submission."""
    from secure_communities.identify.examination import services

    services.search(submission_id, Register.IMMIGRATION, now=clock.now)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="resume-submissions", pass_context=False)
def resume_submissions(timestamp: int) -> None:
    """Queue again what still waits long after its job gave up (an outage longer than the retries)."""
    old = Submission.objects.filter(received_at__lte=clock.now() - LEFT_BEHIND)
    for submission in old.filter(intake_state=Intake.RECEIVED):
        prepare.defer(submission_id=submission.pk)
    accepted = old.filter(intake_state=Intake.ACCEPTED)
    for submission in accepted.filter(Q(criminal_state=Criminal.WAITING) | Q(immigration_state=Immigration.WAITING)):
        if submission.criminal_state == Criminal.WAITING:
            search_criminal.defer(submission_id=submission.pk)
        if submission.immigration_state == Immigration.WAITING:
            search_immigration.defer(submission_id=submission.pk)
