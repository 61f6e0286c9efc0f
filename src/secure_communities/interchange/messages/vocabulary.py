# SPDX-License-Identifier: Apache-2.0
"""The coded determinations of an immigration response, with the detainer rule and the plain sentence of each.

The table itself is vocabulary.toml (versioned data, ours). A code never allows anything by itself: the rule says what
must happen before a detainer could even be considered."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

WITHHELD_SENTENCE: Final = "No statement is made in answer to this query."


class Determination(StrEnum):
    """What an officer determined."""

    USC_CONFIRMED = "USC_CONFIRMED"
    USC_INDICIA = "USC_INDICIA"
    LPR = "LPR"
    LPR_POSSIBLY_REMOVABLE = "LPR_POSSIBLY_REMOVABLE"
    NONIMM_IN_STATUS = "NONIMM_IN_STATUS"
    PAROLE = "PAROLE"
    TPS = "TPS"
    DACA = "DACA"
    ASYLEE = "ASYLEE"
    REFUGEE = "REFUGEE"
    PENDING_APPLICATION = "PENDING_APPLICATION"
    NONIMM_OVERSTAY = "NONIMM_OVERSTAY"
    EWI = "EWI"
    NO_STATUS_FOUND_WITH_EVIDENCE = "NO_STATUS_FOUND_WITH_EVIDENCE"
    FINAL_ORDER_OUTSTANDING = "FINAL_ORDER_OUTSTANDING"
    PRIOR_REMOVAL_REENTRY = "PRIOR_REMOVAL_REENTRY"
    IN_PROCEEDINGS = "IN_PROCEEDINGS"
    NO_RECORD = "NO_RECORD"
    INCONCLUSIVE = "INCONCLUSIVE"
    PROTECTED_1367 = "PROTECTED_1367"


class DetainerRule(StrEnum):
    """What must happen before a detainer could be considered under a determination."""

    NEVER = "NEVER"
    NO = "NO"
    SUPERVISOR_AND_COUNSEL = "SUPERVISOR_AND_COUNSEL"
    AFTER_OFFICER_REVIEW = "AFTER_OFFICER_REVIEW"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the vocabulary."""

    detainer: DetainerRule
    sentence: str
    disclose: bool  # whether an agency may be told the code itself


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All rows, with the version of the data file."""

    version: str
    entries: dict[Determination, Entry]


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary of vocabulary.toml: exactly one row for each determination."""
    content = tomllib.loads((resources.files(__package__) / "vocabulary.toml").read_text("utf-8"))
    version = content.pop("version")
    rows = {
        Determination(code): Entry(DetainerRule(row["detainer"]), row["sentence"], row.get("disclose", True))
        for code, row in content.items()
    }
    return Vocabulary(version, {determination: rows[determination] for determination in Determination})


def detainer_rule(determination: Determination) -> DetainerRule:
    """What must happen before a detainer could be considered."""
    return load_vocabulary().entries[determination].detainer


def sentence(determination: Determination) -> str:
    """The plain sentence that stands for the code in a message."""
    return load_vocabulary().entries[determination].sentence


def may_be_disclosed(determination: Determination) -> bool:
    """Whether an agency may be told this code. Those of protected persons may not be, whatever a filter found."""
    return load_vocabulary().entries[determination].disclose
