# SPDX-License-Identifier: Apache-2.0
"""Reads of messages."""

from __future__ import annotations

from django.db.models import Case, QuerySet, When

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import FOLLOW_THE_FIRST, TO_THE_AGENCY, MessageState


def ready_for_agency(submission: Submission) -> QuerySet[Message]:
    """The answers the submitting agency may fetch: the first response first, then the others as they became ready."""
    return (
        submission.messages.filter(kind__in=TO_THE_AGENCY)
        .exclude(state=MessageState.HELD)
        .select_related("submission__data_key")
        .order_by(Case(When(kind__in=FOLLOW_THE_FIRST, then=1), default=0), "ready_at", "id")
    )
