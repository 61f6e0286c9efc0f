# SPDX-License-Identifier: Apache-2.0
"""What examiners see: their list, and one comparison. Reads of a comparison are logged by the caller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.biometrics.search import Hit
from secure_communities.identify.examination.blind import letters, order_for
from secure_communities.identify.examination.models import Candidate, Examination
from secure_communities.identify.examination.rules import Finding
from secure_communities.identify.intake.models import Submission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.services import actor_name

EXAMINERS = frozenset({Role.EXAMINER, Role.LEAD_EXAMINER})


def waiting_for(user: Any, *, at: datetime) -> QuerySet[Examination]:
    """Open comparisons this examiner has not decided; those that need a lead only for leads. Due first.

    Nobody else sees a candidate before it is confirmed: for any other role there is nothing here (S1).
    """
    roles = user.roles(at)
    if not roles & EXAMINERS:
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
        fingers = by_register.get(one.examination.register, {}).get("fingers", len(one.finger_scores))
        yield evidence_of_candidate(one, fingers=fingers)


def evidence_of_candidate(one: Candidate, *, fingers: int | None = None) -> SearchEvidence:
    """The numbers kept of one candidate. Whoever asks has made sure that the reader may know them."""
    compared = one.examination
    ending = "not confirmed by examiners" if compared.closed_at else "not decided yet"
    if compared.confirmed_id == one.pk:
        ending = "confirmed by examiners"
    numbers = {"score": one.score, "finger_scores": one.finger_scores, "contributions": one.contributions}
    searched = fingers or len(one.finger_scores)
    return SearchEvidence(compared.register, one.rank, ending, _hit(numbers), searched, one.policy_version)


def _hit(numbers: dict[str, Any]) -> Hit:
    scores, contributions = (
        {int(position): float(value) for position, value in numbers[name].items()}
        for name in ("finger_scores", "contributions")
    )
    return Hit(0, float(numbers["score"]), scores, contributions)


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as an examiner sees it: a letter that tells nothing."""

    letter: str
    candidate: Candidate


def shown_to(examiner: Any, examination: Examination) -> list[Shown]:
    """The candidates under their letters, in this examiner's own order: neither tells how the machine ranked them."""
    found = {one.pk: one for one in examination.candidates.all()}
    named = letters(examination.pk, found)
    return [Shown(named[pk], found[pk]) for pk in order_for(examiner.pk, examination.pk, found)]


def still_blind(user: Any, submission: Submission, *, at: datetime) -> bool:
    """Whether the reader could yet decide on prints of this submission: then nothing may hint at what others said.

    Asked of the person, whatever the purpose: an examiner who also holds another role stays blind in that one too.
    """
    if not user.roles(at) & EXAMINERS:
        return False
    return submission.examinations.filter(closed_at=None).exclude(decisions__examiner=user).exists()


def work_of(examination: Examination, examiner: Any, *, until: datetime) -> dict[str, Any]:
    """What the log knows of an examiner's work on a comparison: seconds since it was first opened, pairs shown."""
    control_number = examination.submission.control_number
    own = Event.objects.filter(correlation=control_number, actor=actor_name(examiner))
    first = own.filter(kind="submission:read", purpose="examination", occurred_at__gte=examination.opened_at)
    opened = first.order_by("id").values_list("occurred_at", flat=True).first()
    return {
        "seconds": None if opened is None else max(int((until - opened).total_seconds()), 0),
        "pairs_shown": own.filter(
            kind="examination-pairs:read", about_type="examination", about_id=str(examination.pk)
        ).exists(),
    }
