# SPDX-License-Identifier: Apache-2.0
"""Django app of transparency."""

from __future__ import annotations

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """Label `transparency`."""

    name = "secure_communities.oversight.transparency"
    label = "transparency"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.oversight.transparency import events  # noqa: F401
