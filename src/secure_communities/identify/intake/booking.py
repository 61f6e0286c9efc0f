# SPDX-License-Identifier: Apache-2.0
"""What a booking file says about the person and the charges. Django-free: a transaction in, plain facts out.

Charge codes are taken from the coded field 2.900 only, never from the text of a charge (S4).
"""

from __future__ import annotations

from dataclasses import dataclass

from secure_communities.interchange.itl import Record, Transaction

# Our own coded field beside 2.047 ASL: {ordinal of the ASL subfield, NCIC code}.
OFFENCE_CODES = "2.900"


@dataclass(frozen=True, slots=True)
class ChargedOffence:
    """One arrest charge as submitted: what it says, the code submitted with it, and when."""

    literal: str
    code: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class Booking:
    """The Type-2 record of a booking, read."""

    name: str
    aliases: tuple[str, ...]
    birth_dates: tuple[str, ...]
    sex: str
    birthplace: str
    citizenship: tuple[str, ...]
    race: str
    height: str
    weight: str
    eyes: str
    hair: str
    agency_case: str
    state_number: str
    arrest_date: str
    controlling_agency: str
    attention: str
    retain: bool
    rap_sheet_wanted: bool
    charges: tuple[ChargedOffence, ...]


def read_booking(transaction: Transaction) -> Booking:
    """Read the first Type-2 record. Absent fields come as empty text; a missing record raises ValueError."""
    records = transaction.of_type(2)
    if not records:
        raise ValueError("the transaction has no Type-2 record")
    record = records[0]

    def text(tag: str) -> str:
        return (record.text(tag) or "").strip()

    def every(tag: str) -> tuple[str, ...]:
        return tuple(items[0].strip() for items in record.values(tag) if items and items[0].strip())

    return Booking(
        name=text("2.018"),
        aliases=every("2.019"),
        birth_dates=every("2.022"),
        sex=text("2.024"),
        birthplace=text("2.020"),
        citizenship=every("2.021"),
        race=text("2.025"),
        height=text("2.027"),
        weight=text("2.029"),
        eyes=text("2.031"),
        hair=text("2.032"),
        agency_case=text("2.009"),
        state_number=text("2.015"),
        arrest_date=text("2.045"),
        controlling_agency=text("2.073"),
        attention=text("2.006"),
        retain=text("2.005") == "Y",
        rap_sheet_wanted=text("2.070") == "Y",
        charges=_charges(record),
    )


def _charges(record: Record) -> tuple[ChargedOffence, ...]:
    codes = {items[0]: items[1] for items in record.values(OFFENCE_CODES) if len(items) == 2}
    return tuple(
        ChargedOffence(
            literal=items[1].strip() if len(items) > 1 else "",
            code=codes.get(str(ordinal)),
            date=items[0] or None,
        )
        for ordinal, items in enumerate(record.values("2.047"), start=1)
    )
