# SPDX-License-Identifier: Apache-2.0
"""How names sound: one spelling for many, a consonant code, pet forms, trigrams. Pure, from tables of our own.

In: tokens of `names.Name`. Out: short codes; equal codes mean "may be written for one another", never "the same".
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

import jellyfish

_VOWELS = frozenset("AEIOU")


@cache
def _spellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = tomllib.loads((files(__package__) / "tables" / "transliterations.toml").read_text())
    return tuple((re.compile(old), new) for family in table["family"] for old, new in family["spellings"])


@cache
def _pet_forms() -> dict[str, frozenset[str]]:
    table = tomllib.loads((files(__package__) / "tables" / "nicknames.toml").read_text())
    known: dict[str, set[str]] = {}
    for group in table["groups"]:
        names = group.split()
        for name in names:
            known.setdefault(name, set()).add(names[0])
    return {name: frozenset(groups) for name, groups in known.items()}


@lru_cache(maxsize=200_000)
def folded(token: str) -> str:
    """One spelling for the ways in which a name of another script is written: `KHADOUREE` and `HADURI` are one."""
    text = re.sub(r"^(?:AL|EL)(?=[A-Z]{5})", "", token)
    for old, new in _spellings():
        text = old.sub(new, text)
    return text


@lru_cache(maxsize=200_000)
def sound(token: str) -> str:
    """A consonant code of the folded spelling, aware of Spanish: B and V, C, S and Z, G, J and H, K and Q are one."""
    text = folded(token)
    text = re.sub(r"C(?=[EI])", "S", text)
    text = re.sub(r"G(?=[EI])", "J", text)
    text = re.sub(r"(?<=[AEIOU])H|H$", "", text)
    text = text.replace("SH", "S").replace("CH", "S").replace("TS", "S").replace("X", "S")
    text = text.translate(str.maketrans("VZCQJ", "BSKKH"))
    head, rest = text[:1], re.sub(r"[AEIOUH]", "", text[1:])
    code = ("A" if head in _VOWELS else head) + rest
    return re.sub(r"(.)\1+", r"\1", code)[:6]


@lru_cache(maxsize=200_000)
def metaphone(token: str) -> str:
    """The English metaphone code (jellyfish)."""
    return str(jellyfish.metaphone(token))


@lru_cache(maxsize=100_000)
def full_forms(token: str) -> frozenset[str]:
    """The full given names that a given name may stand for; itself when the table has none."""
    return _pet_forms().get(token) or frozenset({token})


def trigrams(text: str) -> frozenset[str]:
    """The three-letter pieces of a text with its ends marked."""
    padded = f"^{text}$"
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def known_full_forms() -> frozenset[str]:
    """Every full given name of the table."""
    return frozenset(form for forms in _pet_forms().values() for form in forms)


def pet_forms_of(full: str) -> list[str]:
    """The short and pet forms of a full given name, sorted."""
    return sorted(name for name, forms in _pet_forms().items() if full in forms and name != full)
