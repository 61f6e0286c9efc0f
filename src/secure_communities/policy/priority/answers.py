# SPDX-License-Identifier: Apache-2.0
"""What the calculator answers: a level of the rule set, or one of three answers that stand outside its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final


class Outside(StrEnum):
    """Answers outside the order: never the lowest level, never a level at all."""

    REVIEW = "REVIEW"  # a person must decide: the rule says so, or its table does
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"  # what decides is not known
    NOT_APPLICABLE = "NOT_APPLICABLE"  # the rules do not apply to this person


IN_WORDS: Final[Mapping[Outside, str]] = {
    Outside.REVIEW: "For a person to decide",
    Outside.INSUFFICIENT_DATA: "Not enough is known",
    Outside.NOT_APPLICABLE: "Not ranked: the rules do not apply",
}


class Basis(StrEnum):
    """On what the answer rests; every report keeps them apart (S6)."""

    CONVICTED = "CONVICTED"
    CHARGED = "CHARGED"
    FINDING = "FINDING"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Step:
    """What one named step of the calculator said. `answer`: a level code or an `Outside`; None: it says nothing."""

    name: str  # e.g. "convicted:aggravated-felony"
    paragraph: str  # of the rule set's citation, e.g. "§3.1 Level 1"
    answer: str | None
    basis: Basis
    references: tuple[str, ...] = ()  # of charges and findings that made it say so
    because: str = ""  # one plain sentence


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that is missing. `matters`: some value of it would change the answer."""

    reference: str  # charge:…, finding:NAME, or charges
    field: str  # code, code_confirmed, outcome, outcome_fresh, sentence_months, maximum_months, value, complete
    because: str  # why it is not known
    sentence: str  # in plain words
    matters: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One assessment, pure: which rules, which inputs, which answer, why, and what could still change it.

    `answer`: a level code of the rule set, or an `Outside`. `rank`: 0 for the gravest level; None outside the order.
    `gravest`: the same as `rank`; of REVIEW and INSUFFICIENT_DATA the gravest rank that it could turn out to be.
    `decided_by`: the step whose answer prevailed. `alternatives`: the other steps that said something.
    `provisional`: some completion of the gaps gives another answer; `could_become`: those answers, gravest first.
    """

    rule_set: str
    version: int
    rule_hash: str
    inputs_hash: str
    answer: str
    rank: int | None
    gravest: int | None
    basis: Basis
    decided_by: Step
    alternatives: tuple[Step, ...]
    gaps: tuple[Gap, ...]
    provisional: bool
    could_become: tuple[str, ...]

    @property
    def in_order(self) -> bool:
        """Whether the answer is a level of the order."""
        return self.rank is not None

    def canonical(self) -> dict[str, Any]:
        """Plain values, for storage and comparison."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Change:
    """One counterfactual: what would have to be otherwise, and the answer then."""

    sentence: str  # "It would be Level 2 if the sentence for charge 1 were one year or less."
    answer: str
    reference: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An assessment in plain words. The same for the screen, the API and the document."""

    headline: str  # "Level 1 (provisional): convicted of 0999 Homicide …"
    reasons: tuple[str, ...]  # in the order of the steps, the deciding one first
    missing: tuple[str, ...]
    changes: tuple[Change, ...]
    rule_text: tuple[str, ...]  # title, citation, version, hash, draft or not
    notices: tuple[str, ...]  # a level is no finding of guilt …
