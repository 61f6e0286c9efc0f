# SPDX-License-Identifier: Apache-2.0
"""What examiners see: their list, and one comparison. Reads of a comparison are logged by the caller."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.identify.examination.models import Examination
from secure_communities.identify.examination.rules import Finding
from secure_communities.platform.access.roles import Role


def waiting_for(user: Any, *, at: datetime) -> QuerySet[Examination]:
    """Open comparisons this examiner has not decided; those that need a lead only for leads. Due first.

    Nobody else sees a candidate before it is confirmed: for any other role there is nothing here (S1).
    """
    roles = user.roles(at)
    if not roles & {Role.EXAMINER, Role.LEAD_EXAMINER}:
        return Examination.objects.none()
    waiting = Examination.objects.filter(closed_at=None).exclude(decisions__examiner=user)
    if Role.LEAD_EXAMINER not in roles:
        waiting = waiting.exclude(finding=Finding.LEAD_NEEDED)
    return waiting.select_related("submission").order_by("due_at", "id")
