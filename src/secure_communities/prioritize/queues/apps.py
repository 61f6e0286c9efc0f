# SPDX-License-Identifier: Apache-2.0
"""Django app of the field offices' queues."""

from __future__ import annotations

from django.apps import AppConfig


class QueuesConfig(AppConfig):
    """Label `queues`."""

    name = "secure_communities.prioritize.queues"
    label = "queues"

    def ready(self) -> None:
        """Register the worklist, the kinds of event, and what this subject wants to hear of."""
        from secure_communities.prioritize.queues import events, subscribing, worklists  # noqa: F401

        subscribing.subscribe_to_events()
