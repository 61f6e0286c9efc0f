# SPDX-License-Identifier: Apache-2.0
"""Django app of emergency access."""

from __future__ import annotations

from django.apps import AppConfig


class EmergencyConfig(AppConfig):
    """Label `emergency`."""

    name = "secure_communities.identify.emergency"
    label = "emergency"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.identify.emergency import events  # noqa: F401
