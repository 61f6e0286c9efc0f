# SPDX-License-Identifier: Apache-2.0
"""Keys under which a record is found again: records that share one are worth comparing. Pure.

In: features. Out: short texts; who stores them stores keyed digests of them only. `SCHEME` changes with the keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from secure_communities.linkage import phonetics
from secure_communities.linkage.dates import PartialDate
from secure_communities.linkage.features import Features
from secure_communities.linkage.names import Name

SCHEME = "blocks-1"
MOST_CANDIDATES = 400  # weighed for one question, the ones with the worthiest keys in common
# How much a shared key says, by its first letter: only to choose which candidates are weighed.
_WORTH = {"N": 16, "D": 6, "T": 4, "O": 4, "P": 4, "S": 4, "M": 3, "Q": 2, "R": 2, "Y": 2, "B": 2, "C": 1}
_BANDS = 6  # shingle subsets: each the three least hashes of a permutation of a name's trigrams


def record_keys(features: Features) -> frozenset[str]:
    """Every key that a record is found under."""
    return query_keys(features) | frozenset(_broad(features))


def query_keys(features: Features) -> frozenset[str]:
    """The keys to ask for. What a few people share is asked for; the broad keys only where nothing else is known."""
    narrow = frozenset(_narrow(features))
    return narrow or frozenset(_broad(features))


def worth(key: str) -> int:
    """How much a key in common says."""
    return _WORTH[key[0]]


def _narrow(features: Features) -> Iterator[str]:
    for number in features.numbers:
        yield f"N|{number}"
    for name in features.names:
        codes = _codes(name)
        for one, other in combinations(codes, 2):
            yield f"P|{'|'.join(sorted((one, other)))}"
        for band in _shingles(name):
            yield f"S|{band}"
        for born in features.birth_dates:
            yield from _with_date(name, codes, born)


def _with_date(name: Name, codes: tuple[str, ...], born: PartialDate) -> Iterator[str]:
    for code in codes:
        yield f"Y|{code}|{born.year}" if not born.complete else f"D|{code}|{born.digits}"
        if born.complete:
            first, second = sorted((born.month or 0, born.day or 0))
            yield f"M|{code}|{first:02d}{second:02d}"  # year wrong; day and month in either order
            yield f"Q|{code}|{born.year}{born.month:02d}"
            yield f"R|{code}|{born.year}/{born.day:02d}"
    if born.complete:
        letters = "".join(sorted({one[0] for one in codes}))
        ordered = "".join(sorted(born.digits))
        for token in {one[0] for one in codes}:
            yield f"O|{token}|{born.digits}"  # an initial and the whole date
        yield f"T|{letters}|{ordered}"  # digits exchanged


def _broad(features: Features) -> Iterator[str]:
    for name in features.names:
        for code in _codes(name):
            yield f"C|{code}"
            for born in features.birth_dates:
                yield f"Y|{code}|{born.year}"
    for born in features.birth_dates:
        if born.complete:
            yield f"B|{born.digits}"


def _codes(name: Name) -> tuple[str, ...]:
    """The sounds of a name's words, given names by their full forms, at most eight; initials do not sound."""
    codes: dict[str, None] = {}
    for token in name.surname:
        if len(token) > 1:
            codes[phonetics.sound(token)] = None
    for token in name.given:
        if len(token) > 1:
            for full in sorted(phonetics.full_forms(token)):
                codes[phonetics.sound(full)] = None
    return tuple(codes)[:8]


def _shingles(name: Name) -> Iterator[str]:
    pieces: set[str] = set()
    for token in name.surname[:2] + name.given[:1]:
        pieces |= phonetics.trigrams(phonetics.folded(token))
    if len(pieces) < 4:
        return
    for band in range(_BANDS):
        ranked = sorted(_shuffled(band, piece) for piece in pieces)
        yield f"{band}{(ranked[0] + ranked[1] + ranked[2]).hex()}"


@lru_cache(maxsize=200_000)
def _shuffled(band: int, piece: str) -> bytes:
    return hashlib.blake2b(f"{band}{piece}".encode(), digest_size=6).digest()
