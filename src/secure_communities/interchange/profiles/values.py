# SPDX-License-Identifier: Apache-2.0
"""Checks of single values, named so that the tables can call for them: a value in, (code, complaint) or None out.

E0002 is a value that cannot be, E0003 one out of its range. Sizes, characters and code lists come before these."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Problem = tuple[str, str] | None

_CLASSES = {
    "A": string.ascii_letters,
    "N": string.digits,
    "AN": string.ascii_letters + string.digits,
    "AS": string.ascii_letters,
    "NS": string.digits,
    "ANS": string.ascii_letters + string.digits,
    "PRINT": "".join(chr(code) for code in range(0x20, 0x7F)),
    "IMAGE": "",
}


@dataclass(frozen=True, slots=True)
class Dates:
    """The day a transaction was received, and the day it says it was sent: later only by a time zone."""

    received_on: date
    sent_on: date


Check = Callable[[str, Dates], Problem]


def characters(kind: str, specials: str) -> frozenset[str]:
    """All characters of a class, with the special ones a field adds."""
    return frozenset(_CLASSES[kind] + specials)


def read_date(text: str) -> date | None:
    """A CCYYMMDD date of the calendar, or None."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def calendar_date(text: str, dates: Dates) -> Problem:
    """CCYYMMDD, a day that exists."""
    return None if read_date(text) else ("E0002", "is not a date of the calendar (CCYYMMDD)")


def calendar_date_or_unknown(text: str, dates: Dates) -> Problem:
    """A date, or 00000000 for unknown; partial dates are not allowed."""
    return None if text == "00000000" else calendar_date(text, dates)


def not_in_the_future(text: str, dates: Dates) -> Problem:
    """Not after the day of sending."""
    found = read_date(text)
    return ("E0003", "is in the future") if found and found > dates.sent_on else None


def at_most_tomorrow(text: str, dates: Dates) -> Problem:
    """At most one day after receipt: the sender may be in a time zone that is ahead."""
    found = read_date(text)
    late = found is not None and found > dates.received_on + timedelta(days=1)
    return ("E0003", "is more than one day ahead of the day of receipt") if late else None


def instant(text: str, dates: Dates) -> Problem:
    """YYYYMMDDhhmmssZ."""
    try:
        datetime.strptime(text, "%Y%m%d%H%M%SZ")  # noqa: DTZ007 - only its form is looked at
    except ValueError:
        return "E0002", "is not a moment in universal time (YYYYMMDDhhmmssZ)"
    return None


def resolution(text: str, dates: Dates) -> Problem:
    """Pixels per millimetre, two digits, point, two digits."""
    return None if re.fullmatch(r"[0-9]{2}\.[0-9]{2}", text) else ("E0002", "is not pixels per millimetre (dd.dd)")


def height(text: str, dates: Dates) -> Problem:
    """Feet and two digits of inches (400–711), `N` and inches (N48–N95), or 000 for unknown."""
    if text == "000":
        return None
    if re.fullmatch(r"N[0-9]{2}", text):
        inches = int(text[1:])
    elif text.isdigit():
        if int(text[1:]) > 11:
            return "E0003", "has more than 11 inches to the foot"
        inches = int(text[0]) * 12 + int(text[1:])
    else:
        return "E0002", "is not feet and inches (511), inches (N71) or 000"
    return None if 48 <= inches <= 95 else ("E0003", "is outside 4 ft 00 in to 7 ft 11 in")


def weight(text: str, dates: Dates) -> Problem:
    """Pounds 050–499, or 000 for unknown."""
    return None if text == "000" or 50 <= int(text) <= 499 else ("E0003", "is outside 050 to 499 pounds")


def person_name(text: str, dates: Dates) -> Problem:
    """Surname, comma, given names; one blank after the comma is tolerated, as real files have it."""
    surname, comma, given = text.partition(",")
    given = given.removeprefix(" ")
    if not comma or not surname or not given or "," in given:
        return "E0002", "is not written SURNAME,GIVEN MIDDLE"
    if any(part != part.strip(" -") or re.search(r"  |--", part) for part in (surname, given)):
        return "E0002", "has blanks or hyphens at the edge of a name or in a row"
    return None


def miscellaneous_number(text: str, dates: Dates) -> Problem:
    """Two letters saying what kind of number it is, a hyphen, the number."""
    matches = re.fullmatch(r"[A-Z]{2}-[A-Z0-9-]+", text)
    return None if matches else ("E0002", "is not two letters, a hyphen and the number")


def agency_first(text: str, dates: Dates) -> Problem:
    """Nine characters of an agency identifier, then perhaps ten for routing."""
    return None if text[:9].isalnum() else ("E0002", "does not start with a nine-character agency identifier")


def no_leading_blank(text: str, dates: Dates) -> Problem:
    """Free text that starts with its first word."""
    return ("E0002", "starts with a blank") if text.startswith(" ") else None


def starts_plainly(text: str, dates: Dates) -> Problem:
    """Starts with a letter, a digit or `(#`: nothing a spreadsheet would take for a formula."""
    return None if text[:1].isalnum() or text[:1] in "(#" else ("E0002", "does not start with a letter or digit")


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        calendar_date,
        calendar_date_or_unknown,
        not_in_the_future,
        at_most_tomorrow,
        instant,
        resolution,
        height,
        weight,
        person_name,
        miscellaneous_number,
        agency_first,
        no_leading_blank,
        starts_plainly,
    )
}
