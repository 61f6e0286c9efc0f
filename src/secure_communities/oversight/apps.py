# SPDX-License-Identifier: Apache-2.0
"""Django app of oversight."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Label `oversight`."""

    name = "secure_communities.oversight"
    label = "oversight"
