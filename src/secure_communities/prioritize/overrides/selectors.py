# SPDX-License-Identifier: Apache-2.0
"""Reads of overrides."""

from __future__ import annotations

from django.db.models import QuerySet

from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.keys import services as keys
from secure_communities.prioritize.overrides.models import Override
from secure_communities.prioritize.overrides.services import DECISION, TEXT
from secure_communities.prioritize.overrides.states import State


def of_case(query: StatusQuery) -> QuerySet[Override]:
    """Every override of a case, the latest first."""
    return Override.objects.filter(query=query).select_related("proposed_by", "decided_by", "assessment")


def waiting() -> QuerySet[Override]:
    """Those that wait for a second person, the longest first."""
    found = Override.objects.filter(state=State.PROPOSED).order_by("proposed_at")
    return found.select_related("query__submission__originator", "assessment", "proposed_by")


def text_of(override: Override) -> str:
    """Why it was proposed, opened. Raises KeyDestroyed."""
    return keys.unseal(override.query.submission.data_key, override.sealed_text, context=TEXT).decode()


def decision_of(override: Override) -> str:
    """Why it was decided so, opened; empty before. Raises KeyDestroyed."""
    box = bytes(override.sealed_decision)
    return keys.unseal(override.query.submission.data_key, box, context=DECISION).decode() if box else ""
