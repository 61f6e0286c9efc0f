# SPDX-License-Identifier: Apache-2.0
"""Django app of examination."""

from __future__ import annotations

from django.apps import AppConfig


class ExaminationConfig(AppConfig):
    """Label `examination`."""

    name = "secure_communities.identify.examination"
    label = "examination"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, and its worklists."""
        from secure_communities.identify.examination import events, worklists  # noqa: F401
