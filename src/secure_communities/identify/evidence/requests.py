# SPDX-License-Identifier: Apache-2.0
"""Build what sources are asked with, from the match that two examiners confirmed and from what was learned since.

The numbers are those of the confirmed record, A-numbers that its evidence states, and the UCN of the first response.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from secure_communities.identify.evidence import booked
from secure_communities.identify.evidence.facts import EvidenceFact, FactKind
from secure_communities.identify.evidence.ports import SearchRequest
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import Booking, read_booking
from secure_communities.identify.intake.states import Criminal
from secure_communities.identify.records import selectors as records
from secure_communities.identify.records.identities import ImmigrationIdentity
from secure_communities.identify.records.selectors import RecordMissingError
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.responses import services as responses
from secure_communities.identify.responses.rules import MessageKind, MessageState
from secure_communities.interchange import files
from secure_communities.platform import identifiers

IDENTIFIED = "I"


def of(query: StatusQuery, learned: Sequence[EvidenceFact]) -> SearchRequest:
    """What to ask about this query now."""
    subject = query.subject
    try:
        identity = records.immigration_identity(subject)
    except RecordMissingError:
        identity = ImmigrationIdentity(subject.number)
    booking = read_booking(intake.transaction_of(query.submission))
    return SearchRequest(
        fin=subject.number,
        a_numbers=a_numbers(identity.a_number, learned),
        ucn=ucn_of(query),
        criminal_side_answered=query.submission.criminal_state == Criminal.ANSWERED,
        names=_once([*(one.name for one in identity.identities), booking.name, *booking.aliases]),
        birth_dates=_birth_dates(identity, booking),
    )


def a_numbers(recorded: str | None, learned: Sequence[EvidenceFact]) -> tuple[str, ...]:
    """The A-number on record, then those that evidence states; only numbers of the right shape."""
    stated = [one.value for one in learned if one.kind is FactKind.A_NUMBER]
    return _once(one for one in [recorded or "", *stated] if identifiers.refuse_a_number(one) is None)


def ucn_of(query: StatusQuery) -> str | None:
    """The UCN under which the first response identified the person, if it did."""
    first = (
        query.submission.messages.filter(kind=MessageKind.FIRST).exclude(state=MessageState.HELD).order_by("-version")
    ).first()
    if first is None:
        return None
    first.submission = query.submission
    answer = files.read(responses.content_of(first)).of_type(2)[0]
    return answer.text("2.014") if answer.text("2.059") == IDENTIFIED else None


def _birth_dates(identity: ImmigrationIdentity, booking: Booking) -> tuple[date, ...]:
    booked_days = [day for text in booking.birth_dates if (day := booked.day_of(text))]
    return tuple(dict.fromkeys([*(one.dob for one in identity.identities if one.dob), *booked_days]))


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in values if one))
