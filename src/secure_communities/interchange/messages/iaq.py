# SPDX-License-Identifier: Apache-2.0
"""The Immigration Alien Query (official name): asks the support centre about one person, on one match.

Modelled on the legacy text layout (domain reference, 2.4): `IAQ.sender.destination[.control].TXT.` and then items
`TAG/value`, each ended by a full stop. The charge is a four-digit code that somebody submitted or confirmed, or 0399
marked UNKNOWN; nothing here derives it from text (S4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Self

from secure_communities.interchange.messages.errors import INVALID, MISSING, RELATIONSHIP, STRUCTURE, MessageError
from secure_communities.interchange.messages.layout import Layout, load_layout
from secure_communities.interchange.messages.text import BANNER, fold, read_text
from secure_communities.interchange.messages.values import compact, read_date, read_word

VERSION: Final = "1.0"
UNKNOWN_OFFENCE: Final = "0399"
_BANNER_TAG: Final = "NTE"
_FIXED: Final = ("PUR", "ATN", "PHN", "NAM", "DOB", "SEX", "POB", "CUS", "OFF")
_SENDER: Final = re.compile(r"[A-Z0-9]{9}")
_DESTINATION: Final = re.compile(r"[A-Z]{2}")
_CONTROL: Final = re.compile(r"[A-Z0-9-]{1,40}")
_ITEM: Final = re.compile(r"([A-Z][A-Z0-9]{1,7})/(.*)", re.DOTALL)


class Purpose(StrEnum):
    """Why the query is made."""

    CRIMINAL_JUSTICE = "C"
    FIREARMS = "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImmigrationQuery:
    """One query. `offence` is an NCIC-style code of four digits; UNKNOWN_OFFENCE stands for an unknown charge.

    `dob` is ccyymmdd or mmddyy as submitted. A query from a biometric match also names `fin`, `tcn` and
    `data_response` (the IDR that led to it): all three or none.
    """

    sender: str
    destination: str
    attention: str
    phone: str
    name: str
    dob: str
    sex: str
    pob: str
    in_custody: bool
    offence: str
    purpose: Purpose = Purpose.CRIMINAL_JUSTICE
    control: str = ""
    a_number: str = ""
    fbi: str = ""
    sid: str = ""
    licence: str = ""
    licence_state: str = ""
    soc: str = ""
    passport: str = ""
    father: str = ""
    mother: str = ""
    aliases: tuple[str, ...] = ()
    remarks: str = ""
    reason: str = ""
    fin: str = ""
    tcn: str = ""
    data_response: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def charge_unknown(self) -> bool:
        """Whether the charge is UNKNOWN: 0399, with or without the marker, is never a charge (S4)."""
        return self.offence == UNKNOWN_OFFENCE

    @property
    def biometric(self) -> bool:
        """Whether a fingerprint match led to this query."""
        return bool(self.fin)

    @property
    def identity_key(self) -> tuple[str, str, int]:
        """(tcn, kind, version): a receiver keeps one message for each."""
        return self.tcn, "IAQ", 1

    def encode(self) -> str:
        """The query, folded at 72 characters. Raises MessageError with the tag of the item that cannot be sent."""
        layout = load_layout("iaq", VERSION)
        layout.check_extra(self.extra)
        head = ["IAQ", self.sender, self.destination, *([self.control] if self.control else []), "TXT"]
        _check_head(head)
        pairs = compact([*self._fixed(), *self._optional(), *self.extra])
        _check(layout, pairs)
        items = [*head, *(f"{tag}/{value}" for tag, value in pairs), f"{_BANNER_TAG}/{BANNER}"]
        return fold(".".join(items) + ".") + "\n"

    @classmethod
    def decode(cls, message: str | bytes) -> Self:
        """Read a query: strict on header, mandatory items and their order; free order, folds and unknown tags after.

        Raises MessageError.
        """
        items = [item.strip() for item in read_text(message).strip().split(".")]
        if items.pop() != "":
            raise MessageError(STRUCTURE, "", "the last item does not end with a full stop")
        if "TXT" not in items[:5]:
            raise MessageError(STRUCTURE, "TXT", "the start of text is missing from the header")
        start = items.index("TXT") + 1
        _check_head(items[:start])
        layout = load_layout("iaq", VERSION)
        pairs = _read_items(items[start:])
        _check(layout, pairs)
        return cls._from_pairs(items[:start], pairs, layout.unknown(pairs))

    def _fixed(self) -> list[tuple[str, str]]:
        values = (str(self.purpose), self.attention, self.phone, self.name, self.dob, self.sex, self.pob)
        return [*zip(_FIXED, (*values, "Y" if self.in_custody else "N", self.offence), strict=True)]

    def _optional(self) -> list[tuple[str, str]]:
        if len({bool(self.fin), bool(self.tcn), bool(self.data_response)}) > 1:
            raise MessageError(RELATIONSHIP, "SRC", "a query from a biometric match names FIN, TCN and IDRREF together")
        return [
            ("OFFUNK", "Y" if self.charge_unknown else ""),
            ("ARN", self.a_number),
            ("FBI", self.fbi),
            ("SID", self.sid),
            ("OLN", self.licence),
            ("OLS", self.licence_state),
            ("SOC", self.soc),
            ("PPN", self.passport),
            ("FAT", self.father),
            ("MOT", self.mother),
            *(("AKA", alias) for alias in self.aliases),
            ("REM", self.remarks),
            ("REASON", self.reason),
            ("FIN", self.fin),
            ("TCN", self.tcn),
            ("IDRREF", self.data_response),
            ("SRC", "BIOMETRIC" if self.biometric else ""),
        ]

    @classmethod
    def _from_pairs(
        cls, head: Sequence[str], pairs: Sequence[tuple[str, str]], extra: tuple[tuple[str, str], ...]
    ) -> Self:
        values = dict(pairs)
        return cls(
            sender=head[1],
            destination=head[2],
            control=head[3] if len(head) == 5 else "",
            purpose=read_word("PUR", values["PUR"], Purpose),
            attention=values["ATN"],
            phone=values["PHN"],
            name=values["NAM"],
            dob=values["DOB"],
            sex=values["SEX"],
            pob=values["POB"],
            in_custody=values["CUS"] == "Y",
            offence=values["OFF"],
            a_number=values.get("ARN", ""),
            fbi=values.get("FBI", ""),
            sid=values.get("SID", ""),
            licence=values.get("OLN", ""),
            licence_state=values.get("OLS", ""),
            soc=values.get("SOC", ""),
            passport=values.get("PPN", ""),
            father=values.get("FAT", ""),
            mother=values.get("MOT", ""),
            aliases=tuple(value for tag, value in pairs if tag == "AKA"),
            remarks=values.get("REM", ""),
            reason=values.get("REASON", ""),
            fin=values.get("FIN", ""),
            tcn=values.get("TCN", ""),
            data_response=values.get("IDRREF", ""),
            extra=extra,
        )


def _check_head(head: Sequence[str]) -> None:
    sender, destination, control = head[1:2], head[2:3], head[3:-1]
    if head[0] != "IAQ" or len(head) not in (4, 5):
        raise MessageError(STRUCTURE, "", "the header is not IAQ.sender.destination[.control].TXT")
    if not _SENDER.fullmatch(sender[0]):
        raise MessageError(INVALID, "ORI", "the sender is not nine capital letters and digits")
    if not _DESTINATION.fullmatch(destination[0]):
        raise MessageError(INVALID, "DST", "the destination is not two capital letters")
    if control and (control[0] == "TXT" or not _CONTROL.fullmatch(control[0])):
        raise MessageError(INVALID, "CTL", "the control field is not 1 to 40 capital letters, digits and hyphens")


def _read_items(items: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for number, item in enumerate(items, start=1):
        found = _ITEM.fullmatch(item)
        if not found:
            raise MessageError(STRUCTURE, "", f"item {number} after TXT is not TAG/value")
        tag, value = found[1], found[2].strip()
        if tag != _BANNER_TAG and (value or tag in _FIXED):
            pairs.append((tag, value))
    return pairs


def _check(layout: Layout, pairs: Sequence[tuple[str, str]]) -> None:
    tags = [tag for tag, _value in pairs]
    for place, expected in enumerate(_FIXED):
        if place >= len(tags) or tags[place] != expected:
            missing = expected not in tags
            text = "is mandatory" if missing else f"is not at its place {place + 1} in the fixed order"
            raise MessageError(MISSING if missing else STRUCTURE, expected, text)
    layout.check(pairs, kind="QUERY")
    values = dict(pairs)
    if "OFFUNK" in values and values["OFF"] != UNKNOWN_OFFENCE:
        raise MessageError(RELATIONSHIP, "OFFUNK", f"marks the charge as unknown, but OFF is not {UNKNOWN_OFFENCE}")
    if len({tag in values for tag in ("FIN", "TCN", "IDRREF", "SRC")}) > 1:
        raise MessageError(RELATIONSHIP, "SRC", "a query from a biometric match has FIN, TCN, IDRREF and SRC together")
    _check_birth(values["DOB"])


def _check_birth(value: str) -> None:
    if value == "00000000":  # unknown, as in the booking
        return
    if len(value) == 6:
        read_date("DOB", f"20{value[4:]}{value[:4]}")  # whether it can be a date at all; the century stays open
    else:
        read_date("DOB", value)


def date_of_birth(query: ImmigrationQuery) -> date | None:
    """The date of birth where the query gives it in full; None for mmddyy (no century) and for unknown."""
    return read_date("DOB", query.dob) if len(query.dob) == 8 and query.dob != "00000000" else None
