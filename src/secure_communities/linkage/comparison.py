# SPDX-License-Identifier: Apache-2.0
"""How two names agree, as one of a closed list of levels, best first. Pure, and symmetric.

In: `Name`s. Out: a level's code. What a level weighs is the model's matter, not this module's.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import jellyfish

from secure_communities.linkage import phonetics
from secure_communities.linkage.names import Name


class Surnames(StrEnum):
    """How two surnames agree."""

    SAME = "same"
    REORDERED = "reordered"
    PART = "part"
    SPELLING = "spelling"
    CLOSE = "close"
    SOUND = "sound"
    SIMILAR = "similar"
    DIFFERENT = "different"
    MISSING = "missing"


class Givens(StrEnum):
    """How two sets of given names agree."""

    SAME = "same"
    PET_FORM = "pet_form"
    SPELLING = "spelling"
    SHARED = "shared"
    CLOSE = "close"
    SOUND = "sound"
    INITIAL = "initial"
    SIMILAR = "similar"
    DIFFERENT = "different"
    MISSING = "missing"


class Middles(StrEnum):
    """How the names after the first given name agree."""

    SAME = "same"
    INITIAL = "initial"
    DIFFERENT = "different"
    MISSING = "missing"


@lru_cache(maxsize=400_000)
def likeness(one: str, other: str) -> float:
    """Jaro–Winkler likeness of two words, 0 to 1; the same whichever comes first."""
    low, high = (one, other) if one <= other else (other, one)
    return float(jellyfish.jaro_winkler_similarity(low, high))


@lru_cache(maxsize=400_000)
def edits(one: str, other: str) -> int:
    """Letters added, left out, changed, or exchanged with their neighbour, to come from one word to the other."""
    return int(jellyfish.damerau_levenshtein_distance(one, other))


def surnames(a: tuple[str, ...], b: tuple[str, ...]) -> Surnames:
    """The best level at which two surnames, as tokens, agree."""
    if not a or not b:
        return Surnames.MISSING
    one, other = "".join(a), "".join(b)
    if one == other:
        return Surnames.SAME
    if sorted(a) == sorted(b):
        return Surnames.REORDERED
    if {token for token in a if len(token) > 1} & set(b):
        return Surnames.PART
    return _alike(a, b, one, other)


def _alike(a: tuple[str, ...], b: tuple[str, ...], one: str, other: str) -> Surnames:
    pairs = [(one, other)] + [(x, y) for x in a for y in b if len(a) + len(b) > 2]
    if any(phonetics.folded(x) == phonetics.folded(y) for x, y in pairs):
        return Surnames.SPELLING
    if any(_close(x, y) for x, y in pairs):
        return Surnames.CLOSE
    if any(_sounds_alike(x, y) for x, y in pairs):
        return Surnames.SOUND
    return Surnames.SIMILAR if any(_similar(x, y) for x, y in pairs) else Surnames.DIFFERENT


def givens(a: tuple[str, ...], b: tuple[str, ...]) -> Givens:
    """The best level at which the given names agree: the first of each, else any of them crosswise."""
    if not a or not b:
        return Givens.MISSING
    one, other = a[0], b[0]
    if one == other and len(one) > 1:
        return Givens.SAME
    if len(one) > 1 and phonetics.full_forms(one) & phonetics.full_forms(other):
        return Givens.PET_FORM
    if phonetics.folded(one) == phonetics.folded(other):
        return Givens.SPELLING
    if any(
        x == y or phonetics.full_forms(x) & phonetics.full_forms(y) for x in a for y in b if min(len(x), len(y)) > 1
    ):
        return Givens.SHARED
    if _close(one, other):
        return Givens.CLOSE
    if _sounds_alike(one, other):
        return Givens.SOUND
    if min(len(one), len(other)) == 1:
        return Givens.INITIAL if one[0] == other[0] else Givens.DIFFERENT
    return Givens.SIMILAR if _similar(one, other) else Givens.DIFFERENT


def middles(a: tuple[str, ...], b: tuple[str, ...]) -> Middles:
    """How what follows the first given name agrees; MISSING where one side gives nothing more."""
    one, other = a[1:], b[1:]
    if not one or not other:
        return Middles.MISSING
    if set(one) & {token for token in other if len(token) > 1}:
        return Middles.SAME
    return Middles.INITIAL if {token[0] for token in one} & {token[0] for token in other} else Middles.DIFFERENT


def turned(name: Name) -> Name:
    """The name with its given names where the surname stands: forms are filled in the wrong way round."""
    return Name(name.given[:1], (*name.surname, *name.given[1:]), name.suffix)


@lru_cache(maxsize=400_000)
def _close(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter < 4:
        return False
    return edits(one, other) <= (1 if shorter < 8 else 2)


@lru_cache(maxsize=400_000)
def _sounds_alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 3:
        return False
    code = phonetics.sound(one)
    return (len(code) > 1 and code == phonetics.sound(other)) or (
        len(phonetics.metaphone(one)) > 1 and phonetics.metaphone(one) == phonetics.metaphone(other)
    )


@lru_cache(maxsize=400_000)
def _similar(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 3 and likeness(one, other) >= 0.86
