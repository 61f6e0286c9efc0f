# SPDX-License-Identifier: Apache-2.0
"""Django app of people."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Label `people`."""

    name = "secure_communities.identify.people"
    label = "people"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, and its worklists."""
        from secure_communities.identify.people import events, worklists  # noqa: F401
