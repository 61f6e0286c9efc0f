# SPDX-License-Identifier: Apache-2.0
"""The watch over the clocks of all work."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from secure_communities.platform import clock
from secure_communities.platform.jobs import queues
from secure_communities.platform.worklists import notices

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="announce-clocks", pass_context=False)
def announce_clocks(timestamp: int) -> None:
    """Announce every moment that has come, also those that came while no worker ran."""
    at = clock.now()
    for item_id in notices.due_for_notice(at=at):
        try:
            notices.announce(item_id=item_id, at=at)
        except Exception:  # one item that cannot be announced must not silence those behind it
            log.exception("the clock of work item %s could not be announced", item_id)
