# SPDX-License-Identifier: Apache-2.0
"""The clock of open signs of citizenship (S3)."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from secure_communities.identify.citizenship import selectors, services
from secure_communities.platform import clock
from secure_communities.platform.jobs import queues

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="citizenship-alarms", pass_context=False)
def raise_citizenship_alarms(timestamp: int) -> None:
    """Raise what is due, also alarms missed while no worker ran."""
    at = clock.now()
    for indicium_id in selectors.with_alarms_due(at=at):
        try:
            services.raise_alarms(indicium_id=indicium_id, at=at)
        except Exception:  # one sign that cannot be alarmed must not silence those behind it
            log.exception("no alarm could be raised for indicium %s", indicium_id)
