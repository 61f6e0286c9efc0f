# SPDX-License-Identifier: Apache-2.0
"""What an examiner may learn beside the prints, and when: pairs on request, the others' opinions after a lead's own
first look, scores after one's own decision. Each is a read that the log keeps; there is no other way to any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from secure_communities.biometrics.explain import Alignment, explain, positions
from secure_communities.identify.examination.blind import letters
from secure_communities.identify.examination.models import (
    LOOK_RATIONALE,
    RATIONALE,
    Candidate,
    Decision,
    Examination,
)
from secure_communities.identify.examination.rules import Verdict
from secure_communities.identify.examination.selectors import SearchEvidence, evidence_of_candidate
from secure_communities.identify.examination.services import DecisionRefused
from secure_communities.identify.galleries import services as galleries
from secure_communities.identify.galleries.models import Register
from secure_communities.identify.intake import services as intake
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys


@dataclass(frozen=True, slots=True)
class PairsRead:
    """Pairs of one finger as places x, y in either image (px), strongest first, and how one print lies on the other."""

    places: tuple[tuple[int, int, int, int], ...]
    alignment: Alignment | None


@dataclass(frozen=True, slots=True)
class OpinionRead:
    """What somebody said of a comparison. Who said it is not told: a lead weighs reasons, not names."""

    place: int  # 1 for the opinion that came first
    verdict: Verdict
    letter: str  # of the candidate, for identifications
    rationale: str
    lead: bool


@dataclass(frozen=True, slots=True)
class ScoresRead:
    """What the machine had found of one candidate."""

    letter: str
    evidence: SearchEvidence


def pairs(*, examination: Examination, candidate: Candidate, position: int, reader: Any, at: datetime) -> PairsRead:
    """Which minutiae of one finger the engine took for the same, and how the prints lie on each other.

    For examiners, while the comparison is open. Raises NotAllowed, DecisionRefused, or LookupError where a side lacks
    the finger.
    """
    _require_role(reader, Permission.EXAMINATION_DECIDE, at)
    if examination.closed_at is not None or candidate.examination_id != examination.pk:
        raise DecisionRefused("This comparison is complete.")
    note_pairs(examination=examination, candidate=candidate, reader=reader, at=at, position=position)
    probe = intake.probe_of(examination.submission, Register(examination.register)) or {}
    enrolled = galleries.tenprint_of(candidate.subject)
    if position not in probe or position not in enrolled:
        raise LookupError(f"finger {position} is not on both sides")
    found = explain(probe[position], enrolled[position])
    here, there = positions(probe[position]), positions(enrolled[position])
    places = tuple(
        (int(here[one.probe][0]), int(here[one.probe][1]), int(there[one.candidate][0]), int(there[one.candidate][1]))
        for one in found.pairs
    )
    return PairsRead(places, found.alignment)


def note_pairs(*, examination: Examination, candidate: Candidate, reader: Any, at: datetime, position: int = 0) -> None:
    """Log that the engine's pairs are shown: of one finger, or of all (0)."""
    _note("pairs", examination, reader, at, candidate=candidate.pk, finger=position)


@transaction.atomic
def opinions(*, examination: Examination, reader: Any, at: datetime) -> list[OpinionRead]:
    """What the examiners of a disputed comparison said, for a lead examiner whose first look is recorded.

    Raises NotAllowed for anybody else, DecisionRefused before the look or when the lead took part as an examiner.
    """
    _require_role(reader, Permission.EXAMINATION_LEAD, at)
    if not examination.first_looks.filter(examiner_id=reader.pk).exists():
        raise DecisionRefused("What the examiners said is shown once your own first look is recorded.")
    submission = intake.locked(examination.submission_id)
    named = letters(examination.pk, examination.candidates.values_list("pk", flat=True))
    _note("opinions", examination, reader, at)
    return [
        OpinionRead(
            place, Verdict(one.verdict), named.get(one.candidate_id or 0, ""),
            keys.unseal(submission.data_key, one.sealed_rationale, context=RATIONALE).decode(), one.lead,
        )
        for place, one in enumerate(examination.decisions.exclude(examiner=reader).order_by("id"), start=1)
    ]  # fmt: skip


@transaction.atomic
def scores(*, examination: Examination, reader: Any, at: datetime) -> list[ScoresRead]:
    """What the machine had found of each candidate, best first, for an examiner who has decided this comparison.

    Raises DecisionRefused for everybody else: the look is blind until one's own decision stands (S1).
    """
    if not Decision.objects.filter(examination=examination, examiner_id=reader.pk).exists():
        raise DecisionRefused("Scores are shown after your own decision is recorded, never before.")
    candidates = list(examination.candidates.order_by("rank"))
    named = letters(examination.pk, [one.pk for one in candidates])
    _note("scores", examination, reader, at)
    return [ScoresRead(named[one.pk], evidence_of_candidate(one)) for one in candidates]


def own_look(*, examination: Examination, reader: Any) -> OpinionRead:
    """What the reader, a lead examiner, had seen first. Raises FirstLook.DoesNotExist."""
    one = examination.first_looks.get(examiner_id=reader.pk)
    named = letters(examination.pk, examination.candidates.values_list("pk", flat=True))
    words = keys.unseal(examination.submission.data_key, one.sealed_rationale, context=LOOK_RATIONALE).decode()
    return OpinionRead(0, Verdict(one.verdict), named.get(one.candidate_id or 0, ""), words, lead=True)


def _require_role(reader: Any, permission: Permission, at: datetime) -> None:
    answer = access.may(reader, permission, at=at)
    if isinstance(answer, access.Refused):
        raise access.NotAllowed(permission, answer.why)


def _note(what: str, examination: Examination, reader: Any, at: datetime, **data: Any) -> None:
    events.append(
        kind=f"examination-{what}:read", actor=reader, about=("examination", examination.pk),
        correlation=examination.submission.control_number, purpose="examination", at=at, data=data,
    )  # fmt: skip
