# SPDX-License-Identifier: Apache-2.0
"""Django app of deployment."""

from __future__ import annotations

from django.apps import AppConfig


class DeploymentConfig(AppConfig):
    """Label `deployment`."""

    name = "secure_communities.prioritize.deployment"
    label = "deployment"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.prioritize.deployment import events  # noqa: F401
