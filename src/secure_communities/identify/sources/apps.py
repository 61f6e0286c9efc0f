# SPDX-License-Identifier: Apache-2.0
"""Django app of the sources."""

from __future__ import annotations

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Label `sources`."""

    name = "secure_communities.identify.sources"
    label = "sources"

    def ready(self) -> None:
        """Register the kinds of event, and put the adapters behind the port."""
        from secure_communities.identify.evidence import registry
        from secure_communities.identify.sources import adapters, events  # noqa: F401

        for adapter in adapters.ALL:
            registry.register(adapter)
