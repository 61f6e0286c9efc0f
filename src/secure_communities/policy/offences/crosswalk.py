# SPDX-License-Identifier: Apache-2.0
"""Which offences of the catalogue a charge's words could mean: suggestions with reasons, never an assignment (S18).

In: the words and the code as submitted. Out: ranked suggestions. Only a person who read the words confirms a code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from secure_communities.policy.offences.catalogue import Offence, offences, states_an_offence

MOST: Final = 5
WORD: Final = re.compile(r"[A-Z0-9]+")
# Words that charge sheets shorten, and what the catalogue calls them. This project's own list; draft.
ALSO: Final[dict[str, str]] = {
    "POSS": "POSSESS", "POSSESSION": "POSSESS", "MARIHUANA": "MARIJUANA", "DIST": "SELL", "DISTRIBUTION": "SELL",
    "SALE": "SELL", "AGG": "AGGRAV", "AGGRAVATED": "AGGRAV", "ASLT": "ASSAULT", "BURG": "BURGLARY", "LARC": "LARCENY",
    "THEFT": "LARCENY", "STEALING": "LARCENY", "VEH": "VEHICLE", "AUTO": "VEHICLE", "DUI": "DRIVING",
    "DWI": "DRIVING", "INFLUENCE": "INFLU", "MURDER": "HOMICIDE", "HOM": "HOMICIDE", "ROBB": "ROBBERY",
    "FORG": "FORGERY", "FRAUDULENT": "FRAUD", "WPN": "WEAPON", "METH": "AMPHETAMINE", "TRESPASS": "TRESPASSING",
}  # fmt: skip
IDLE: Final = frozenset({"THE", "OF", "AND", "OR", "A", "AN", "WITH", "TO", "IN", "BY", "FOR", "ON", "FREE", "TEXT"})


class Ground(StrEnum):
    """Why an offence is suggested, the strongest first."""

    SAME_WORDS = "SAME_WORDS"
    SUBMITTED = "SUBMITTED"
    SHARED_WORDS = "SHARED_WORDS"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An offence that the words could mean. `shared`: the catalogue's words found among the charge's."""

    offence: Offence
    ground: Ground
    shared: tuple[str, ...]

    @property
    def because(self) -> str:
        """The reason in a sentence."""
        if self.ground is Ground.SAME_WORDS:
            return "The words say what the catalogue says."
        if self.ground is Ground.SUBMITTED:
            return "This code was submitted with the charge; nobody has confirmed it."
        return f"Words in common: {', '.join(one.lower() for one in self.shared)}."


def suggest(literal: str, *, submitted: str | None = None) -> tuple[Suggestion, ...]:
    """At most five offences that the words could mean, the likeliest first; none where no word is shared."""
    words = tokens(literal)
    ranked: list[tuple[tuple[float, ...], Suggestion]] = []
    for one, own in _catalogue():
        shared = own & words
        if own == words and own:
            ground = Ground.SAME_WORDS
        elif one.code == submitted:
            ground = Ground.SUBMITTED
        elif shared:
            ground = Ground.SHARED_WORDS
        else:
            continue
        closeness = len(shared) / len(own | words)
        rank = (list(Ground).index(ground), -closeness, float(one.code))
        ranked.append((rank, Suggestion(one, ground, tuple(sorted(shared)))))
    return tuple(each for _, each in sorted(ranked, key=lambda pair: pair[0])[:MOST])


def tokens(text: str) -> frozenset[str]:
    """The telling words of a text, in the catalogue's spelling."""
    return frozenset(ALSO.get(one, one) for one in WORD.findall(text.upper())) - IDLE


@cache
def _catalogue() -> tuple[tuple[Offence, frozenset[str]], ...]:
    return tuple((one, tokens(one.description)) for code, one in offences().items() if states_an_offence(code))
