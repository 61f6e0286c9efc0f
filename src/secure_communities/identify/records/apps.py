# SPDX-License-Identifier: Apache-2.0
"""Django app of records."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Label `records`."""

    name = "secure_communities.identify.records"
    label = "records"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.identify.records import events  # noqa: F401
