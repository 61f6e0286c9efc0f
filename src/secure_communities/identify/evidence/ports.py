# SPDX-License-Identifier: Apache-2.0
"""The port every source of evidence stands behind: what is asked, what an answer is, how a source fails. No Django.

An adapter turns a source's own answer into `SourceRecord`s, or raises a `SourceFailure`. Only numbers find a record;
names and dates of birth travel along so that a source can say what it has beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from secure_communities.identify.evidence.facts import FactKind


class SourceCode(StrEnum):
    """The sources there are."""

    IMMIGRATION_HISTORY = "IMMIGRATION_HISTORY"
    BENEFITS = "BENEFITS"
    ENTRY_EXIT = "ENTRY_EXIT"
    COURT = "COURT"
    CRIMINAL_HISTORY = "CRIMINAL_HISTORY"
    NATURALISATION = "NATURALISATION"


class SourceKind(StrEnum):
    """What sort of record a source keeps."""

    HISTORY = "HISTORY"
    APPLICATIONS = "APPLICATIONS"
    MOVEMENTS = "MOVEMENTS"
    PROCEEDINGS = "PROCEEDINGS"
    CRIMINAL = "CRIMINAL"
    CITIZENSHIP = "CITIZENSHIP"


class Outcome(StrEnum):
    """How a source answered. NOTHING_FOUND is an answer; FAILED is none."""

    FOUND = "FOUND"
    NOTHING_FOUND = "NOTHING_FOUND"
    FAILED = "FAILED"


class FailureReason(StrEnum):
    """Why a source gave no answer."""

    UNAVAILABLE = "UNAVAILABLE"
    TIMED_OUT = "TIMED_OUT"
    REFUSED = "REFUSED"
    MALFORMED = "MALFORMED"
    NOT_YET = "NOT_YET"
    NOT_ASKED = "NOT_ASKED"
    ERROR = "ERROR"


REASONS: dict[FailureReason, str] = {
    FailureReason.UNAVAILABLE: "The source is not available.",
    FailureReason.TIMED_OUT: "The source did not answer within its time limit.",
    FailureReason.REFUSED: "The source refused the request.",
    FailureReason.MALFORMED: "The source answered with something that is no record.",
    FailureReason.NOT_YET: "The criminal side has not answered yet: by which number to ask is not known.",
    FailureReason.NOT_ASKED: "The request could not be made: the record of the match does not open.",
    FailureReason.ERROR: "Asking the source ended with an error; operators find it in the log.",
}


class SourceFailure(Exception):
    """A source gave no answer. Carries a reason from the list and no text of the source, which might quote a person."""

    def __init__(self, reason: FailureReason) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


class NumberMissing(ValueError):
    """A request without the number of a confirmed match: names alone find nobody here."""


class Basis(StrEnum):
    """The number by which a record was found."""

    FIN = "FIN"
    A_NUMBER = "A_NUMBER"
    UCN = "UCN"


@dataclass(frozen=True, slots=True, repr=False)
class SearchRequest:
    """What a source is asked with. `fin`: of the record two examiners confirmed. Raises NumberMissing without it."""

    fin: str
    a_numbers: tuple[str, ...] = ()
    ucn: str | None = None
    criminal_side_answered: bool = False
    names: tuple[str, ...] = ()
    birth_dates: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if not self.fin:
            raise NumberMissing("A source is asked with the number of a confirmed match, never with a name alone.")

    @property
    def numbers(self) -> int:
        """How many numbers it carries."""
        return 1 + len(self.a_numbers) + bool(self.ucn)

    def __repr__(self) -> str:
        return f"SearchRequest({self.numbers} numbers)"


@dataclass(frozen=True, slots=True, repr=False)
class RecordFact:
    """One statement of a record, as in `facts.EvidenceFact`."""

    kind: FactKind
    value: str
    on: date | None = None
    until: date | None = None

    def __repr__(self) -> str:
        return f"RecordFact({self.kind})"


@dataclass(frozen=True, slots=True, repr=False)
class SourceRecord:
    """One record a source holds. `fields`: label and text as the source prints it.

    `protected`: the source withholds everything but that there is a record (8 USC 1367, S19).
    """

    record_id: str
    title: str = ""
    basis: Basis = Basis.FIN
    facts: tuple[RecordFact, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    protected: bool = False

    def __repr__(self) -> str:
        return f"SourceRecord({self.record_id})"


@dataclass(frozen=True, slots=True, repr=False)
class SourceAnswer:
    """A source's whole answer. No records: the source looked, and holds none."""

    records: tuple[SourceRecord, ...] = ()

    def __repr__(self) -> str:
        return f"SourceAnswer({len(self.records)} records)"


class EvidenceSource(Protocol):
    """One source. `keeps_time`: it ends by itself within `limit` (a database's statement timeout does).

    A source that does not keep time is asked in a thread that is left behind when the limit passes.
    """

    code: SourceCode
    title: str
    system: str
    kind: SourceKind
    version: str
    limit: timedelta
    keeps_time: bool

    def search(self, request: SearchRequest) -> SourceAnswer:
        """Ask. Raises SourceFailure; anything else raised counts as an error of ours."""
