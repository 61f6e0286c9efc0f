# SPDX-License-Identifier: Apache-2.0
"""Django app of citizenship."""

from __future__ import annotations

from django.apps import AppConfig


class CitizenshipConfig(AppConfig):
    """Label `citizenship`."""

    name = "secure_communities.identify.citizenship"
    label = "citizenship"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, and its worklist."""
        from secure_communities.identify.citizenship import events, worklists  # noqa: F401
