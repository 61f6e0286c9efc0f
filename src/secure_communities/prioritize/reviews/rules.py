# SPDX-License-Identifier: Apache-2.0
"""What a person can do about a gap or an open answer, as literal tables. Pure.

In: a gap of a result, or its answer. Out: the act that fills it, or what is left to a person, in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from secure_communities.policy.priority.answers import Gap, Outside, Result


class Filling(StrEnum):
    """The act that fills a gap."""

    CONFIRM_CODE = "CONFIRM_CODE"
    REFRESH_OUTCOME = "REFRESH_OUTCOME"
    RECORD_SENTENCE = "RECORD_SENTENCE"
    STATE_FINDING = "STATE_FINDING"
    ASK_SOURCES = "ASK_SOURCES"


FILLS: Final[Mapping[str, Filling]] = {
    "code": Filling.CONFIRM_CODE,
    "code_confirmed": Filling.CONFIRM_CODE,
    "outcome": Filling.REFRESH_OUTCOME,
    "outcome_fresh": Filling.REFRESH_OUTCOME,
    "sentence_months": Filling.RECORD_SENTENCE,
    "maximum_months": Filling.RECORD_SENTENCE,
    "value": Filling.STATE_FINDING,
    "complete": Filling.ASK_SOURCES,
}
WORDS: Final[Mapping[Filling, str]] = {
    Filling.CONFIRM_CODE: "Confirm the code of the charge",
    Filling.REFRESH_OUTCOME: "Ask the source again what became of it",
    Filling.RECORD_SENTENCE: "Record the sentence or the maximum",
    Filling.STATE_FINDING: "State a finding",
    Filling.ASK_SOURCES: "Ask the criminal history sources again",
}
WHO: Final[Mapping[Filling, str]] = {
    Filling.CONFIRM_CODE: "a support-centre specialist",
    Filling.REFRESH_OUTCOME: "a support-centre specialist, or an officer who asks the court",
    Filling.RECORD_SENTENCE: "the court or the state repository reports it; a specialist or an officer asks them",
    Filling.STATE_FINDING: "an officer of the field office, or an authorised officer",
    Filling.ASK_SOURCES: "a support-centre specialist",
}
# Answers that wait for a person, and what that person does.
OPEN: Final[Mapping[Outside, str]] = {
    Outside.REVIEW: "The rules leave this to a person: decide with a reason, and another person approves.",
    Outside.INSUFFICIENT_DATA: "What decides is not known: fill what is missing, or decide with a reason.",
}


def filling(gap: Gap) -> Filling:
    """The act that fills a gap. Raises KeyError for a field that no table names: a gap nobody could fill."""
    return FILLS[gap.field]


def left_to_a_person(result: Result) -> str:
    """What a person must decide, in one sentence; empty where the rules decided."""
    if result.answer == Outside.REVIEW:
        return result.decided_by.because
    if result.answer == Outside.INSUFFICIENT_DATA:
        telling = [gap.sentence for gap in result.gaps if gap.matters]
        return telling[0] if telling else result.decided_by.because
    return ""
