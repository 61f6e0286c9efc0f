# SPDX-License-Identifier: Apache-2.0
"""Facts in, indicia of United States citizenship out (S2). Code raises them; only people clear them.

No fact here is a name, a race, a language or a birthplace abroad: from those nothing about citizenship follows, in
either direction, and a kind that is not listed raises nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FactKind(StrEnum):
    """What a source can state that bears on citizenship."""

    BIRTHPLACE = "BIRTHPLACE"  # a place code
    CITIZENSHIP = "CITIZENSHIP"  # a country code
    OWN_STATEMENT = "OWN_STATEMENT"  # `US`: the person says so
    CITIZEN_PARENT = "CITIZEN_PARENT"  # `US`: a parent is or was a citizen
    PASSPORT = "PASSPORT"  # the country that issued it
    NATURALISATION = "NATURALISATION"  # `US`: a certificate, an oath, an approved application
    BIRTH_RECORD = "BIRTH_RECORD"  # a place code of the civil register
    DETERMINATION = "DETERMINATION"  # `US`: an officer determined it, or that there is evidence of it
    OTHER = "OTHER"  # `US`: another sign, described in words


class IndiciumCode(StrEnum):
    """Why the person may be a citizen."""

    US_BIRTHPLACE = "US_BIRTHPLACE"
    US_CITIZENSHIP_STATED = "US_CITIZENSHIP_STATED"
    OWN_CLAIM = "OWN_CLAIM"
    CITIZEN_PARENT = "CITIZEN_PARENT"
    US_PASSPORT = "US_PASSPORT"
    NATURALISATION = "NATURALISATION"
    US_BIRTH_RECORD = "US_BIRTH_RECORD"
    OFFICER_DETERMINED = "OFFICER_DETERMINED"
    OTHER_SIGN = "OTHER_SIGN"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a source states. `value`: a place or country code; `source` and `record`: where it stands."""

    kind: FactKind
    value: str
    source: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class Indicium:
    """One sign of citizenship: its code, the sentence that says why, and the fact it rests on."""

    code: IndiciumCode
    why: str
    fact: Fact


# NCIC place codes of the states, the District, Puerto Rico, Guam, the Virgin Islands, the Northern Marianas, and
# American Samoa (whose people are nationals, equally beyond removal). Nebraska is NB there, NE elsewhere: both count.
_STATES: Final = frozenset({
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NB", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND",
    "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "PR", "GU",
    "GM", "VI", "MP", "MK", "AS", "AM",
})  # fmt: skip
_COUNTRY: Final = frozenset({"US", "USA"})

_RULES: Final[dict[FactKind, tuple[IndiciumCode, frozenset[str], str]]] = {
    FactKind.BIRTHPLACE: (
        IndiciumCode.US_BIRTHPLACE, _STATES | _COUNTRY, "{source} gives a birthplace in the United States.",
    ),
    FactKind.CITIZENSHIP: (
        IndiciumCode.US_CITIZENSHIP_STATED, _COUNTRY, "{source} gives citizenship of the United States.",
    ),
    FactKind.OWN_STATEMENT: (
        IndiciumCode.OWN_CLAIM, _COUNTRY, "The person says that they are a citizen of the United States ({source}).",
    ),
    FactKind.CITIZEN_PARENT: (
        IndiciumCode.CITIZEN_PARENT, _COUNTRY, "A parent is or was a citizen of the United States ({source}).",
    ),
    FactKind.PASSPORT: (IndiciumCode.US_PASSPORT, _COUNTRY, "There is a passport of the United States ({source})."),
    FactKind.NATURALISATION: (IndiciumCode.NATURALISATION, _COUNTRY, "{source} shows a naturalisation."),
    FactKind.BIRTH_RECORD: (
        IndiciumCode.US_BIRTH_RECORD, _STATES | _COUNTRY, "{source} shows a birth in the United States.",
    ),
    FactKind.DETERMINATION: (
        IndiciumCode.OFFICER_DETERMINED, _COUNTRY,
        "An officer determined that the person is, or may be, a citizen of the United States ({source}).",
    ),
    FactKind.OTHER: (
        IndiciumCode.OTHER_SIGN, _COUNTRY, "There is another sign of citizenship of the United States ({source}).",
    ),
}  # fmt: skip


def is_united_states(value: str, *, place: bool = False) -> bool:
    """Whether a code names the United States; with `place`, also one of its states and territories."""
    code = value.strip().upper()
    return code in _COUNTRY or (place and code in _STATES)


def indicia(facts: Iterable[Fact]) -> tuple[Indicium, ...]:
    """Every sign of citizenship among the facts, one for each fact that is one, in the order given."""
    found = []
    for fact in facts:
        code, values, why = _RULES[fact.kind]
        if fact.value.strip().upper() in values:
            found.append(Indicium(code, _sentence(why, fact.source), fact))
    return tuple(found)


def _sentence(why: str, source: str) -> str:
    text = why.format(source=source)
    return text[:1].upper() + text[1:]
