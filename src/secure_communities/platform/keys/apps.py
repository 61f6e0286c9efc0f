# SPDX-License-Identifier: Apache-2.0
"""Django app of the data keys."""

from __future__ import annotations

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """Label `keys`."""

    name = "secure_communities.platform.keys"
    label = "keys"
