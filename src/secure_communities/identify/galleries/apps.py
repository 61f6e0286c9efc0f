# SPDX-License-Identifier: Apache-2.0
"""Django app of galleries."""

from __future__ import annotations

from django.apps import AppConfig


class GalleriesConfig(AppConfig):
    """Label `galleries`."""

    name = "secure_communities.identify.galleries"
    label = "galleries"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.identify.galleries import events  # noqa: F401
