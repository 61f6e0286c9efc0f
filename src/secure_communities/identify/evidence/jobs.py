# SPDX-License-Identifier: Apache-2.0
"""Background work of evidence: one job a question, so that a slow source keeps nobody waiting but itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from secure_communities.identify.evidence.models import Inquiry
from secure_communities.identify.evidence.ports import FailureReason
from secure_communities.identify.intake.states import Criminal
from secure_communities.identify.research.states import Query
from secure_communities.platform import clock
from secure_communities.platform.jobs import queues

LEFT_BEHIND = timedelta(minutes=5)


@app.task(queue=queues.EVIDENCE, retry=queues.RETRY)
def ask_source(inquiry_id: int) -> None:
    """Put one question to its source."""
    from secure_communities.identify.evidence import services

    services.answer(inquiry_id, now=clock.now)


@app.periodic(cron="*/2 * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="resume-inquiries", pass_context=False)
def resume_inquiries(timestamp: int) -> None:
    """Queue again the questions whose job gave up (an outage of ours longer than its retries)."""
    old = Inquiry.objects.filter(answered_at=None, requested_at__lte=clock.now() - LEFT_BEHIND)
    for number in old.values_list("pk", flat=True):
        with suppress(AlreadyEnqueued):
            ask_source.configure(queueing_lock=f"ask-{number}").defer(inquiry_id=number)


@app.periodic(cron="* * * * * */15")
@app.task(queue=queues.UPKEEP, queueing_lock="ask-what-was-not-yet", pass_context=False)
def ask_what_was_not_yet(timestamp: int) -> None:
    """Ask again what could not be answered before the criminal side had answered the booking."""
    from secure_communities.identify.evidence import services

    waiting = Inquiry.objects.filter(
        failure=FailureReason.NOT_YET, query__state=Query.OPEN, query__submission__criminal_state=Criminal.ANSWERED
    )
    for number in waiting.values_list("query_id", flat=True).distinct():
        services.ask_what_was_not_yet(query_id=number, at=clock.now())
