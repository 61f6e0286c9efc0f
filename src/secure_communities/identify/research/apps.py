# SPDX-License-Identifier: Apache-2.0
"""Django app of research."""

from __future__ import annotations

from django.apps import AppConfig


class ResearchConfig(AppConfig):
    """Label `research`."""

    name = "secure_communities.identify.research"
    label = "research"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, and its worklists."""
        from secure_communities.identify.research import events, worklists  # noqa: F401
