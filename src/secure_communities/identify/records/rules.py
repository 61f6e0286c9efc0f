# SPDX-License-Identifier: Apache-2.0
"""What a charge's code may be, which code a query carries, who is protected. Pure: no Django, no database.

In: charges and identities as submitted. Out: coded charges, the query's offence, the codes other parts use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from secure_communities.policy.offences import UNKNOWN_CODE, offence, states_an_offence


class CodeSource(StrEnum):
    """Where a charge's code comes from. There is no third way to have one."""

    SUBMITTED = "SUBMITTED"
    HUMAN_CONFIRMED = "HUMAN_CONFIRMED"
    UNKNOWN = "UNKNOWN"


class UnknownReason(StrEnum):
    """Why a charge, or a query, has no code."""

    NOT_SUBMITTED = "NOT_SUBMITTED"
    FILLER = "FILLER"  # 0399 stands for "none known", whatever it reads as
    NOT_IN_CATALOGUE = "NOT_IN_CATALOGUE"
    STATUS_NOT_OFFENCE = "STATUS_NOT_OFFENCE"
    NO_CHARGE = "NO_CHARGE"


class DispositionKind(StrEnum):
    """What became of a charge. Only CONVICTED is a conviction."""

    CONVICTED = "CONVICTED"
    DISMISSED = "DISMISSED"
    ACQUITTED = "ACQUITTED"
    NOT_CHARGED = "NOT_CHARGED"  # the prosecutor declined
    DEFERRED = "DEFERRED"
    PENDING = "PENDING"


class ProtectedClass(StrEnum):
    """What keeps a person's record from disclosure (8 USC 1367 and kin). NONE must be said, never assumed."""

    NONE = "NONE"
    REFUGEE = "REFUGEE"
    ASYLEE = "ASYLEE"
    VAWA = "VAWA"
    T_VISA = "T_VISA"
    U_VISA = "U_VISA"
    SAW = "SAW"
    MINOR = "MINOR"
    UNKNOWN = "UNKNOWN"


class ChargeMissingError(ValueError):
    """An arrest without any charge, not even one marked UNKNOWN (S4)."""


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """One charge as submitted: the words, the code if the submission had one, the date, the state that issued it."""

    literal: str = field(repr=False)
    code: str | None = None
    offence_date: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class ArrestFacts:
    """One arrest as submitted. `names`: `SURNAME,GIVEN MIDDLE`, the principal one first, then the others used.

    Raises `ChargeMissingError` without a charge: a charge that is not known is a `ChargeFacts` without a code.
    """

    correlation: str
    ori: str
    arrest_date: date | None
    charges: tuple[ChargeFacts, ...]
    names: tuple[str, ...] = field(default=(), repr=False)
    dob: date | None = field(default=None, repr=False)
    sex: str = field(default="", repr=False)
    pob: str = field(default="", repr=False)
    sid: str | None = field(default=None, repr=False)
    oca: str | None = None

    def __post_init__(self) -> None:
        if not self.charges:
            raise ChargeMissingError(
                f"the arrest of submission {self.correlation} has no charge: give its charges, or one ChargeFacts "
                "without a code, which is recorded as UNKNOWN with the reason"
            )


@dataclass(frozen=True, slots=True)
class DispositionFacts:
    """An outcome as a source reported it. Months are None where not known; `maximum_months` is the offence's."""

    kind: DispositionKind
    decided_on: date | None
    source: str
    sentence_months: int | None = None
    maximum_months: int | None = None


@dataclass(frozen=True, slots=True)
class CodedCharge:
    """A charge's code and where it comes from, or why there is none."""

    code: str | None
    code_source: CodeSource
    unknown_reason: UnknownReason | None


class HasCode(Protocol):
    """What `offence_for_query` reads of a charge; a stored charge has it too."""

    @property
    def code(self) -> str | None:
        """Four digits, or None."""

    @property
    def code_source(self) -> str:
        """A `CodeSource`."""


@dataclass(frozen=True, slots=True)
class OffenceForQuery:
    """The one code of a query's OFF/ element. `known` is False for the filler; `reason` says why, as a code."""

    code: str
    known: bool
    reason: str


def charge_of(submitted_code: str | None, literal: str) -> CodedCharge:
    """Decide what code a charge has when it is submitted (S4).

    A code stands only if the submission carried it and the catalogue has it as an offence. The literal is taken so
    that nobody looks for another way to pass it, and is not read: words such as "ROBBERY 1203" give no code.
    """
    del literal
    if not submitted_code:
        return _unknown(UnknownReason.NOT_SUBMITTED)
    if states_an_offence(submitted_code):
        return CodedCharge(submitted_code, CodeSource.SUBMITTED, None)
    if submitted_code == UNKNOWN_CODE:
        return _unknown(UnknownReason.FILLER)
    if offence(submitted_code):
        return _unknown(UnknownReason.STATUS_NOT_OFFENCE)
    return _unknown(UnknownReason.NOT_IN_CATALOGUE)


def offence_for_query(charges: Sequence[HasCode]) -> OffenceForQuery:
    """The code that a status query carries: the principal charge as submitted.

    The message asks for the most serious charge. Seriousness needs a ranking of offences, and the identification
    service has none on purpose: a search must not depend on how dangerous someone is thought to be. So the order is
    the submitter's own: the first charge with a submitted or human-confirmed code. Without one the code is the
    filler 0399, marked unknown, with the reason of the first charge.
    """
    for position, charge in enumerate(charges):
        if charge.code_source in (CodeSource.SUBMITTED, CodeSource.HUMAN_CONFIRMED) and states_an_offence(charge.code):
            which = "PRINCIPAL_CHARGE" if position == 0 else "FIRST_CHARGE_WITH_CODE"
            return OffenceForQuery(str(charge.code), True, f"{which}_{charge.code_source}")
    if not charges:
        return OffenceForQuery(UNKNOWN_CODE, False, UnknownReason.NO_CHARGE)
    reason = getattr(charges[0], "unknown_reason", None) or UnknownReason.NOT_SUBMITTED
    return OffenceForQuery(UNKNOWN_CODE, False, str(reason))


@dataclass(frozen=True, slots=True)
class ChargeCompleteness:
    """How many charges have a code and from where, and why the others have none; 0399 counts among the others (S4)."""

    submitted: int
    human_confirmed: int
    unknown_by_reason: Mapping[str, int]
    arrests: int
    arrests_with_a_code: int

    @property
    def unknown(self) -> int:
        """Charges without a code."""
        return sum(self.unknown_by_reason.values())

    @property
    def charges(self) -> int:
        """All charges."""
        return self.submitted + self.human_confirmed + self.unknown

    @property
    def share(self) -> float | None:
        """The share of charges with a code, 0 to 1; None where there is no charge to speak of."""
        return (self.submitted + self.human_confirmed) / self.charges if self.charges else None

    @property
    def arrest_share(self) -> float | None:
        """The share of arrests with at least one code, 0 to 1; None where there is no arrest."""
        return self.arrests_with_a_code / self.arrests if self.arrests else None


LONGEST_MONTHS = 12 * 200  # consecutive terms add up; what is longer is a slip of the keyboard


def refuse_disposition(facts: DispositionFacts, *, today: date) -> str | None:
    """Why an outcome cannot be recorded, or None."""
    if not facts.source.strip():
        return "an outcome names who reported it: the court or the state repository"
    if facts.decided_on is not None and facts.decided_on > today:
        return "an outcome is not decided on a day to come: give the day of the decision"
    if facts.sentence_months is not None and facts.kind is not DispositionKind.CONVICTED:
        return "only a conviction carries a sentence"
    for months in (facts.sentence_months, facts.maximum_months):
        if months is not None and not 0 <= months <= LONGEST_MONTHS:
            return f"months are given as a number from 0 to {LONGEST_MONTHS}"
    return None


def may_be_disclosed(protected_class: object) -> bool:
    """Whether a record of this class may go out in full: only where the class is known to be NONE (S19).

    Every other value keeps the record in: each protected class, UNKNOWN, a code nobody knows, no code at all.
    """
    return isinstance(protected_class, str) and protected_class == ProtectedClass.NONE


def _unknown(reason: UnknownReason) -> CodedCharge:
    return CodedCharge(None, CodeSource.UNKNOWN, reason)
