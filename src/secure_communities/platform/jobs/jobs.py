# SPDX-License-Identifier: Apache-2.0
"""Upkeep: chain the event log, put back the jobs of workers that died."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from secure_communities.platform.events import services as events
from secure_communities.platform.jobs import queues

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */10")  # the seconds stand last
@app.task(queue=queues.UPKEEP, queueing_lock="seal-events", pass_context=False)
def seal_events(timestamp: int) -> None:
    """Chain what was appended since the last run."""
    while events.seal_pending() == 5_000:
        pass


@app.periodic(cron="* * * * * */5")
@app.task(queue=queues.UPKEEP, queueing_lock="recover-jobs", pass_context=False)
async def recover_jobs(timestamp: int) -> None:
    """Give the jobs of a dead worker (no heartbeat) back to their queue, within about 20 seconds of its death."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=queues.SILENT_SECONDS):
        try:
            if job.attempts >= queues.MOST_DEATHS:  # it takes its worker down each time
                log.error("job %s (%s) lost %s workers: given up", job.id, job.task_name, job.attempts)
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
                continue
            log.warning("job %s (%s) lost its worker: queued again", job.id, job.task_name)
            await app.job_manager.retry_job(job)
        except ConnectorException:  # it ended meanwhile: its worker was slow, not dead
            log.warning("job %s had ended after all", job.id)
