# SPDX-License-Identifier: Apache-2.0
"""What the facts want to hear of."""

from __future__ import annotations

from secure_communities.platform.events.subscriptions import subscribe


def subscribe_to_events() -> None:
    """Subscribe the jobs. The kinds are registered by then: this app stands after those it listens to."""
    from secure_communities.prioritize.facts import jobs

    subscribe(jobs.open_confirmations, *jobs.OPENING)
    subscribe(jobs.close_confirmation, *jobs.CLOSING)
