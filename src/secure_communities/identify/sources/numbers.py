# SPDX-License-Identifier: Apache-2.0
"""The numbers entries are filed under, as blind indexes: equal numbers are found, none can be read.

In: numbers with their kind. Out: 16 bytes each.
"""

from __future__ import annotations

from collections.abc import Mapping

from secure_communities.identify.evidence.ports import Basis, SearchRequest
from secure_communities.platform import identifiers
from secure_communities.platform.keys import services as keys

CONTEXT = "sources.number"
RESERVED = {
    Basis.FIN: identifiers.refuse_fin,
    Basis.A_NUMBER: identifiers.refuse_a_number,
    Basis.UCN: identifiers.refuse_ucn,
}


def index(basis: Basis, number: str) -> bytes:
    """The blind index of one number."""
    return keys.blind_index(f"{basis}:{number}", context=CONTEXT)


def of_request(request: SearchRequest) -> dict[bytes, Basis]:
    """The indexes of every number in a request."""
    asked = [(Basis.FIN, request.fin), *((Basis.A_NUMBER, one) for one in request.a_numbers)]
    if request.ucn:
        asked.append((Basis.UCN, request.ucn))
    return {index(basis, number): basis for basis, number in asked}


def refuse(numbers: Mapping[Basis, tuple[str, ...]]) -> str | None:
    """Why an entry may not be filed under these: only reserved numbers are held here."""
    for basis, every in numbers.items():
        for number in every:
            if refusal := RESERVED[basis](number):
                return refusal
    return None if any(numbers.values()) else "An entry is filed under at least one number."
