# SPDX-License-Identifier: Apache-2.0
"""Django app of assessments."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Label `assessments`."""

    name = "secure_communities.prioritize.assessments"
    label = "assessments"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, and what it wants to hear of."""
        from secure_communities.prioritize.assessments import events, subscribing  # noqa: F401

        subscribing.subscribe_to_events()
