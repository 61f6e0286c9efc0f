# SPDX-License-Identifier: Apache-2.0
"""Django app of the outbox."""

from __future__ import annotations

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Label `delivery`."""

    name = "secure_communities.platform.delivery"
    label = "delivery"

    def ready(self) -> None:
        """Register the kinds of event this subject appends, and its worklist."""
        from secure_communities.platform.delivery import events, worklists  # noqa: F401
