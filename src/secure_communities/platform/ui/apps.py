# SPDX-License-Identifier: Apache-2.0
"""Django's handle on the component library."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Static files, partials and template tags; no models."""

    name = "secure_communities.platform.ui"
    label = "ui"
    verbose_name = "User interface"
