# SPDX-License-Identifier: Apache-2.0
"""The agencies app."""

from __future__ import annotations

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Registers the app under its own label."""

    name = "secure_communities.platform.agencies"
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds of event this app appends, so that every process can read them."""
        from secure_communities.platform.agencies import events  # noqa: F401
