# SPDX-License-Identifier: Apache-2.0
"""How candidates are named and ordered so that nothing tells how the machine ranked them. Pure.

A letter belongs to a candidate within its comparison, whoever looks, so that a rationale may name it. The order in
which candidates are shown is each examiner's own and stays the same from one look to the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from string import ascii_uppercase


def letters(examination: int, candidates: Iterable[int]) -> dict[int, str]:
    """A, B, C … Z, AA, AB … for each candidate of a comparison, in an order that only their numbers decide."""
    mixed = sorted(candidates, key=lambda one: _mixed(examination, 0, one))
    return {candidate: _letter(place) for place, candidate in enumerate(mixed)}


def order_for(examiner: int, examination: int, candidates: Iterable[int]) -> list[int]:
    """The candidates in the order in which this examiner sees them."""
    return sorted(candidates, key=lambda one: _mixed(examination, examiner, one))


def _mixed(examination: int, examiner: int, candidate: int) -> bytes:
    return blake2b(f"{examination}:{examiner}:{candidate}".encode(), digest_size=16).digest()


def _letter(place: int) -> str:
    first, last = divmod(place, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[last]
