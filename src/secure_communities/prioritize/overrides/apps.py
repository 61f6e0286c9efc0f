# SPDX-License-Identifier: Apache-2.0
"""Django app of overrides."""

from __future__ import annotations

from django.apps import AppConfig


class OverridesConfig(AppConfig):
    """Label `overrides`."""

    name = "secure_communities.prioritize.overrides"
    label = "overrides"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.prioritize.overrides import events  # noqa: F401
