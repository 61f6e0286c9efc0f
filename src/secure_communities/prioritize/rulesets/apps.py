# SPDX-License-Identifier: Apache-2.0
"""Django app of rulesets."""

from __future__ import annotations

from django.apps import AppConfig


class RuleSetsConfig(AppConfig):
    """Label `rulesets`."""

    name = "secure_communities.prioritize.rulesets"
    label = "rulesets"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.prioritize.rulesets import events  # noqa: F401
