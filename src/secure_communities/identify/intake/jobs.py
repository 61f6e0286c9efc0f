# SPDX-License-Identifier: Apache-2.0
"""Background work of intake: prepare a submission, search each side, pick up what was left behind.

Arguments are ids only. Each job re-checks the state it finds, so a job that runs twice does nothing twice.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import F
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.platform import clock
from secure_communities.platform.events import services as events
from secure_communities.platform.jobs import queues

log = logging.getLogger(__name__)

LEFT_BEHIND = timedelta(minutes=10)
MOST_RESUMPTIONS = 3


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
    """Queue again what still waits long after its job gave up (an outage longer than the retries).

    A side's search is queued as often as it takes. A file whose preparation failed MOST_RESUMPTIONS times over is
    left alone and said so in the log and as an event: it would only take its worker down again.
    """
    at = clock.now()
    old = Submission.objects.filter(received_at__lte=at - LEFT_BEHIND)
    unprepared = old.filter(intake_state=Intake.RECEIVED, resumptions__lte=MOST_RESUMPTIONS)
    for number, control, resumed in unprepared.values_list("pk", "control_number", "resumptions"):
        Submission.objects.filter(pk=number).update(resumptions=F("resumptions") + 1)
        if resumed < MOST_RESUMPTIONS:
            _once(prepare, f"prepare-{number}", number)
            continue
        log.error("submission %s cannot be prepared: given up after %s resumptions", control, resumed)
        events.append(
            kind="submission:stuck", actor="system:intake", about=("submission", number), correlation=control, at=at,
            data={"summary": "A person must look at this file"},
        )  # fmt: skip
    accepted = old.filter(intake_state=Intake.ACCEPTED)
    for number in accepted.filter(criminal_state=Criminal.WAITING).values_list("pk", flat=True).iterator():
        _once(search_criminal, f"search-criminal-{number}", number)
    for number in accepted.filter(immigration_state=Immigration.WAITING).values_list("pk", flat=True).iterator():
        _once(search_immigration, f"search-immigration-{number}", number)


def _once(task: Any, lock: str, submission_id: int) -> None:
    with suppress(AlreadyEnqueued):
        task.configure(queueing_lock=lock).defer(submission_id=submission_id)
