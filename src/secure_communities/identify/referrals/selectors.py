# SPDX-License-Identifier: Apache-2.0
"""Reads of referrals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from secure_communities.identify.referrals.models import Referral
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role

EVERY_OFFICE = frozenset({Role.SUPPORT_SUPERVISOR, Role.AUDITOR})


def visible_to(user: Any, *, at: datetime) -> QuerySet[Referral]:
    """The referrals a reader sees, newest first: those of the own office, or all; each says whether `superseded`."""
    allowed = access.may(user, Permission.REFERRAL_VIEW, at=at)
    if isinstance(allowed, access.Refused):
        raise access.NotAllowed(Permission.REFERRAL_VIEW, allowed.why)
    later = Referral.objects.filter(
        query=OuterRef("query"),
        office=OuterRef("office"),
        determination__version__gt=OuterRef("determination__version"),
    )
    found = Referral.objects.annotate(superseded=Exists(later)).select_related(
        "office", "query__submission__originator__agency", "determination"
    )
    return found if allowed.roles & EVERY_OFFICE else found.filter(office=user.agency_id)
