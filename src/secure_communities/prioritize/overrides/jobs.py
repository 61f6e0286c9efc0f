# SPDX-License-Identifier: Apache-2.0
"""Background work: overrides end by themselves."""

from __future__ import annotations

from procrastinate.contrib.django import app

from secure_communities.platform import clock
from secure_communities.platform.jobs import queues
from secure_communities.prioritize.overrides import services


@app.periodic(cron="* * * * *")
@app.task(queue=queues.PRIORITY, queueing_lock="overrides-expire", pass_context=False)
def end_expired(timestamp: int) -> None:
    """End what is over."""
    services.end_expired(at=clock.now())
