# SPDX-License-Identifier: Apache-2.0
"""The Immigration Alien Response (official name): an officer's determination, as the support centre answers it.

Modelled on the published header and a reconstructed content (domain reference, 2.5); the coded vocabulary is ours. An
agency's copy leaves out evidence, confidence and reviewer, and says nothing of a person who has not been cleared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from secure_communities.interchange.messages.disclosure import Audience, Protection
from secure_communities.interchange.messages.errors import RELATIONSHIP, STRUCTURE, MessageError
from secure_communities.interchange.messages.iaq import UNKNOWN_OFFENCE
from secure_communities.interchange.messages.layout import load_layout, read_pairs, write_lines
from secure_communities.interchange.messages.text import read_lines
from secure_communities.interchange.messages.values import (
    compact,
    read_parts,
    read_time,
    read_word,
    write_parts,
    write_time,
)
from secure_communities.interchange.messages.vocabulary import (
    WITHHELD_SENTENCE,
    Determination,
    may_be_disclosed,
    sentence,
)

VERSION: Final = "1.0"
_HEAD: Final = re.compile(r"IAR\.([A-Z0-9]{9})\.([A-Z0-9]{9})\.([A-Z0-9-]{1,60})\.TXT")


class Basis(StrEnum):
    """What the person was found by."""

    BIOMETRIC = "BIOMETRIC"
    NAME_DOB = "NAME_DOB"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record that was consulted: system, record number, and when it was retrieved (aware)."""

    system: str
    record: str
    retrieved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImmigrationResponse:
    """One answer of the support centre to one query about the submission `tcn`.

    `determination` is None only in a withheld answer, which says nothing. `control` is the reference of the query;
    name to offence echo it. PROTECTED_1367 carries no item about the person in any copy. AGENCY is the default copy.
    """

    sender: str
    destination: str
    control: str
    tcn: str
    generated_at: datetime
    basis: Basis
    determination: Determination | None
    version: int = 1
    name: str = ""
    dob: str = ""
    sex: str = ""
    pob: str = ""
    offence: str = ""
    a_number: str = ""
    criminal_note: str = ""
    next_step: str = ""
    contact: str = ""
    officer: str = ""
    authority: str = ""
    determined_at: datetime | None = None
    reviewer: str = ""
    confidence: str = ""
    rules_version: str = ""
    evidence: tuple[Evidence, ...] = ()
    protection: Protection = Protection.UNKNOWN
    audience: Audience = Audience.AGENCY
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def identity_key(self) -> tuple[str, str, int]:
        """(tcn, kind, version): a receiver keeps one message for each."""
        return self.tcn, "IAR", self.version

    @property
    def status_sentence(self) -> str:
        """The plain sentence that stands for the determination."""
        return WITHHELD_SENTENCE if self.determination is None else sentence(self.determination)

    @property
    def may_show_person(self) -> bool:
        """Whether an agency may be told anything: the filter has cleared the person, and the code may be disclosed."""
        disclosed = self.determination is not None and may_be_disclosed(self.determination)
        return disclosed and self.protection is Protection.CLEARED

    def for_agency(self) -> Self:
        """The copy for the jail: without evidence, confidence, reviewer, rule version and unknown items.

        Where the person may not be shown, the whole determination is withheld. (Where policy answers NO_MATCH, no
        second part is sent at all: see combined.py.)
        """
        if self.may_show_person:
            return replace(
                self, audience=Audience.AGENCY, evidence=(), confidence="", reviewer="", rules_version="", extra=()
            )
        return self.withheld()

    def withheld(self) -> Self:
        """An agency's copy that says nothing but that nothing is said."""
        return type(self)(
            sender=self.sender,
            destination=self.destination,
            control=self.control,
            tcn=self.tcn,
            generated_at=self.generated_at,
            basis=self.basis,
            version=self.version,
            contact=self.contact,
            determination=None,
        )

    def encode(self) -> str:
        """The message as lines of at most 72 characters. Raises MessageError, also for what this copy may not show."""
        self._check_disclosure()
        head = f"IAR.{self.sender}.{self.destination}.{self.control}.TXT"
        if not _HEAD.fullmatch(head):
            raise MessageError(STRUCTURE, "", "the header is not IAR.sender.destination.control.TXT")
        layout = load_layout("iar", VERSION)
        layout.check_extra(self.extra)
        pairs = compact([*self._answer(), *self._echo(), *self._authorship(), *self.extra])
        layout.check(pairs, kind=self._kind())
        _check_offence(dict(pairs))
        return write_lines(head, pairs)

    @classmethod
    def decode(cls, message: str | bytes) -> Self:
        """Read a message: any order of items, folded lines, unknown tags kept in `extra`. Raises MessageError."""
        lines = read_lines(message)
        head = _HEAD.fullmatch(lines[0])
        if not head:
            raise MessageError(STRUCTURE, "", "the header is not IAR.sender.destination.control.TXT")
        layout = load_layout("iar", VERSION)
        pairs = read_pairs(lines[1:])
        kind = "DETERMINATION" if any(tag == "DET" for tag, _value in pairs) else "WITHHELD"
        layout.check(pairs, kind=kind)
        _check_offence(dict(pairs))
        return cls._from_pairs(head.groups(), pairs, layout.unknown(pairs))

    def _kind(self) -> str:
        return "WITHHELD" if self.determination is None else "DETERMINATION"

    def _shows_person(self) -> bool:
        echo = (self.name, self.dob, self.sex, self.pob, self.offence, self.a_number, self.criminal_note)
        return any(echo) or bool(self.evidence or self.extra)

    def _check_disclosure(self) -> None:
        agency = self.audience is Audience.AGENCY
        if self.determination is Determination.PROTECTED_1367 and (self._shows_person() or self.next_step):
            raise MessageError(RELATIONSHIP, "DET", "a protected answer carries nothing about the person")
        if agency and self.determination is not None and not may_be_disclosed(self.determination):
            raise MessageError(RELATIONSHIP, "DET", "this determination is not for an agency's copy; use for_agency()")
        if agency and (self.evidence or self.confidence or self.reviewer or self.rules_version):
            raise MessageError(RELATIONSHIP, "EVD", "an agency's copy shows no evidence; use for_agency()")
        if agency and self.determination is not None and not self.may_show_person:
            raise MessageError(RELATIONSHIP, "PRT", "the person is not cleared for an agency's copy; use for_agency()")

    def _answer(self) -> list[tuple[str, str]]:
        officer = self.audience is Audience.OFFICER
        return [
            ("TCN", self.tcn),
            ("REV", str(self.version)),
            ("CPY", str(self.audience)),
            ("PRT", str(self.protection) if officer else ""),
            ("GEN", write_time("GEN", self.generated_at)),
            ("BAS", str(self.basis)),
            ("DET", str(self.determination or "")),
            ("STA", self.status_sentence),
        ]

    def _echo(self) -> list[tuple[str, str]]:
        return [
            ("NAM", self.name),
            ("DOB", self.dob),
            ("SEX", self.sex),
            ("POB", self.pob),
            ("OFF", self.offence),
            ("OFFUNK", "Y" if self.offence == UNKNOWN_OFFENCE else ""),
            ("ARN", self.a_number),
            ("CRM", self.criminal_note),
            ("NXT", self.next_step),
            ("CON", self.contact),
        ]

    def _authorship(self) -> list[tuple[str, str]]:
        return [
            ("AUT", self.officer),
            ("ATH", self.authority),
            ("DTM", write_time("DTM", self.determined_at) if self.determined_at else ""),
            ("RVW", self.reviewer),
            ("CNF", self.confidence),
            ("RUL", self.rules_version),
            *(("EVD", _write_evidence(item)) for item in self.evidence),
        ]

    @classmethod
    def _from_pairs(
        cls, head: Sequence[str], pairs: Sequence[tuple[str, str]], extra: tuple[tuple[str, str], ...]
    ) -> Self:
        values = dict(pairs)
        audience = read_word("CPY", values["CPY"], Audience)
        determination = read_word("DET", values["DET"], Determination) if "DET" in values else None
        shown = audience is Audience.AGENCY and determination is not None
        cleared = Protection.CLEARED if shown else Protection.UNKNOWN
        return cls(
            sender=head[0],
            destination=head[1],
            control=head[2],
            tcn=values["TCN"],
            version=int(values["REV"]),
            generated_at=read_time("GEN", values["GEN"]),
            basis=read_word("BAS", values["BAS"], Basis),
            determination=determination,
            name=values.get("NAM", ""),
            dob=values.get("DOB", ""),
            sex=values.get("SEX", ""),
            pob=values.get("POB", ""),
            offence=values.get("OFF", ""),
            a_number=values.get("ARN", ""),
            criminal_note=values.get("CRM", ""),
            next_step=values.get("NXT", ""),
            contact=values.get("CON", ""),
            officer=values.get("AUT", ""),
            authority=values.get("ATH", ""),
            determined_at=read_time("DTM", values["DTM"]) if "DTM" in values else None,
            reviewer=values.get("RVW", ""),
            confidence=values.get("CNF", ""),
            rules_version=values.get("RUL", ""),
            evidence=tuple(_read_evidence(value) for tag, value in pairs if tag == "EVD"),
            protection=read_word("PRT", values["PRT"], Protection) if "PRT" in values else cleared,
            audience=audience,
            extra=extra,
        )


def _check_offence(values: dict[str, str]) -> None:
    if "OFFUNK" in values and values.get("OFF") != UNKNOWN_OFFENCE:
        raise MessageError(RELATIONSHIP, "OFFUNK", f"marks the charge as unknown, but OFF is not {UNKNOWN_OFFENCE}")


def _write_evidence(item: Evidence) -> str:
    return write_parts("EVD", write_time("EVD", item.retrieved_at), SYS=item.system, REC=item.record)


def _read_evidence(value: str) -> Evidence:
    moment, parts = read_parts("EVD", value, ("SYS", "REC"))
    return Evidence(parts["SYS"], parts["REC"], read_time("EVD", moment))
