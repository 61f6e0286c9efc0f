# SPDX-License-Identifier: Apache-2.0
"""The closed lists of a determination and their words. In: codes. Out: rules and sentences (domain 2.5)."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final


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


class Authority(StrEnum):
    """On what a signature rests. STATED_IN_WORDS: the words say it alone."""

    OFFICER_POWERS = "OFFICER_POWERS"
    DELEGATION = "DELEGATION"
    STATUS_INQUIRY = "STATUS_INQUIRY"
    STATED_IN_WORDS = "STATED_IN_WORDS"


class Confidence(StrEnum):
    """How sure the evidence makes the author."""

    ESTABLISHED = "ESTABLISHED"
    AGREEING = "AGREEING"
    SINGLE_RECORD = "SINGLE_RECORD"
    CONTRADICTED = "CONTRADICTED"
    INSUFFICIENT = "INSUFFICIENT"
    STATED_IN_WORDS = "STATED_IN_WORDS"


class Correction(StrEnum):
    """Why a determination is replaced by another."""

    NEW_EVIDENCE = "NEW_EVIDENCE"
    ERROR = "ERROR"
    CITIZENSHIP = "CITIZENSHIP"
    COURT = "COURT"
    OTHER = "OTHER"


_DETAINER_WORDS: Final = {
    DetainerRule.NEVER: "No detainer, ever.",
    DetainerRule.NO: "No detainer under this determination.",
    DetainerRule.SUPERVISOR_AND_COUNSEL: (
        "No detainer unless a supervisor and counsel both agree, on proof of a conviction."
    ),
    DetainerRule.AFTER_OFFICER_REVIEW: "No detainer before an officer has reviewed the person's case.",
}


@cache
def _tables() -> dict[str, Any]:
    tables = tomllib.loads((resources.files(__package__) / "determination.toml").read_text("utf-8"))
    for name, codes in (
        ("detainer", Determination), ("authority", Authority), ("confidence", Confidence), ("correction", Correction),
    ):  # fmt: skip
        if set(tables[name]) != {code.value for code in codes}:
            raise ValueError(f"determination.toml does not list the codes of [{name}] exactly")
    return tables


def version() -> str:
    """The version of the tables, which every draft states."""
    return str(_tables()["version"])


def detainer_rule(code: Determination) -> DetainerRule:
    """What must happen before a detainer could be considered."""
    return DetainerRule(_tables()["detainer"][code])


def detainer_words(code: Determination) -> str:
    """The rule as a sentence for the officer."""
    return _DETAINER_WORDS[detainer_rule(code)]


def is_adverse(code: Determination) -> bool:
    """Whether the code could ever lead to a detainer: those are stopped by any sign of citizenship (S2, S3)."""
    return detainer_rule(code) in (DetainerRule.SUPERVISOR_AND_COUNSEL, DetainerRule.AFTER_OFFICER_REVIEW)


ADVERSE: Final = frozenset(code for code in Determination if is_adverse(code))
"""The adverse codes. The database names the same ones in `determination_is_adverse`."""


def authority_words(code: Authority, words: str) -> str:
    """The authority of a signature: the listed one and what the officer adds."""
    return _joined(_tables()["authority"][code], words, listed=code is not Authority.STATED_IN_WORDS)


def confidence_words(code: Confidence, words: str) -> str:
    """How sure the author is: the listed words and the author's own."""
    return _joined(_tables()["confidence"][code], words, listed=code is not Confidence.STATED_IN_WORDS)


def correction_words(code: Correction) -> str:
    """Why a determination was replaced."""
    return str(_tables()["correction"][code])


def _joined(entry: str, words: str, *, listed: bool) -> str:
    words = words.strip()
    if not listed:
        return words
    return f"{entry}: {words}" if words else entry


def in_words(code: Determination, sentence: str, *, supersedes: Determination | None = None) -> str:
    """What the determination says to the officer: the message's own sentence, and what it allows.

    `sentence` is what the message says for the code. PROTECTED_1367 allows nobody to say more than that (S19).
    """
    if code is Determination.PROTECTED_1367:
        return sentence
    before = f"It replaces the determination {supersedes.replace('_', ' ')}. " if supersedes else ""
    return f"{before}{sentence} {detainer_words(code)}"
