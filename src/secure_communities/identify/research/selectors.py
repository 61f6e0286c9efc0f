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
from secure_communities.policy.determination import (
    Authority,
    Confidence,
    authority_words,
    confidence_words,
    correction_words,
)
from secure_communities.policy.determination import Correction as CorrectionCode


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
    """The evidence a draft relies on: what was gathered, then what the author stated, as system, record, time."""
    gathered = [
        {
            "system": one.evidence.system,
            "record": one.evidence.record_id or "NO RECORD",
            "retrieved_at": one.evidence.retrieved_at.isoformat(),
        }
        for one in draft.reliances.select_related("evidence")
    ]
    key = draft.query.submission.data_key
    stated: list[dict[str, str]] = keys.unseal_json(key, draft.evidence, context=Column.EVIDENCE)
    return gathered + stated


def contradictions_of(draft: Draft) -> str:
    """How the author explains what contradicts itself in the evidence; empty where nothing was to explain."""
    if draft.sealed_contradictions is None:
        return ""
    return sealing.unseal(draft.query.submission.data_key, draft.sealed_contradictions, Column.CONTRADICTIONS)


def correction_of(determination: Determination) -> str:
    """Why a determination replaced the one before it: the listed reason and the words. Empty for a first version."""
    correction = determination.correction
    if correction is None:
        return ""
    words = sealing.unseal(determination.query.submission.data_key, correction.sealed_words, Column.CORRECTION)
    return f"{correction_words(CorrectionCode(correction.code))}: {words}"


def confidence_of(draft: Draft) -> str:
    """How sure the author of a draft is: the listed words and the author's own."""
    words = sealing.unseal(draft.query.submission.data_key, draft.sealed_confidence, Column.CONFIDENCE)
    return confidence_words(Confidence(draft.confidence_code), "" if words == "-" else words)


def authority_of(determination: Determination) -> str:
    """The authority a signature rests on: the listed one and the officer's words."""
    key = determination.query.submission.data_key
    words = sealing.unseal(key, determination.sealed_authority, Column.AUTHORITY)
    return authority_words(Authority(determination.authority_code), words)


def reason_of(determination: Determination) -> str:
    """Why the officer signed."""
    return sealing.unseal(determination.query.submission.data_key, determination.sealed_reason, Column.REASON)
