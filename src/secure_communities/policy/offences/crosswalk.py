# SPDX-License-Identifier: Apache-2.0
"""Which offences of the catalogue a charge's words could mean: suggestions with reasons, never an assignment (S18).

In: the words, the code as submitted, the state that issued the charge. Out: ranked suggestions, each with its reason
in a sentence. Pure. Only a person who read the words confirms a code. The lists of short forms are this project's
own and draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from secure_communities.policy.offences.catalogue import Offence, offences, states_an_offence

MOST: Final = 5
WORD: Final = re.compile(r"[A-Z0-9]+")
# Short forms of charge sheets and of the catalogue itself, and the one spelling that both are compared in.
ALSO: Final[Mapping[str, str]] = {
    "POSS": "POSSESS", "POSSESSION": "POSSESS", "POSSESSING": "POSSESS", "MARIHUANA": "MARIJUANA", "DIST": "SELL",
    "DISTRIBUTION": "SELL", "SALE": "SELL", "SELLING": "SELL", "AGG": "AGGRAVATED", "AGGRAV": "AGGRAVATED",
    "ASLT": "ASSAULT", "ASSLT": "ASSAULT", "BURG": "BURGLARY", "BURGL": "BURGLARY", "LARC": "LARCENY",
    "THEFT": "LARCENY", "STEALING": "LARCENY", "VEH": "VEHICLE", "AUTO": "VEHICLE", "AUTOMOBILE": "VEHICLE",
    "INFLU": "INFLUENCE", "INFL": "INFLUENCE", "HOM": "HOMICIDE", "MURDER": "HOMICIDE", "MANSL": "MANSLAUGHTER",
    "NEGLIG": "NEGLIGENT", "ROBB": "ROBBERY", "ROB": "ROBBERY", "STGARM": "STRONGARM", "FORG": "FORGERY",
    "FRAUDULENT": "FRAUD", "WPN": "WEAPON", "WEAP": "WEAPON", "WEAPONS": "WEAPON", "GUNS": "GUN", "FIREARM": "GUN",
    "HANDGUN": "GUN", "METH": "AMPHETAMINE", "METHAMPHETAMINE": "AMPHETAMINE", "COKE": "COCAINE",
    "TRESPASS": "TRESPASSING", "DISORD": "DISORDERLY", "DISORDLY": "DISORDERLY", "COND": "CONDUCT",
    "RESID": "RESIDENCE", "RESIDENTIAL": "RESIDENCE", "HABITATION": "RESIDENCE", "DWELLING": "RESIDENCE",
    "NONRESID": "NONRESIDENCE", "BLDG": "BUILDING", "PROP": "PROPERTY", "RECEIV": "RECEIVE", "RECEIVING": "RECEIVE",
    "RESIST": "RESISTING", "OFF": "OFFICER", "OFCR": "OFFICER", "POL": "POLICE", "PUB": "PUBLIC", "SEX": "SEXUAL",
    "ILLEG": "ILLEGAL", "COUNTERFEITED": "COUNTERFEIT", "COUNTERFEITING": "COUNTERFEIT", "FORGED": "FORGERY",
    "MFR": "MANUFACTURE", "MANUF": "MANUFACTURE", "TRANSP": "TRANSPORT", "CONC": "CONCEALED", "CHECKS": "CHECK",
    "DRUG": "DRUGS", "FTA": "APPEAR",
}  # fmt: skip
DRIVING: Final = ("DRIVING", "UNDER", "INFLUENCE")
# What one short form stands for anywhere, in words of the catalogue.
PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "DUI": DRIVING,
    "DWI": DRIVING,
    "CCW": ("CARRYING", "CONCEALED", "WEAPON"),
}
TAKING: Final = ("VEHICLE", "LARCENY")
RECEIVING: Final = ("RECEIVE", "STOLEN", "PROPERTY")
SUBSTANCE: Final = ("DANGEROUS", "DRUGS")
# Short forms that mean this in some states only; elsewhere they mean nothing here.
BY_STATE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "CA": {"GTA": TAKING, "RSP": RECEIVING},
    "CO": {"DWAI": DRIVING},
    "CT": {"OUI": DRIVING},
    "IA": {"OWI": DRIVING},
    "IL": {"UUW": ("POSSESS", "WEAPON"), "PCS": (*SUBSTANCE, "POSSESS")},
    "IN": {"OWI": DRIVING},
    "MA": {"OUI": DRIVING},
    "MD": {"CDS": SUBSTANCE},
    "ME": {"OUI": DRIVING},
    "MI": {"OWI": DRIVING},
    "NJ": {"CDS": SUBSTANCE},
    "NY": {"DWAI": DRIVING, "CPW": ("POSSESS", "WEAPON"), "CPSP": ("POSSESS", "STOLEN", "PROPERTY")},
    "OH": {"OVI": DRIVING},
    "OR": {"DUII": DRIVING, "UUMV": TAKING},
    "PA": {"RSP": RECEIVING},
    "TX": {"UUMV": TAKING, "UCW": ("CARRYING", "PROHIBITED", "WEAPON")},
    "WI": {"OWI": DRIVING},
}
IDLE: Final = frozenset(
    {"THE", "OF", "AND", "OR", "A", "AN", "WITH", "TO", "IN", "BY", "FOR", "ON", "FROM", "SEE", "MIS", "FREE", "TEXT"}
)


class Ground(StrEnum):
    """Why an offence is suggested, the strongest first."""

    SAME_WORDS = "SAME_WORDS"
    SUBMITTED = "SUBMITTED"
    SHARED_WORDS = "SHARED_WORDS"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An offence that the words could mean. `shared`: the catalogue's words found among the charge's.

    `read_as`: short forms that were read as those words, each with what it was taken for.
    """

    offence: Offence
    ground: Ground
    shared: tuple[str, ...]
    read_as: tuple[str, ...] = ()

    @property
    def because(self) -> str:
        """The reason in a sentence or two."""
        if self.ground is Ground.SAME_WORDS:
            said = "The words say what the catalogue says."
        elif self.ground is Ground.SUBMITTED:
            said = "This code was submitted with the charge; nobody has confirmed it."
        else:
            said = f"Words in common: {', '.join(one.lower() for one in self.shared)}."
        return " ".join([said, *(f"{one}." for one in self.read_as)])


@dataclass(frozen=True, slots=True)
class Reading:
    """The telling words of a text in the catalogue's spelling, and for each the short form that it came from."""

    words: frozenset[str]
    came_from: Mapping[str, str]


def suggest(literal: str, *, submitted: str | None = None, state: str = "") -> tuple[Suggestion, ...]:
    """At most five offences that the words could mean, the likeliest first; none where no word is shared.

    `state`: the state that issued the charge: some short forms mean something there alone.
    """
    read = reading(literal, state=state)
    ranked: list[tuple[tuple[float, ...], Suggestion]] = []
    for one, own in _catalogue():
        shared = own & read.words
        if own == read.words and own:
            ground = Ground.SAME_WORDS
        elif one.code == submitted:
            ground = Ground.SUBMITTED
        elif shared:
            ground = Ground.SHARED_WORDS
        else:
            continue
        closeness = len(shared) / len(own | read.words)
        rank = (list(Ground).index(ground), -closeness, float(one.code))
        came = tuple(sorted({read.came_from[word] for word in shared if word in read.came_from}))
        ranked.append((rank, Suggestion(one, ground, tuple(sorted(shared)), came)))
    return tuple(each for _, each in sorted(ranked, key=lambda pair: pair[0])[:MOST])


def reading(text: str, *, state: str = "") -> Reading:
    """A text read word by word: one spelling, short forms written out, idle words left out."""
    here = BY_STATE.get(state.strip().upper(), {})
    words: set[str] = set()
    came_from: dict[str, str] = {}
    for one in WORD.findall(text.upper()):
        local, common = here.get(one), PHRASES.get(one)
        for word in local or common or (ALSO.get(one, one),):
            words.add(word)
            if local or common:
                where = f" in {state.strip().upper()}" if local else ""
                phrase = " ".join(local or common or ()).lower()
                came_from.setdefault(word, f"“{one}” was read{where} as {phrase}")
    return Reading(frozenset(words) - IDLE, came_from)


@cache
def _catalogue() -> tuple[tuple[Offence, frozenset[str]], ...]:
    """Every offence with its words. A status or the filler is never suggested."""
    return tuple((one, reading(one.description).words) for code, one in offences().items() if states_an_offence(code))
