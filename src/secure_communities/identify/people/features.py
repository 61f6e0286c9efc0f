# SPDX-License-Identifier: Apache-2.0
"""What is kept of a source for comparison: the facts a register, a booking or a piece of evidence states. Django-free.

In: identities as the registers give them, a booking as submitted. Out: a JSON mapping that is sealed as it is:
`names`, `birth_dates`, `sex`, `places`, `numbers`, each in the order stated, the principal one first.
"""

from __future__ import annotations

from typing import Any

from secure_communities.identify.intake.booking import Booking
from secure_communities.identify.records.identities import CriminalIdentity, ImmigrationIdentity


def of_criminal(identity: CriminalIdentity) -> dict[str, Any]:
    """Names and aliases, birth date, place, sex and state number of a criminal record."""
    return _mapping(
        names=[*identity.names, *identity.aliases],
        birth_dates=[identity.dob.isoformat()] if identity.dob else [],
        sex=identity.sex,
        places=[identity.pob],
        numbers=[identity.sid or ""],
    )


def of_immigration(identity: ImmigrationIdentity) -> dict[str, Any]:
    """The same of every identity given at an encounter, with the A-number and the numbers of documents."""
    given = identity.identities
    return _mapping(
        names=[one.name for one in given],
        birth_dates=[one.dob.isoformat() for one in given if one.dob],
        sex=given[0].sex if given else "",
        places=[one.pob for one in given],
        numbers=[identity.a_number or "", *(one.doc_no for one in given)],
    )


def of_booking(booking: Booking) -> dict[str, Any]:
    """The same as a booking states it."""
    return _mapping(
        names=[booking.name, *booking.aliases],
        birth_dates=[_dashed(one) for one in booking.birth_dates],
        sex=booking.sex,
        places=[booking.birthplace],
        numbers=[booking.state_number],
    )


def _mapping(
    *, names: list[str], birth_dates: list[str], sex: str, places: list[str], numbers: list[str]
) -> dict[str, Any]:
    return {
        "names": _once(names),
        "birth_dates": _once(birth_dates),
        "sex": sex,
        "places": _once(places),
        "numbers": _once(numbers),
    }


def _dashed(date: str) -> str:
    """`YYYYMMDD` of a file as `YYYY-MM-DD`, so that sources that agree read alike; anything else as it stands."""
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else date


def _once(values: list[str]) -> list[str]:
    return [one for one in dict.fromkeys(values) if one]
