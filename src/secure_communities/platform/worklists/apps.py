# SPDX-License-Identifier: Apache-2.0
"""Django app of the worklists."""

from __future__ import annotations

from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    """Label `worklists`."""

    name = "secure_communities.platform.worklists"
    label = "worklists"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.platform.worklists import events  # noqa: F401
