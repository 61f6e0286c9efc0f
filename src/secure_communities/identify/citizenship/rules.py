# SPDX-License-Identifier: Apache-2.0
"""What a booking says that bears on citizenship, as facts of the policy. Django-free."""

from __future__ import annotations

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
