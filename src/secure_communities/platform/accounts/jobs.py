# SPDX-License-Identifier: Apache-2.0
"""Upkeep of accounts: nonces of signed requests that can pass no more are dropped."""

from __future__ import annotations

from procrastinate.contrib.django import app

from secure_communities.platform import clock
from secure_communities.platform.accounts.machine_keys import forget_nonces
from secure_communities.platform.jobs import queues


@app.periodic(cron="*/10 * * * *")
@app.task(queue=queues.UPKEEP, queueing_lock="forget-nonces", pass_context=False)
def forget_spent_nonces(timestamp: int) -> None:
    """Every ten minutes; idempotent."""
    forget_nonces(at=clock.now())
