# SPDX-License-Identifier: Apache-2.0
"""What examiners see: their list, and one comparison. Reads of a comparison are logged by the caller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.biometrics.search import Hit
from secure_communities.identify.examination.models import Candidate, Examination
from secure_communities.identify.examination.rules import Finding
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event


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


@dataclass(frozen=True, slots=True)
class SearchEvidence:
    """What a search found of one candidate, who is not named: register, rank, how it ended, the numbers, the policy.

    `fingers` is how many the search was made with.
    """

    register: str
    rank: int
    ending: str
    hit: Hit
    fingers: int
    policy_version: str


def evidence_of(submission: Submission) -> Iterator[SearchEvidence]:
    """The numbers behind answers that were given, for auditors: of automatic hits, and of comparisons that are closed.

    Nothing of a comparison that examiners still have to decide: scores stay unknown until both have concluded (S1).
    """
    searched = Event.objects.filter(kind__endswith=":searched", correlation=submission.control_number).order_by("id")
    by_register = {event.kind.partition(":")[0]: event.data for event in searched}
    automatic = by_register.get("criminal", {})
    if "contributions" in automatic:
        hit, fingers = _hit(automatic), automatic["fingers"]
        yield SearchEvidence("criminal", 1, "answered automatically", hit, fingers, automatic["policy"])
    closed = Candidate.objects.filter(examination__submission=submission, examination__closed_at__isnull=False)
    for one in closed.select_related("examination").order_by("examination_id", "rank"):
        compared = one.examination
        ending = "confirmed by examiners" if compared.confirmed_id == one.pk else "not confirmed by examiners"
        numbers = {"score": one.score, "finger_scores": one.finger_scores, "contributions": one.contributions}
        fingers = by_register.get(compared.register, {}).get("fingers", len(one.finger_scores))
        yield SearchEvidence(compared.register, one.rank, ending, _hit(numbers), fingers, one.policy_version)


def _hit(numbers: dict[str, Any]) -> Hit:
    scores, contributions = (
        {int(position): float(value) for position, value in numbers[name].items()}
        for name in ("finger_scores", "contributions")
    )
    return Hit(0, float(numbers["score"]), scores, contributions)
