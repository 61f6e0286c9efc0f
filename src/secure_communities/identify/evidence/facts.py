# SPDX-License-Identifier: Apache-2.0
"""Facts as sources state them, in one shape: who says what, in which record, for which days. No Django.

In: records of evidence, and the booking. Out: `EvidenceFact`s for contradictions, timeline and indicia. A fact is what
a source says, never what is so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

BOOKING = "BOOKING"  # the `source` of what the booking itself says; `record` is then its control number


class FactKind(StrEnum):
    """What a fact is about, and what `value` holds."""

    NAME = "NAME"  # SURNAME,GIVEN MIDDLE
    BIRTH_DATE = "BIRTH_DATE"  # YYYY-MM-DD
    BIRTHPLACE = "BIRTHPLACE"  # place code
    CITIZENSHIP = "CITIZENSHIP"  # place code
    A_NUMBER = "A_NUMBER"
    STATUS = "STATUS"  # a `Status`, from `on` until `until`
    PETITION = "PETITION"  # a `PetitionState`, on the day it took it
    ENTRY = "ENTRY"  # words: where and as what
    EXIT = "EXIT"  # words
    COURT = "COURT"  # a `CourtEvent`
    REMOVAL = "REMOVAL"  # words
    DEATH = "DEATH"  # words
    ARREST = "ARREST"  # words of the charge
    CONVICTION = "CONVICTION"  # words of the charge
    NATURALISATION = "NATURALISATION"  # number of the certificate
    PASSPORT = "PASSPORT"  # a passport of the United States: its number
    CITIZEN_PARENT = "CITIZEN_PARENT"  # words: which parent, and how it is known
    CITIZENSHIP_CLAIM = "CITIZENSHIP_CLAIM"  # the person said so: words
    PROTECTED = "PROTECTED"  # the source withholds the record (8 USC 1367); no value


class Status(StrEnum):
    """A status as a register records it."""

    CITIZEN = "CITIZEN"
    LPR = "LPR"
    NONIMMIGRANT = "NONIMMIGRANT"
    PAROLE = "PAROLE"
    TPS = "TPS"
    DACA = "DACA"
    ASYLEE = "ASYLEE"
    REFUGEE = "REFUGEE"
    NONE_RECORDED = "NONE_RECORDED"


class PetitionState(StrEnum):
    """Where a petition or application stands."""

    FILED = "FILED"
    APPROVED = "APPROVED"
    DENIED = "DENIED"
    WITHDRAWN = "WITHDRAWN"


class CourtEvent(StrEnum):
    """What happened in immigration court."""

    NOTICE_FILED = "NOTICE_FILED"
    HEARING = "HEARING"
    REMOVAL_ORDERED = "REMOVAL_ORDERED"
    RELIEF_GRANTED = "RELIEF_GRANTED"
    TERMINATED = "TERMINATED"
    REOPENED = "REOPENED"


@dataclass(frozen=True, slots=True, repr=False)
class EvidenceFact:
    """One statement of one record. `evidence`: the number of the row it stands in, None for the booking's own."""

    kind: FactKind
    value: str
    source: str
    record: str
    on: date | None = None
    until: date | None = None
    evidence: int | None = None

    def __repr__(self) -> str:
        return f"EvidenceFact({self.kind}, {self.source})"
