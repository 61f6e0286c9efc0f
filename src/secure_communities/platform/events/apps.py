# SPDX-License-Identifier: Apache-2.0
"""Django app of the event log."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Label `events`."""

    name = "secure_communities.platform.events"
    label = "events"
