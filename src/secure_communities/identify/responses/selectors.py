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


def replaced_by(message: Message) -> str:
    """The control number of the answer of the same kind that this one replaces; empty for the first one."""
    earlier = Message.objects.filter(
        submission=message.submission_id, kind=message.kind, version__lt=message.version
    ).order_by("-version")
    return next((one.tcn for one in earlier[:1]), "")


def for_agency(message_id: int) -> Message:
    """One message to an agency, ready or delivered, with its submission and key. LookupError: there is none."""
    rows = Message.objects.select_related("submission__data_key", "submission__originator__agency__state")
    message = rows.filter(pk=message_id, kind__in=TO_THE_AGENCY).exclude(state=MessageState.HELD).first()
    if message is None:
        raise LookupError(f"there is no message {message_id} to an agency that has left")
    return message
