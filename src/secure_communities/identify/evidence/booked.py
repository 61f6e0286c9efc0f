# SPDX-License-Identifier: Apache-2.0
"""What the booking itself says, as facts beside those of the sources. No Django.

In: a booking read from its file. Out: facts whose source is `BOOKING`. Nothing is read out of a name or a place.
"""

from __future__ import annotations

from datetime import date

from secure_communities.identify.evidence.facts import BOOKING, EvidenceFact, FactKind
from secure_communities.identify.intake.booking import Booking


def facts_of(booking: Booking, control_number: str) -> tuple[EvidenceFact, ...]:
    """Names, dates and place of birth, citizenships and charges as submitted."""

    def fact(kind: FactKind, value: str, on: date | None = None) -> EvidenceFact:
        return EvidenceFact(kind, value, BOOKING, control_number, on)

    stated = [fact(FactKind.NAME, name) for name in (booking.name, *booking.aliases) if name]
    stated += [fact(FactKind.BIRTH_DATE, day.isoformat()) for one in booking.birth_dates if (day := day_of(one))]
    if booking.birthplace:
        stated.append(fact(FactKind.BIRTHPLACE, booking.birthplace))
    stated += [fact(FactKind.CITIZENSHIP, one) for one in booking.citizenship]
    arrested = day_of(booking.arrest_date)
    stated += [fact(FactKind.ARREST, one.literal, arrested) for one in booking.charges if one.literal]
    return tuple(stated)


def day_of(text: str) -> date | None:
    """A day as CCYYMMDD; None for anything else, such as a year alone."""
    try:
        return date.fromisoformat(text) if len(text) == 8 and text.isdigit() else None
    except ValueError:
        return None
