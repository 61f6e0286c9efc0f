# SPDX-License-Identifier: Apache-2.0
"""The catalogue of NCIC offence codes, as published in NIEM 2.0 (FBI namespace, `OFFCodeSimpleType`).

In: the data files beside this module, checked against their recorded digest. Out: `Offence` entries by code.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

UNKNOWN_CODE = "0399"
"""What a query carries when no code is known (the IAQ's OFF/ element). As a code it reads "immigration": a filler
must therefore never be counted as a charge."""

STATUS_SERIES = "8000"
"""Codes of this series describe a person's standing ("subject is …"), not something done."""

EDITION = "ncic-niem-2.0"


@dataclass(frozen=True, slots=True)
class Offence:
    """One entry: the code, the catalogue's own words, the series (hundreds) it belongs to."""

    code: str
    description: str
    series: str

    @property
    def is_status(self) -> bool:
        """True where the code describes a person's standing and not an offence."""
        return self.series == STATUS_SERIES


@dataclass(frozen=True, slots=True)
class Edition:
    """Where a catalogue comes from, and the SHA-256 of its data file."""

    edition: str
    system: str
    source: str
    commit: str
    licence: str
    era: str
    codes: int
    sha256: str


class CatalogueError(Exception):
    """The data file is not the one whose digest was recorded with it."""


def edition(name: str = EDITION) -> Edition:
    """The provenance of an edition."""
    folder = resources.files("secure_communities.policy.offences")
    return Edition(**tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))


@cache
def offences(name: str = EDITION) -> Mapping[str, Offence]:
    """Every entry of an edition by code. Raises `CatalogueError` when the file was altered."""
    data = (resources.files("secure_communities.policy.offences") / f"{name}.csv").read_bytes()
    if hashlib.sha256(data).hexdigest() != edition(name).sha256:
        raise CatalogueError(f"policy/offences/{name}.csv differs from the digest in {name}.toml: restore the file")
    rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return MappingProxyType(
        {row["ncic_code"]: Offence(row["ncic_code"], row["description"], row["series"]) for row in rows}
    )


def offence(code: str | None) -> Offence | None:
    """The entry with exactly this code (four ASCII digits), or None."""
    return offences().get(code) if code else None


def is_code(code: str | None) -> bool:
    """Whether the catalogue has this code, the filler 0399 included."""
    return offence(code) is not None


def states_an_offence(code: str | None) -> bool:
    """Whether a charge may stand on this code: in the catalogue, not the filler, not a person's status."""
    found = offence(code)
    return found is not None and found.code != UNKNOWN_CODE and not found.is_status
