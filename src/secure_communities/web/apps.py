# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the screens."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages and their templates; no models."""

    name = "secure_communities.web"
    label = "web"
    verbose_name = "Screens"
