# SPDX-License-Identifier: Apache-2.0
"""Django app of evidence."""

from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Label `evidence`."""

    name = "secure_communities.identify.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.identify.evidence import events  # noqa: F401
