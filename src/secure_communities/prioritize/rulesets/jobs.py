# SPDX-License-Identifier: Apache-2.0
"""Background work: shadow runs, a batch a transaction, going on where a killed one stopped; announcing activations."""

from __future__ import annotations

from procrastinate.contrib.django import app

from secure_communities.platform import clock
from secure_communities.platform.jobs import queues
from secure_communities.prioritize.rulesets import services, shadowing
from secure_communities.prioritize.rulesets.models import ShadowRun


@app.task(queue=queues.PRIORITY, retry=queues.RETRY)
def shadow(run_id: int) -> None:
    """Try a rule set over every case on record. Safe to run twice: what was compared is not compared again."""
    while shadowing.next_batch(run_id, at=clock.now()):
        pass


@app.periodic(cron="* * * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="rules-announce", pass_context=False)
def announce_activations(timestamp: int) -> None:
    """Announce activations whose moment has come, whatever was down at that moment."""
    services.announce_due(at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="rules-shadow-catch-up", pass_context=False)
def resume_shadow_runs(timestamp: int) -> None:
    """Go on with runs that nobody is at."""
    for run in ShadowRun.objects.filter(finished_at=None):
        shadow.defer(run_id=run.pk)
