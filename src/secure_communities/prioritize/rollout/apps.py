# SPDX-License-Identifier: Apache-2.0
"""Django app of rollout."""

from __future__ import annotations

from django.apps import AppConfig


class RolloutConfig(AppConfig):
    """Label `rollout`."""

    name = "secure_communities.prioritize.rollout"
    label = "rollout"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.prioritize.rollout import events  # noqa: F401
