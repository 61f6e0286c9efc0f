# SPDX-License-Identifier: Apache-2.0
"""The accounts app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the app under its own label."""

    name = "secure_communities.platform.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds of event this app appends, and listen to what sign-in does."""
        from secure_communities.platform.accounts import events, signals  # noqa: F401
