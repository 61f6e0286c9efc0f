# SPDX-License-Identifier: Apache-2.0
"""Who may be searched, who receives the answer, what a state's NFF membership hides. Pure: facts in, reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from secure_communities.platform.agencies.vocabulary import Consent, Exit, IdrDelivery, Purpose

FIRST_YEAR: Final = 2000
YEARS_AHEAD: Final = 10

# EBTS types of transaction. Only criminal tenprints are searched; applicants, the dead, the missing and people who
# cannot say who they are never are (domain reference 2.2).
CRIMINAL_TOTS: frozenset[str] = frozenset({"CAR", "CNA", "CPDR", "CPNU"})
CIVIL_TOTS: frozenset[str] = frozenset({"DOCE", "FANC", "FAUF", "MAP", "NFAP", "NFFC", "NFUE", "NFUF"})
UNSCREENED_TOTS: frozenset[str] = frozenset({"AMN", "DEK", "DEU", "MPR"})


class Reason(StrEnum):
    """Why a search, a submission or a delivery goes ahead or does not."""

    ELIGIBLE = "ELIGIBLE"
    ORI_NOT_IN_FORCE = "ORI_NOT_IN_FORCE"
    TYPE_CIVIL = "TYPE_CIVIL"
    TYPE_NOT_SCREENED = "TYPE_NOT_SCREENED"
    TYPE_UNKNOWN = "TYPE_UNKNOWN"
    TYPE_NOT_PERMITTED = "TYPE_NOT_PERMITTED"
    PURPOSE_NOT_OF_THE_ORI = "PURPOSE_NOT_OF_THE_ORI"
    NO_PARTICIPATION = "NO_PARTICIPATION"
    PARTICIPATION_NOT_YET = "PARTICIPATION_NOT_YET"
    CONSENT_PENDING = "CONSENT_PENDING"
    JURISDICTION_OBJECTS = "JURISDICTION_OBJECTS"
    JURISDICTION_LEFT = "JURISDICTION_LEFT"
    PARTICIPATION_ENDED = "PARTICIPATION_ENDED"
    NFF_LATER_ARREST = "NFF_LATER_ARREST"
    NOT_WANTED = "NOT_WANTED"
    NOT_REACHABLE = "NOT_REACHABLE"


SENTENCES: dict[Reason, str] = {
    Reason.ELIGIBLE: "Nothing in the register stands in the way.",
    Reason.ORI_NOT_IN_FORCE: "The submitting ORI was not in force on that day.",
    Reason.TYPE_CIVIL: "Civil and applicant transactions are never searched in the immigration register.",
    Reason.TYPE_NOT_SCREENED: "Transactions on amnesia, missing or deceased persons are never searched for status.",
    Reason.TYPE_UNKNOWN: "The type of transaction is not one that the immigration register is searched for.",
    Reason.TYPE_NOT_PERMITTED: "The submitting ORI has no permission for this type of transaction on that day.",
    Reason.PURPOSE_NOT_OF_THE_ORI: "The submitting ORI does not submit for this purpose.",
    Reason.NO_PARTICIPATION: "The participation register has no entry for this jurisdiction and purpose.",
    Reason.PARTICIPATION_NOT_YET: "The jurisdiction's participation had not begun on that day.",
    Reason.CONSENT_PENDING: "The jurisdiction has not yet agreed to take part for this purpose.",
    Reason.JURISDICTION_OBJECTS: "The jurisdiction objects to taking part for this purpose.",
    Reason.JURISDICTION_LEFT: "The jurisdiction had left for this purpose by that day.",
    Reason.PARTICIPATION_ENDED: "The jurisdiction's participation for this purpose had ended by that day.",
    Reason.NFF_LATER_ARREST: "A later arrest in a National Fingerprint File state that does not send later arrests on.",
    Reason.NOT_WANTED: "The ORI asked not to receive this kind of immigration response.",
    Reason.NOT_REACHABLE: "The immigration response cannot be passed on to this ORI.",
}


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A decision of the register, with its reason; true when allowed. `entry` is the participation relied upon."""

    reason_code: Reason
    entry: int | None = None

    @property
    def allowed(self) -> bool:
        """Whether it may go ahead."""
        return self.reason_code is Reason.ELIGIBLE

    @property
    def sentence(self) -> str:
        """The reason, for people."""
        return SENTENCES[self.reason_code]

    def __bool__(self) -> bool:
        return self.allowed


def slip(day: date, *, today: date) -> str | None:
    """Why a day of the register can only be a slip, or None. An entry is never deleted: a slip would stay."""
    if day.year < FIRST_YEAR or day.year > today.year + YEARS_AHEAD:
        return f"{day} can only be a slip: give a day from {FIRST_YEAR} to {today.year + YEARS_AHEAD}."
    return None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the participation register as the rules see it."""

    number: int
    of_one_ori: bool  # of a single ORI; otherwise of its county
    starts_on: date
    ends_on: date | None
    consent: Consent
    exit: Exit | None = None

    def in_force(self, on: date) -> bool:
        """Whether the entry holds on that day (half-open)."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True)
class SearchFacts:
    """All that the decision to search the immigration register depends on."""

    on: date
    tot: str
    purpose: Purpose
    ori_in_force: bool
    ori_purpose: Purpose | None
    permitted_tots: frozenset[str]
    entries: Sequence[Entry]  # for this ORI or its county, and this purpose, of any date
    nff: bool = False
    forward_subsequent: bool = False
    later_arrest: bool = False


def eligible_for_immigration_search(facts: SearchFacts) -> Eligibility:
    """Decide whether one submission may be searched in the immigration register (S9, domain reference 2.1, 2.2).

    Every condition must hold; the first that fails is the reason. What is not on record is not allowed.
    """
    submission = may_be_submitted(
        facts.tot,
        permitted=facts.permitted_tots,
        ori_in_force=facts.ori_in_force,
        purposed=facts.ori_purpose is not None,
    )
    if not submission:
        return submission
    if facts.purpose != facts.ori_purpose:
        return Eligibility(Reason.PURPOSE_NOT_OF_THE_ORI)
    participation = standing(facts.entries, on=facts.on)
    if not participation:
        return participation
    if facts.nff and facts.later_arrest and not facts.forward_subsequent:
        return Eligibility(Reason.NFF_LATER_ARREST)
    return participation


def may_be_submitted(tot: str, *, permitted: frozenset[str], ori_in_force: bool, purposed: bool) -> Eligibility:
    """Whether an ORI may submit this type of transaction at all, whatever is searched afterwards."""
    if not ori_in_force:
        return Eligibility(Reason.ORI_NOT_IN_FORCE)
    if tot in CIVIL_TOTS:
        return Eligibility(Reason.TYPE_CIVIL)
    if tot in UNSCREENED_TOTS:
        return Eligibility(Reason.TYPE_NOT_SCREENED)
    if tot not in CRIMINAL_TOTS:
        return Eligibility(Reason.TYPE_UNKNOWN)
    if tot not in permitted:
        return Eligibility(Reason.TYPE_NOT_PERMITTED)
    return Eligibility(Reason.ELIGIBLE if purposed else Reason.PURPOSE_NOT_OF_THE_ORI)


def standing(entries: Sequence[Entry], *, on: date) -> Eligibility:
    """What the register says of a jurisdiction on a day: its own ORI-level entries first, then the county's.

    An ORI that left, or whose participation was terminated, is not brought back by its county's entry. Entries that
    merely expired or were superseded leave the county's in charge.
    """
    own = [entry for entry in entries if entry.of_one_ori and entry.starts_on <= on]
    current = [entry for entry in own if entry.in_force(on)]
    if not current and _latest_exit(own) in (Exit.WITHDREW, Exit.TERMINATED):
        return _ended(own)
    county = [entry for entry in entries if not entry.of_one_ori]
    for entry in current or [entry for entry in county if entry.in_force(on)]:
        return Eligibility(_OF_CONSENT[entry.consent], entry.number if entry.consent is Consent.AGREED else None)
    past = [entry for entry in (county or own) if entry.starts_on <= on]
    if past:
        return _ended(past)
    return Eligibility(Reason.PARTICIPATION_NOT_YET if entries else Reason.NO_PARTICIPATION)


_OF_CONSENT: dict[Consent, Reason] = {
    Consent.AGREED: Reason.ELIGIBLE,
    Consent.PENDING: Reason.CONSENT_PENDING,
    Consent.OBJECTED: Reason.JURISDICTION_OBJECTS,
}


def _latest_exit(entries: Sequence[Entry]) -> Exit | None:
    latest = max(entries, key=lambda entry: (entry.ends_on or date.max, entry.number), default=None)
    return latest.exit if latest else None


def _ended(entries: Sequence[Entry]) -> Eligibility:
    left = _latest_exit(entries) is Exit.WITHDREW
    return Eligibility(Reason.JURISDICTION_LEFT if left else Reason.PARTICIPATION_ENDED)


@dataclass(frozen=True, slots=True)
class Preference:
    """What an ORI asked for and whether answers can reach it."""

    idr_delivery: IdrDelivery
    state_capable: bool
    ori_capable: bool


def receives_immigration_response(preference: Preference | None, *, matched: bool) -> Eligibility:
    """Whether an ORI receives the immigration response (domain reference 2.1, recipient choice)."""
    wanted = preference.idr_delivery if preference else IdrDelivery.NONE
    if wanted is IdrDelivery.NONE or (wanted is IdrDelivery.MATCH_ONLY and not matched):
        return Eligibility(Reason.NOT_WANTED)
    if preference is None or not (preference.state_capable and preference.ori_capable):
        return Eligibility(Reason.NOT_REACHABLE)
    return Eligibility(Reason.ELIGIBLE)


class Coverage(StrEnum):
    """Which arrests in a state can reach the immigration register at all."""

    ALL_ARRESTS = "ALL_ARRESTS"
    FIRST_ARRESTS_ONLY = "FIRST_ARRESTS_ONLY"


@dataclass(frozen=True, slots=True)
class NffEffect:
    """What a state's membership of the National Fingerprint File does to coverage (S10)."""

    coverage: Coverage
    sentence: str


def nff_effect(*, nff: bool, forward_subsequent: bool) -> NffEffect:
    """State the coverage of a state, and why (domain reference 2.1, NFF states)."""
    if not nff:
        return NffEffect(Coverage.ALL_ARRESTS, "Every arrest is sent to the national register.")
    if forward_subsequent:
        return NffEffect(
            Coverage.ALL_ARRESTS,
            "A National Fingerprint File state that sends later arrests on for this programme.",
        )
    return NffEffect(
        Coverage.FIRST_ARRESTS_ONLY,
        "A National Fingerprint File state: a person arrested again there is not searched, so coverage is reduced.",
    )
