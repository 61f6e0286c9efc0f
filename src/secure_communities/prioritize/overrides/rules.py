# SPDX-License-Identifier: Apache-2.0
"""When a person may decide otherwise than the rules. Pure; the reasons are a closed table (ADR 26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from secure_communities.policy.priority import Outside, RuleSet

LONGEST: Final = timedelta(days=90)
SHORTEST_TEXT: Final = 20


class Reason(StrEnum):
    """Why two people decide otherwise."""

    REVIEW_DECIDED = "REVIEW_DECIDED"
    CHARGE_READ = "CHARGE_READ"
    RECORD_WRONG = "RECORD_WRONG"
    GRAVER_CONDUCT = "GRAVER_CONDUCT"
    HUMANITARIAN = "HUMANITARIAN"
    FAMILY = "FAMILY"
    COOPERATION = "COOPERATION"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason in words, and whether it may raise a level. Humanitarian and family circumstances never do."""

    words: str
    may_raise: bool


REASONS: Final[Mapping[Reason, Ground]] = {
    Reason.REVIEW_DECIDED: Ground("The rules leave it to a person, and this is the decision", True),
    Reason.CHARGE_READ: Ground("The charge as written is another than its code says", True),
    Reason.RECORD_WRONG: Ground("The record is wrong and its correction is asked for", True),
    Reason.GRAVER_CONDUCT: Ground("Conduct on record is graver than the code shows", True),
    Reason.HUMANITARIAN: Ground("Humanitarian circumstances", False),
    Reason.FAMILY: Ground("Family circumstances", False),
    Reason.COOPERATION: Ground("Victim or witness who helps an investigation", False),
    Reason.OTHER: Ground("Another reason, in words", False),
}


def refusal(
    rules: RuleSet, *, current: str, current_rank: int | None, wanted: str, reason: Reason, text: str,
    expires_on: date, today: date,
) -> str | None:  # fmt: skip
    """Why the override cannot be proposed, or None."""
    if current == Outside.NOT_APPLICABLE:
        return "The rules do not apply to this person: no level can be given (S2)."
    if wanted not in rules.ranks:
        return f"Choose a level of {rules.title}."
    if wanted == current:
        return "That is the answer already."
    if len(text.strip()) < SHORTEST_TEXT:
        return f"Say why, in {SHORTEST_TEXT} letters or more."
    if not today < expires_on <= today + LONGEST:
        return f"An override ends within {LONGEST.days} days, and not today."
    raises = current_rank is not None and rules.ranks[wanted] < current_rank
    if raises and not REASONS[reason].may_raise:
        return "Humanitarian, family and other such reasons never raise a level: they only lower it."
    if current in (Outside.REVIEW, Outside.INSUFFICIENT_DATA) and not REASONS[reason].may_raise:
        lowest = max(rules.ranks.values())
        if rules.ranks[wanted] != lowest:
            return "On such a reason a case that waits for a person is put at the lowest level only."
    return None
