# SPDX-License-Identifier: Apache-2.0
"""Django app of referrals."""

from __future__ import annotations

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Label `referrals`."""

    name = "secure_communities.identify.referrals"
    label = "referrals"

    def ready(self) -> None:
        """Register the kinds of event this subject appends."""
        from secure_communities.identify.referrals import events  # noqa: F401
