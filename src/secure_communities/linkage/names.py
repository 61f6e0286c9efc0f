# SPDX-License-Identifier: Apache-2.0
"""Names as people and registers write them, brought to one form. Pure.

In: `SURNAME,GIVEN MIDDLE` (EBTS 2.018) or free text. Out: `Name`: upper-case ASCII tokens of surname and given names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV", "2ND", "3RD"})
# Small words of surnames: written or left out at will, joined to the next word or not, so they never tell people apart.
PARTICLES = frozenset(
    {"DE", "DEL", "LA", "LAS", "LOS", "DA", "DAS", "DO", "DOS", "DI", "DU", "LE", "VAN", "VON", "VANDER", "DER", "DEN",
     "TEN", "TER", "AL", "EL", "AS", "AD", "AR", "BIN", "BINT", "IBN", "BEN", "ABU", "ST", "Y", "E"}
)  # fmt: skip
_LETTERS = str.maketrans(
    {"Ø": "O", "Đ": "D", "Ł": "L", "Æ": "AE", "Œ": "OE", "ß": "SS", "ẞ": "SS", "Þ": "TH", "ı": "I"}
)
_PLACEHOLDERS = frozenset({"NMN", "NMI", "FNU", "LNU", "UNKNOWN"})  # no middle name, first or last name unknown


@dataclass(frozen=True, slots=True)
class Name:
    """One name. `surname` and `given` hold tokens in the order written; either may be empty."""

    surname: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    suffix: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """All of them, surname first."""
        return self.surname + self.given

    def __bool__(self) -> bool:
        return bool(self.surname or self.given)


def plain(text: str) -> str:
    """Upper-case ASCII letters, digits, comma and single spaces; accents and apostrophes go, hyphens part words."""
    upper = text.upper().translate(_LETTERS)
    bare = "".join(one for one in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(one))
    bare = re.sub(r"['’ʼ`´ʻ.]", "", bare)
    return re.sub(r" +", " ", re.sub(r"[^A-Z0-9,]+", " ", bare)).strip()


@lru_cache(maxsize=200_000)
def clean(text: str) -> Name:
    """A name in its one form. Without a comma the last word is the surname: `JUAN SAMPLE` reads `SAMPLE,JUAN`."""
    family, comma, rest = plain(text).partition(",")
    words = family.split()
    if not comma and len(words) > 1:
        ending = 2 if words[-1] in SUFFIXES and len(words) > 2 else 1
        words, rest = words[-ending:], " ".join(words[:-ending])
    given = [one for one in rest.replace(",", " ").split() if one not in _PLACEHOLDERS]
    suffix = next((one for one in (*words, *given) if one in SUFFIXES), "")
    surname = [one for one in words if one not in SUFFIXES and one not in _PLACEHOLDERS]
    given = [one for one in given if one not in SUFFIXES]
    return Name(_without_particles(surname), _without_particles(given), suffix)


def _without_particles(words: list[str]) -> tuple[str, ...]:
    """Particles dropped, also an Arabic article written as one word with its name; never all of the words."""
    kept = [one for one in words if one not in PARTICLES] or words
    return tuple(kept)
