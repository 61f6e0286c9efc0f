# SPDX-License-Identifier: Apache-2.0
"""Reads of submissions for agencies and lists. Personal values only through `reading`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.identify.intake.models import RefusedInput, Submission
from secure_communities.identify.intake.services import ERROR_RESPONSE
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.agencies import selectors as agencies
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.keys import services as keys


def status_for_agency(submission: Submission) -> dict[str, Any]:
    """What the submitting agency may know: its own intake and criminal states, never the immigration side's."""
    return {
        "control_number": submission.control_number,
        "tcn": submission.tcn,
        "tot": submission.transaction_type,
        "received_at": submission.received_at,
        "intake": submission.intake_state,
        "criminal": submission.criminal_state,
        "responses": submission.messages.filter(recipient=submission.originator.ori).exclude(state="held").count(),
        "findings": submission.findings,
    }


def refusal_for(originator: OriginatingAgency, refusal_id: int) -> bytes | None:
    """The error response of input that this ORI presented, if there is one."""
    refused = (
        RefusedInput.objects.select_related("data_key")
        .filter(pk=refusal_id, presented_by=f"ori:{originator.ori}", error_response__isnull=False)
        .first()
    )
    if refused is None or refused.data_key is None or refused.error_response is None:
        return None
    return keys.unseal(refused.data_key, refused.error_response, context=ERROR_RESPONSE)


def visible_to(user: Any, *, at: datetime) -> QuerySet[Submission]:
    """The submissions a member of staff may list, newest first. Holds no personal values."""
    found = Submission.objects.select_related("originator__agency").defer("content").order_by("-received_at", "-id")
    if access.Scope.EVERYWHERE in access.scopes(user, Permission.SUBMISSION_VIEW, at=at):
        return found
    # The few ORIs as numbers, not as a query: only then does the database know that an index answers.
    own = agencies.originators_visible_to(user, at=at).values_list("pk", flat=True)
    return found.filter(originator__in=list(own))
