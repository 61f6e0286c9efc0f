# SPDX-License-Identifier: Apache-2.0
"""What assessments want to hear of."""

from __future__ import annotations

from secure_communities.platform.events.subscriptions import subscribe


def subscribe_to_events() -> None:
    """Subscribe the jobs. The kinds are registered by then: this app stands after those it listens to."""
    from secure_communities.prioritize.assessments import jobs

    subscribe(jobs.assess_after, *jobs.TRIGGERS)
    subscribe(jobs.assess_everything, "rules:activated")
