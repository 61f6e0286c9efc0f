# SPDX-License-Identifier: Apache-2.0
"""What reviews want to hear of."""

from __future__ import annotations

from secure_communities.platform.events.subscriptions import subscribe


def subscribe_to_events() -> None:
    """Subscribe the job. The kinds are registered by then: this app stands after those it listens to."""
    from secure_communities.prioritize.reviews import jobs

    subscribe(jobs.follow_override, *jobs.KINDS)
