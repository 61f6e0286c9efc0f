# SPDX-License-Identifier: Apache-2.0
"""What the queues want to hear of."""

from __future__ import annotations

from secure_communities.platform.events.subscriptions import subscribe


def subscribe_to_events() -> None:
    """Subscribe the jobs. The kinds are registered by then: this app stands after those it listens to."""
    from secure_communities.prioritize.queues import jobs

    subscribe(jobs.place_after, "assessment:changed", "referral:made")
    subscribe(jobs.place_everything, "rules:activated")
