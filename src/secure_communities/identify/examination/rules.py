# SPDX-License-Identifier: Apache-2.0
"""What a set of examiners' decisions amounts to. Pure: the database holds the decisions, this reads them (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What one examiner may say of a probe and its candidates."""

    IDENTIFICATION = "identification"
    EXCLUSION = "exclusion"
    INCONCLUSIVE = "inconclusive"


class Finding(StrEnum):
    """What the decisions so far amount to."""

    OPEN = "open"
    LEAD_NEEDED = "lead_needed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One examiner's decision: who, what, and of which candidate (identifications only)."""

    examiner: int
    verdict: Verdict
    candidate: int | None = None
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """The finding, and the candidate it names when it is CONFIRMED."""

    finding: Finding
    candidate: int | None = None


def resolve(opinions: Sequence[Opinion], *, required: int) -> Resolution:
    """What the opinions amount to when `required` examiners must identify the same candidate.

    Immigration side: required = 2 (S1). Criminal side, for a possible match: required = 1.
    A person's opinion counts once. The first `required` opinions settle the matter when they agree; otherwise a lead
    examiner decides, and even the lead's identification confirms only together with another examiner's when two are
    required. A lead who finds it inconclusive ends the immigration side without a match; on the criminal side the
    item stays open for another lead, since a possible match never becomes a no-match by default (DESIGN).
    """
    first: dict[int, Opinion] = {}
    for opinion in opinions:
        first.setdefault(opinion.examiner, opinion)
    plain = [one for one in first.values() if not one.lead][:required]
    leads = [one for one in first.values() if one.lead]
    if len(plain) < required:
        return Resolution(Finding.OPEN)
    if all(one.verdict is Verdict.EXCLUSION for one in plain):
        return Resolution(Finding.REJECTED)
    agreed = {(one.verdict, one.candidate) for one in plain}
    if len(agreed) == 1 and plain[0].verdict is Verdict.IDENTIFICATION:
        return Resolution(Finding.CONFIRMED, plain[0].candidate)
    for lead in leads:
        if lead.verdict is Verdict.EXCLUSION:
            return Resolution(Finding.REJECTED)
        if lead.verdict is Verdict.INCONCLUSIVE and required > 1:
            return Resolution(Finding.INCONCLUSIVE)
        if lead.verdict is Verdict.IDENTIFICATION:
            same = sum(
                one.verdict is Verdict.IDENTIFICATION and one.candidate == lead.candidate for one in first.values()
            )
            if same >= required:
                return Resolution(Finding.CONFIRMED, lead.candidate)
            if required > 1:
                return Resolution(Finding.INCONCLUSIVE)
    return Resolution(Finding.LEAD_NEEDED)
