# SPDX-License-Identifier: Apache-2.0
"""Django app of intake."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Label `intake`."""

    name = "secure_communities.identify.intake"
    label = "intake"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.identify.intake import events  # noqa: F401
