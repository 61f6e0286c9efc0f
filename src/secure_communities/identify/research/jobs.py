# SPDX-License-Identifier: Apache-2.0
"""The support centre's clock."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from secure_communities.identify.research import services
from secure_communities.platform import clock
from secure_communities.platform.jobs import queues

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="overdue-queries", pass_context=False)
def notice_overdue_queries(timestamp: int) -> None:
    """Send the pending notice of every query whose target time passed, also those missed while no worker ran."""
    at = clock.now()
    for query in services.overdue(at=at):
        try:
            services.give_pending_notice(query_id=query.pk, at=at)
        except Exception:  # one query that cannot be told must not silence those behind it
            log.exception("no pending notice could be given for %s", query.reference)
