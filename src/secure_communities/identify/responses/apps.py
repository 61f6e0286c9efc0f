# SPDX-License-Identifier: Apache-2.0
"""Django app of responses."""

from __future__ import annotations

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    """Label `responses`."""

    name = "secure_communities.identify.responses"
    label = "responses"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, and the messages it has the outbox deliver."""
        from secure_communities.identify.responses import events, outgoing, services  # noqa: F401
        from secure_communities.platform.delivery import parcels

        parcels.register(services.SOURCE, outgoing.Outgoing())
