# SPDX-License-Identifier: Apache-2.0
"""What each message says. Facts in, transactions and text out; stores nothing, sends nothing.

The protected-person filter rules first on every message about a match; what it does not clear goes out bare (S19).
Layouts are modelled on the published descriptions, never conformant to them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from secure_communities.identify.galleries.models import RegisterSubject
from secure_communities.identify.intake.booking import Booking
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.records import identities, protection
from secure_communities.identify.records import selectors as records
from secure_communities.identify.records.rules import ArrestFacts, ChargeFacts, charge_of, offence_for_query
from secure_communities.interchange.itl import Finding, Header, Transaction
from secure_communities.interchange.messages import (
    BANNER,
    Acknowledgement,
    Audience,
    CombinedResponse,
    Encounter,
    Evidence,
    Identity,
    ImmigrationDataResponse,
    ImmigrationQuery,
    ImmigrationResponse,
    Kind,
    MessageError,
    Protection,
    Verification,
    safe_text,
)
from secure_communities.interchange.messages import Determination as DeterminationCode
from secure_communities.interchange.messages.iar import Basis
from secure_communities.interchange.responses import error_response, submission_results
from secure_communities.platform import institution
from secure_communities.platform.agencies.vocabulary import Purpose

if TYPE_CHECKING:
    from secure_communities.identify.research.models import Determination

log = logging.getLogger(__name__)

SECOND_RESPONSE = "SECOND RESPONSE TO YOUR SUBMISSION, FROM THE IMMIGRATION REGISTER"
SUPERSEDES = "CORRECTED: THIS RESPONSE REPLACES"
NO_MATCH_NOTICE = "IMMIGRATION REGISTER SEARCHED: NO RECORD FOUND. NOT A STATEMENT ABOUT CITIZENSHIP OR STATUS"
# For a protected person the agency's copy says what it would say of anybody whose record may not be told.
PROTECTED_ANSWER = Kind.MATCH
QUERY_SEXES = frozenset("MFXU")


# -- from the submission --


def day(text: str) -> date | None:
    """A CCYYMMDD date, or None when it is absent or `00000000`."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def demographics(booking: Booking) -> dict[str, Any]:
    """What the criminal register keeps of a person booked for the first time."""
    return {
        "names": [booking.name],
        "aliases": list(booking.aliases),
        "dob": day(booking.birth_dates[0]) if booking.birth_dates else None,
        "sex": booking.sex,
        "pob": booking.birthplace,
        "sid": booking.state_number or None,
        "race": booking.race,
        "height": booking.height,
        "weight": booking.weight,
        "eyes": booking.eyes,
        "hair": booking.hair,
        "citizenship": booking.citizenship[0] if booking.citizenship else "",
    }


def arrest(submission: Submission, booking: Booking) -> ArrestFacts:
    """The arrest as submitted: every charge with its code or without one, never a code read out of words (S4)."""
    state = submission.originator.county.state.usps if submission.originator.county else ""
    return ArrestFacts(
        correlation=submission.control_number,
        ori=submission.originator.ori,
        arrest_date=day(booking.arrest_date),
        charges=_charges(booking, state),
        names=(booking.name, *booking.aliases),
        dob=day(booking.birth_dates[0]) if booking.birth_dates else None,
        sex=booking.sex,
        pob=booking.birthplace,
        sid=booking.state_number or None,
        oca=booking.agency_case or None,
    )


def _charges(booking: Booking, state: str = "") -> tuple[ChargeFacts, ...]:
    charges = tuple(
        ChargeFacts(literal=one.literal, code=one.code, offence_date=day(one.date or ""), state=state)
        for one in booking.charges
    )
    return charges or (ChargeFacts(literal="NO CHARGE SUBMITTED"),)


# -- to the submitting agency --


def first(
    request: Transaction, *, tcn: str, ident: bool, subject: RegisterSubject | None, rap_sheet: str | None,
    at: datetime, supersedes: str = "",
) -> Transaction:  # fmt: skip
    """The SRE of the criminal register: ident or non-ident, the UCN when there is a record, the rap sheet if asked.

    `supersedes`: the control number of the first response that this one replaces.
    """
    known = records.criminal_identity(subject) if ident and subject is not None else None
    return submission_results(
        request,
        tcn=tcn,
        date=at.date(),
        gmt=at,
        ident=ident,
        ucn=subject.number if subject is not None else None,
        sid=known.sid if known else None,
        rap_sheet=rap_sheet,
        messages=["SYNTHETIC DATA", *([f"{SUPERSEDES} {supersedes}"] if supersedes else [])],
    )


def error(request: Transaction | Header, *, tcn: str, findings: Sequence[Finding], at: datetime) -> Transaction:
    """The ERRT with every finding."""
    return error_response(request, tcn=tcn, date=at.date(), gmt=at, findings=findings)


def no_match(request: Transaction, *, tcn: str, ident: bool, at: datetime) -> Transaction:
    """The no-match notice: an unsolicited SRE that carries the IDR as text and says nothing else."""
    data = ImmigrationDataResponse(
        kind=Kind.NO_MATCH, tcn=request.tcn or "", destination=request.ori or "", generated_at=at
    )
    return _unsolicited(request, tcn=tcn, ident=ident, at=at, text=data.encode(), notice=NO_MATCH_NOTICE)


def second(
    request: Transaction,
    *,
    tcn: str,
    ident: bool,
    subject: RegisterSubject,
    determination: Determination | None,
    at: datetime,
    supersedes: str = "",
) -> Transaction:
    """The second response: IDR and IAR joined, or `IAR:PENDING` while there is no determination.

    `supersedes`: the control number of the second response that this one replaces.
    """
    try:
        text = _combined(request, subject, determination, protection.ruling(subject), at=at)
    except MessageError as error:  # a record with a value no message can carry: bare rather than not at all
        log.warning("a second response goes out bare: item %s of the record cannot be written", error.tag)
        text = _combined(request, subject, determination, protection.FAILED, at=at)
    notice = f"{SUPERSEDES} {supersedes}. {SECOND_RESPONSE}" if supersedes else SECOND_RESPONSE
    return _unsolicited(request, tcn=tcn, ident=ident, at=at, text=text, notice=notice)


def _combined(
    request: Transaction,
    subject: RegisterSubject,
    determination: Determination | None,
    ruling: protection.Ruling,
    *,
    at: datetime,
) -> str:
    tcn, ori = request.tcn or "", request.ori or ""
    data = _data_response(tcn, ori, subject, ruling, at=at)
    answer = _support_response(tcn, ori, determination, ruling, at=at) if determination is not None else None
    return CombinedResponse(data, answer).for_agency(protected_answer=PROTECTED_ANSWER).encode()


def _unsolicited(request: Transaction, *, tcn: str, ident: bool, at: datetime, text: str, notice: str) -> Transaction:
    """`ident` repeats the criminal register's finding, so that 2.059 never says two things of one submission."""
    return submission_results(
        request, tcn=tcn, date=at.date(), gmt=at, ident=ident, rap_sheet=text,
        messages=["SYNTHETIC DATA", notice, BANNER],
    )  # fmt: skip


# -- to and from the support centre --


def query(submission: Submission, booking: Booking, subject: RegisterSubject, *, reference: str, at: datetime) -> str:
    """The IAQ: what the booking says, the charge as coded or UNKNOWN, and where the match stands."""
    coded = [charge_of(one.code, one.literal) for one in _charges(booking)]
    return ImmigrationQuery(
        sender=institution.IMMIGRATION_REGISTER,
        destination="ZZ",
        attention=safe_text(booking.attention, maximum=30) or "BOOKING DESK",
        phone="5550100",
        name=_name(booking.name),
        dob=booking.birth_dates[0] if booking.birth_dates else "00000000",
        sex=booking.sex if booking.sex in QUERY_SEXES else "U",
        pob=booking.birthplace or "YY",
        in_custody=submission.purpose == Purpose.BOOKING,
        offence=offence_for_query(coded).code,
        fin=subject.number,
        tcn=submission.tcn,
        data_response=reference,
    ).encode()


def acknowledgement(submission: Submission, *, reference: str, due_at: datetime, at: datetime) -> str:
    """The support centre's automatic acknowledgement."""
    return Acknowledgement(
        tcn=submission.tcn,
        reference=reference,
        sender=institution.SUPPORT_CENTRE,
        destination=institution.IMMIGRATION_REGISTER,
        received_at=at,
        due_at=due_at,
    ).encode()


def support_response(submission: Submission, determination: Determination, *, at: datetime) -> str:
    """The IAR as the support centre files it: complete, for officers."""
    ruling = protection.ruling(determination.query.subject)
    return _support_response(submission.tcn, submission.originator.ori, determination, ruling, at=at).encode()


def _support_response(
    tcn: str, destination: str, determination: Determination, ruling: protection.Ruling, *, at: datetime
) -> ImmigrationResponse:
    from secure_communities.identify.research import selectors as research

    code = DeterminationCode(determination.code)
    # A protected answer carries nothing about the person, not even which records spoke of them.
    evidence = [] if code is DeterminationCode.PROTECTED_1367 else research.evidence_of(determination.draft)
    return ImmigrationResponse(
        sender=institution.SUPPORT_CENTRE,
        destination=destination,
        control=determination.query.reference,
        tcn=tcn,
        generated_at=at,
        basis=Basis.BIOMETRIC,
        version=determination.version,
        determination=code,
        officer=safe_text(determination.signer.display_name, maximum=60),
        authority=safe_text(research.authority_of(determination), maximum=120),
        determined_at=determination.signed_at,
        confidence=safe_text(research.confidence_of(determination.draft), maximum=300),
        evidence=tuple(
            Evidence(
                system=safe_text(one["system"], maximum=40),
                record=safe_text(one["record"], maximum=60),
                retrieved_at=datetime.fromisoformat(one["retrieved_at"]),
            )
            for one in evidence
        ),
        protection=_protection(ruling),
        audience=Audience.OFFICER,
    )


def _data_response(
    tcn: str, destination: str, subject: RegisterSubject, ruling: protection.Ruling, *, at: datetime
) -> ImmigrationDataResponse:
    known = records.releasable_identity(subject) if ruling.disclosure is protection.Disclosure.FULL else None
    return ImmigrationDataResponse(
        kind=Kind.MATCH,
        tcn=tcn,
        destination=destination,
        generated_at=at,
        fin=subject.number if known else "",
        identities=tuple(_identity(one) for one in known.identities) if known else (),
        encounter=_encounter(known.last_encounter) if known else None,
        verification=Verification(method="EXAMINER_2"),
        protection=Protection.CLEARED if known else Protection.UNKNOWN,
        audience=Audience.OFFICER,
    )


def _protection(ruling: protection.Ruling) -> Protection:
    return Protection.CLEARED if ruling.disclosure is protection.Disclosure.FULL else Protection.UNKNOWN


def _identity(one: identities.Identity) -> Identity:
    return Identity(
        name=_name(one.name),
        dob=one.dob,
        pob=one.pob,
        citizenship=one.citizenship,
        sex=one.sex,
        document=safe_text(f"{one.doc_type} {one.doc_no}".strip()),
    )


def _encounter(one: identities.Encounter | None) -> Encounter | None:
    if one is None or one.date is None:
        return None
    return Encounter(one.date, safe_text(one.organisation_class), safe_text(one.site), safe_text(one.reason))


def _name(text: str) -> str:
    """`SURNAME,GIVEN` as messages write it: `SURNAME, GIVEN`, at most 30 characters."""
    surname, _, given = text.partition(",")
    return safe_text(f"{surname}, {given}".strip(", "), maximum=30)
