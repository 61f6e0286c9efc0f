# SPDX-License-Identifier: Apache-2.0
"""Django app of the reviews of assessments."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Label `priority_reviews`."""

    name = "secure_communities.prioritize.reviews"
    label = "priority_reviews"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, its worklist, and what it wants to hear of."""
        from secure_communities.prioritize.reviews import events, subscribing, worklists  # noqa: F401

        subscribing.subscribe_to_events()
