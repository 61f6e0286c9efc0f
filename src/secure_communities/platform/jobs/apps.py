# SPDX-License-Identifier: Apache-2.0
"""Django app of the upkeep jobs."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Label `upkeep`: `jobs` is the module every app keeps its background work in."""

    name = "secure_communities.platform.jobs"
    label = "upkeep"
