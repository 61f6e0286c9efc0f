# SPDX-License-Identifier: Apache-2.0
"""What specialists and officers see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.identify.research.models import Draft, StatusQuery
from secure_communities.identify.research.services import EVIDENCE
from secure_communities.identify.research.states import Query
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys import services as keys


def waiting_for(user: Any, *, at: datetime) -> QuerySet[StatusQuery]:
    """Queries this person could draft (specialist) or sign (officer), due first."""
    roles = user.roles(at)
    states = []
    if Role.SUPPORT_SPECIALIST in roles:
        states.append(Query.OPEN)
    if Role.AUTHORISED_OFFICER in roles:
        states.append(Query.DRAFTED)
    return (
        StatusQuery.objects.filter(state__in=states)
        .select_related("submission__originator__agency")
        .order_by("due_at", "id")
    )


def evidence_of(draft: Draft) -> list[dict[str, str]]:
    """The evidence a draft relies on."""
    listed: list[dict[str, str]] = keys.unseal_json(draft.query.submission.data_key, draft.evidence, context=EVIDENCE)
    return listed
