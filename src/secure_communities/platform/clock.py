# SPDX-License-Identifier: Apache-2.0
"""The one place that reads the wall clock. Services take `at`; shells pass `now()`."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()
