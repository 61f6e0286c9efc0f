# SPDX-License-Identifier: Apache-2.0
"""Open a record in an emergency, read it, review it afterwards.

It never decides, signs or sends anything, and shows nothing of the immigration side: there is no protected fact in it
(S19).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from secure_communities.identify.emergency import events, rules
from secure_communities.identify.emergency.models import EmergencyAccess
from secure_communities.identify.emergency.rules import Outcome
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may, require
from secure_communities.platform.events.services import append
from secure_communities.platform.keys import services as keys
from secure_communities.platform.refusals import Refusal, refusing

REASON = "emergency.reason"
FINDING = "emergency.finding"


class EmergencyRefused(Refusal):
    """Emergency access is not possible here, or no longer. The text says why, and what to do."""


@transaction.atomic
def open_record(
    *, control_number: str, user: Any, reason: str, at: datetime, lasts: timedelta = rules.LASTS
) -> EmergencyAccess:
    """Open one record to one person for an hour at most. Raises NotAllowed or EmergencyRefused."""
    submission = (
        Submission.objects.select_related("originator__agency__state", "originator__county", "data_key")
        .filter(control_number=control_number.strip().upper())
        .first()
    )
    if submission is None:
        raise EmergencyRefused("No submission of that control number is on record.")
    require(user, Permission.EMERGENCY_OPEN, submission.originator, at=at)
    if may(user, Permission.SUBMISSION_VIEW, submission.originator, at=at):
        raise EmergencyRefused("Your role opens this record in the ordinary way: no emergency is needed.")
    written = _said(reason, "Say what the emergency is, in a sentence: a reviewer will read it.")
    with refusing({"one_emergency_of_one_record_at_a_time": "You have this record open already."}):
        made = EmergencyAccess.objects.create(
            user=user,
            submission=submission,
            sealed_reason=keys.seal(submission.data_key, written.encode(), context=REASON),
            opened_at=at,
            ends_at=at + min(lasts, rules.LASTS),
        )
    append(
        kind=events.OPENED,
        actor=user,
        about=("submission", submission.pk),
        correlation=submission.control_number,
        data={"emergency": made.pk, "until": made.ends_at.isoformat()},
        personal={"reason": written},
        data_key=submission.data_key,
        at=at,
    )
    return made


@transaction.atomic
def read(*, emergency_id: int, user: Any, at: datetime) -> Submission:
    """The record, while one's own access runs; the reading is logged. Raises NotAllowed or EmergencyRefused."""
    access = EmergencyAccess.objects.select_related(
        "submission__originator__agency__state", "submission__originator__county", "submission__data_key"
    ).filter(pk=emergency_id, user_id=user.pk)
    found = access.first()
    if found is None:
        raise EmergencyRefused("That is no emergency access of yours.")
    require(user, Permission.EMERGENCY_OPEN, found.submission.originator, at=at)
    if not rules.runs(opened_at=found.opened_at, ends_at=found.ends_at, at=at):
        raise EmergencyRefused(f"This access ended at {found.ends_at:%H:%M} UTC. Open the record again if you must.")
    append(
        kind=events.READ,
        actor=user,
        about=("submission", found.submission_id),
        correlation=found.submission.control_number,
        purpose="emergency",
        data={"emergency": found.pk},
        at=at,
    )
    submission: Submission = found.submission
    return submission


@transaction.atomic
def review(*, emergency_id: int, reviewer: Any, outcome: Outcome, finding: str, at: datetime) -> EmergencyAccess:
    """Say whether the access was justified. Whoever opened it never reviews it."""
    access = (
        EmergencyAccess.objects.select_for_update(of=("self",))
        .select_related("submission__data_key", "user")
        .get(pk=emergency_id)
    )
    require(reviewer, Permission.EMERGENCY_REVIEW, access, at=at)
    if access.reviewed_at is not None:
        raise EmergencyRefused("This access was reviewed already.")
    written = _said(finding, "Say in a sentence what you found.")
    access.reviewed_at, access.reviewed_by, access.outcome = at, reviewer, outcome
    access.sealed_finding = keys.seal(access.submission.data_key, written.encode(), context=FINDING)
    with refusing({"nobody_reviews_their_own_emergency": "Nobody reviews their own emergency access."}):
        access.save(update_fields=["reviewed_at", "reviewed_by", "outcome", "sealed_finding"])
    append(
        kind=events.REVIEWED,
        actor=reviewer,
        about=("submission", access.submission_id),
        correlation=access.submission.control_number,
        data={"emergency": access.pk, "outcome": outcome.value},
        personal={"finding": written},
        data_key=access.submission.data_key,
        at=at,
    )
    return access


def of(user: Any) -> QuerySet[EmergencyAccess]:
    """One's own, the latest first."""
    return EmergencyAccess.objects.filter(user_id=user.pk).select_related("submission__data_key", "reviewed_by")


def to_review(reviewer: Any) -> QuerySet[EmergencyAccess]:
    """What waits for a review by somebody else than whoever opened it, the oldest first."""
    waiting = EmergencyAccess.objects.filter(reviewed_at=None).exclude(user_id=reviewer.pk)
    return waiting.select_related("user__agency", "submission__originator__agency", "submission__data_key").order_by(
        "opened_at"
    )


def reason_of(access: EmergencyAccess) -> str:
    """The reason that was given, opened. Raises KeyDestroyed after expunction."""
    return keys.unseal(access.submission.data_key, access.sealed_reason, context=REASON).decode()


def _said(text: str, sentence: str) -> str:
    written = text.strip()
    if len(written) < rules.SHORTEST_REASON:
        raise EmergencyRefused(f"{sentence} At least {rules.SHORTEST_REASON} characters.")
    return written
