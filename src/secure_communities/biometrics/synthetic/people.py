# SPDX-License-Identifier: Apache-2.0
"""Synthetic people: names nobody bears, dates, places, heights, and numbers from ranges that are never issued.

In: a number. Out: a `Person`, always the same for the same number; numbers below `DISTINCT_NAMES` have names of their
own. Every attribute is drawn independently of every other, so that nothing can be learned from a name or a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

# All surnames begin with SYNTH or SAMPLE: the reserved form by which the system, as shipped, knows synthetic people.
_ENDINGS = (
    "WELL", "FORD", "TON", "BERG", "MAN", "FIELD", "WOOD", "LEY", "STONE", "RIDGE", "WORTH", "SON", "GATE", "MERE",
    "BY", "BROOK", "DALE", "HURST", "LAND", "WICK", "EZ", "ERO", "ANO", "INI", "OV", "SKI", "ENKO", "YAN", "IDIS",
    "OGLU", "ADEH", "ARAN", "WAL", "UKU", "AWA", "AMOTO", "ARSEN", "STROM", "QUIST", "ARD",
)  # fmt: skip
SURNAMES = tuple(stem + ending for ending in _ENDINGS for stem in ("SYNTH", "SAMPLE"))
_WOMEN = (
    "ADA", "BELLA", "CARMEN", "DIANA", "ELENA", "FLORA", "GLORIA", "HELEN", "IRENE", "JULIA", "KAREN", "LUCIA", "MARTA",
    "NORA", "OLGA", "PAULA", "RUTH", "SONIA", "TERESA", "URSULA", "VERA", "WANDA", "YOLANDA", "ZOE",
)  # fmt: skip
_MEN = (
    "ADAM", "BRUNO", "CARLOS", "DAVID", "ERIC", "FELIX", "GEORGE", "HUGO", "IVAN", "JORGE", "KEVIN", "LEON", "MARIO",
    "NILS", "OSCAR", "PEDRO", "RALPH", "SIMON", "TOMAS", "ULRICH", "VICTOR", "WALTER", "YURI", "ZENO",
)  # fmt: skip
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BIRTH_PLACES = (
    "TX",
    "CA",
    "FL",
    "NY",
    "IL",
    "OH",
    "GA",
    "AZ",
    "MM",
    "CD",
    "GT",
    "HD",
    "EL",
    "DR",
    "HT",
    "JM",
    "EN",
    "GE",
)
_RACES = ("W", "B", "A", "I", "U")
_EYES = ("BRO", "BLU", "GRN", "HAZ", "GRY", "BLK")
_HAIR = ("BLK", "BRO", "BLN", "GRY", "RED", "SDY")
_OCCUPATIONS = (
    "CARPENTER",
    "COOK",
    "DRIVER",
    "MECHANIC",
    "NURSE",
    "PAINTER",
    "SALESPERSON",
    "STUDENT",
    "TEACHER",
    "WELDER",
)

DISTINCT_NAMES = len(SURNAMES) * len(_MEN)
_STRIDE = 577  # coprime to the number of names: neighbours in number are far apart in name


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. `number` is also the seed of the fingers (`Identity(person.number)`).

    Codes are NCIC's two-letter places, three-letter eyes and hair, one-letter race; height as feet and inches (`511`),
    weight in pounds (`165`)."""

    number: int
    surname: str
    given: str
    middle: str
    sex: str
    race: str
    birth_date: date
    birth_place: str
    height: str
    weight: str
    eyes: str
    hair: str
    occupation: str
    street: str
    social_security: str
    agency_case: str

    @property
    def name(self) -> str:
        """`SURNAME,GIVEN MIDDLE`, as field 2.018 has it."""
        return f"{self.surname},{self.given} {self.middle}"


def person(number: int) -> Person:
    """The person of that number, from 0 up. Raises ValueError for a negative one."""
    if number < 0:
        raise ValueError(f"person number {number}: expected 0 or more")
    rng = np.random.default_rng([number, 0x9E])
    given, surname = divmod(number * _STRIDE % DISTINCT_NAMES, len(SURNAMES))
    sex = "M" if rng.random() < 0.7 else "F"
    inches = int(np.clip(round(rng.normal(69 if sex == "M" else 64, 2.7)), 56, 78))
    return Person(
        number=number,
        surname=SURNAMES[surname],
        given=(_MEN if sex == "M" else _WOMEN)[given],
        middle=_LETTERS[(number // DISTINCT_NAMES + int(rng.integers(26))) % 26],
        sex=sex,
        race=_RACES[rng.integers(len(_RACES))],
        birth_date=date(1951, 1, 1) + timedelta(days=int(rng.integers(54 * 365))),
        birth_place=_BIRTH_PLACES[rng.integers(len(_BIRTH_PLACES))],
        height=f"{inches // 12}{inches % 12:02d}",
        weight=f"{int(np.clip(rng.normal(2.6 * inches, 25), 95, 320)):03d}",
        eyes=_EYES[rng.integers(len(_EYES))],
        hair=_HAIR[rng.integers(len(_HAIR))],
        occupation=_OCCUPATIONS[rng.integers(len(_OCCUPATIONS))],
        street=f"{int(rng.integers(1, 999))} SYNTHETIC STREET, SAMPLEVILLE",
        social_security=f"000{number % 1_000_000:06d}",
        agency_case=f"SYN-{number:08d}",
    )


def people(count: int, *, first: int = 0) -> Iterator[Person]:
    """`count` people, numbered from `first` on."""
    return (person(number) for number in range(first, first + count))
