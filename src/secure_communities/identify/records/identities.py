# SPDX-License-Identifier: Apache-2.0
"""Who a record says a person is: frozen shapes whose `repr` shows numbers only, never a name or a date of birth.

Pure: in, mappings as they are sealed or submitted; out, dataclasses with real dates.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, repr=False)
class CriminalIdentity:
    """A person of the criminal register. `names` are `SURNAME,GIVEN MIDDLE`, the principal one first."""

    ucn: str
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    dob: datetime.date | None = None
    sex: str = ""
    pob: str = ""
    sid: str | None = None
    race: str = ""
    height: str = ""
    weight: str = ""
    eyes: str = ""
    hair: str = ""
    citizenship: str = ""

    def __repr__(self) -> str:
        return f"CriminalIdentity({self.ucn})"

    @property
    def name(self) -> str | None:
        """The principal name."""
        return self.names[0] if self.names else None


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """One identity a person gave at some immigration encounter, with the document shown."""

    family: str = ""
    given: str = ""
    middle: str = ""
    dob: datetime.date | None = None
    pob: str = ""
    citizenship: str = ""
    sex: str = ""
    doc_type: str = ""
    doc_no: str = ""

    def __repr__(self) -> str:
        return "Identity(…)"

    @property
    def name(self) -> str:
        """`FAMILY,GIVEN MIDDLE`."""
        return f"{self.family},{self.given} {self.middle}".rstrip()


@dataclass(frozen=True, slots=True, repr=False)
class Encounter:
    """One immigration encounter: the day, the class of organisation, the site, why, all as codes."""

    date: datetime.date | None = None
    organisation_class: str = ""
    site: str = ""
    reason: str = ""

    def __repr__(self) -> str:
        return "Encounter(…)"


@dataclass(frozen=True, slots=True, repr=False)
class ImmigrationIdentity:
    """What the immigration register holds on a person, before the protected-person filter has ruled on it."""

    fin: str
    identities: tuple[Identity, ...] = ()
    a_number: str | None = None
    last_encounter: Encounter | None = None
    encounters: tuple[Encounter, ...] = ()

    def __repr__(self) -> str:
        return f"ImmigrationIdentity({self.fin})"


def identity_of(raw: Identity | Mapping[str, Any]) -> Identity:
    """An identity from a mapping of its fields; ValueError names the fields that do not exist."""
    return raw if isinstance(raw, Identity) else Identity(**_known(Identity, raw, dates=("dob",)))


def encounter_of(raw: Encounter | Mapping[str, Any]) -> Encounter:
    """An encounter from a mapping; `class` is taken for `organisation_class`."""
    if isinstance(raw, Encounter):
        return raw
    renamed = {"organisation_class" if key == "class" else key: value for key, value in raw.items()}
    return Encounter(**_known(Encounter, renamed, dates=("date",)))


def criminal_identity_of(ucn: str, raw: Mapping[str, Any]) -> CriminalIdentity:
    """A criminal identity from stored demographics."""
    values = _known(CriminalIdentity, raw, dates=("dob",))
    for key in ("names", "aliases"):
        values[key] = tuple(values.get(key, ()))
    return CriminalIdentity(ucn, **values)


def plain(value: Any) -> Any:
    """A value as JSON holds it: dataclasses as mappings, dates as ISO text, tuples as lists."""
    if isinstance(value, (Identity, Encounter)):
        return plain(asdict(value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def _known(shape: type, raw: Mapping[str, Any], *, dates: tuple[str, ...]) -> dict[str, Any]:
    known = {one.name for one in fields(shape)}
    if strange := sorted(set(raw) - known):
        raise ValueError(f"{shape.__name__} has no {', '.join(strange)}; it has {', '.join(sorted(known))}")
    values = dict(raw)
    for key in dates:
        if isinstance(values.get(key), str):
            values[key] = _day(values[key], key)
    return values


def _day(text: str, key: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:  # its own text would quote a date of birth
        raise ValueError(f"{key} is not a date: give YYYY-MM-DD") from None
