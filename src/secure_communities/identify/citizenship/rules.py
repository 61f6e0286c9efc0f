# SPDX-License-Identifier: Apache-2.0
"""What a booking and the records of evidence say that bears on citizenship, as facts of the policy. Django-free."""

from __future__ import annotations

from collections.abc import Iterable

from secure_communities.identify.evidence.facts import EvidenceFact, Status
from secure_communities.identify.evidence.facts import FactKind as Stated
from secure_communities.identify.intake.booking import Booking
from secure_communities.policy.citizenship import Fact, FactKind

BIRTHPLACE_FIELD, CITIZENSHIP_FIELD = "2.020 POB", "2.021 CTZ"
BOOKING = "the booking"


def facts_of_booking(booking: Booking) -> tuple[Fact, ...]:
    """Birthplace (2.020) and each citizenship (2.021) as coded by the agency; nothing else of a booking counts."""
    facts = [Fact(FactKind.CITIZENSHIP, code, BOOKING, CITIZENSHIP_FIELD) for code in booking.citizenship]
    if booking.birthplace:
        facts.insert(0, Fact(FactKind.BIRTHPLACE, booking.birthplace, BOOKING, BIRTHPLACE_FIELD))
    return tuple(facts)


# What a record can state that bears on citizenship; names, dates, entries and all else are no sign of it.
_PLACES = {Stated.BIRTHPLACE: FactKind.BIRTHPLACE, Stated.CITIZENSHIP: FactKind.CITIZENSHIP}
_STATEMENTS = {
    Stated.NATURALISATION: FactKind.NATURALISATION,
    Stated.PASSPORT: FactKind.PASSPORT,
    Stated.CITIZEN_PARENT: FactKind.CITIZEN_PARENT,
    Stated.CITIZENSHIP_CLAIM: FactKind.OWN_STATEMENT,
}


def facts_of_evidence(facts: Iterable[EvidenceFact]) -> tuple[Fact, ...]:
    """What records state about citizenship; everything else they state is left out."""
    found = []
    for one in facts:
        source = f"the source {one.source.replace('_', ' ').lower()}"
        if one.kind in _PLACES:
            found.append(Fact(_PLACES[one.kind], one.value, source, one.record))
        elif one.kind in _STATEMENTS:
            found.append(Fact(_STATEMENTS[one.kind], "US", source, one.record))
        elif one.kind is Stated.STATUS and one.value == Status.CITIZEN:
            found.append(Fact(FactKind.CITIZENSHIP, "US", source, one.record))
    return tuple(found)
