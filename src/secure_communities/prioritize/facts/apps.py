# SPDX-License-Identifier: Apache-2.0
"""Django app of facts."""

from __future__ import annotations

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Label `facts`."""

    name = "secure_communities.prioritize.facts"
    label = "facts"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, its worklist, and what it wants to hear of."""
        from secure_communities.prioritize.facts import events, subscribing, worklists  # noqa: F401

        subscribing.subscribe_to_events()
