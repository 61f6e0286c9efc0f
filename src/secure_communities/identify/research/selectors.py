# SPDX-License-Identifier: Apache-2.0
"""What specialists and officers see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.identify.research import sealing
from secure_communities.identify.research.models import Determination, Draft, StatusQuery
from secure_communities.identify.research.sealing import Column
from secure_communities.identify.research.states import Query
from secure_communities.platform.access.roles import Role
from secure_communities.platform.keys import services as keys
from secure_communities.policy.determination import Authority, Confidence, authority_words, confidence_words


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
    key = draft.query.submission.data_key
    listed: list[dict[str, str]] = keys.unseal_json(key, draft.evidence, context=Column.EVIDENCE)
    return listed


def confidence_of(draft: Draft) -> str:
    """How sure the author of a draft is: the listed words and the author's own."""
    words = sealing.unseal(draft.query.submission.data_key, draft.sealed_confidence, Column.CONFIDENCE)
    return confidence_words(Confidence(draft.confidence_code), words)


def authority_of(determination: Determination) -> str:
    """The authority a signature rests on: the listed one and the officer's words."""
    key = determination.query.submission.data_key
    words = sealing.unseal(key, determination.sealed_authority, Column.AUTHORITY)
    return authority_words(Authority(determination.authority_code), words)


def reason_of(determination: Determination) -> str:
    """Why the officer signed."""
    return sealing.unseal(determination.query.submission.data_key, determination.sealed_reason, Column.REASON)
