# SPDX-License-Identifier: Apache-2.0
"""The Immigration Data Response: what the immigration register answers to a booking's search.

MATCH, NO_MATCH or ERROR. Modelled on the IDENT Data Response (domain reference, 2.3). An agency's copy shows no score,
and shows a person only if the protected-person filter has cleared that person (S19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from secure_communities.interchange.messages.disclosure import Audience, Protection
from secure_communities.interchange.messages.errors import INVALID, RELATIONSHIP, STRUCTURE, MessageError
from secure_communities.interchange.messages.layout import load_layout, read_pairs, write_lines
from secure_communities.interchange.messages.text import read_lines
from secure_communities.interchange.messages.values import (
    compact,
    read_date,
    read_parts,
    read_time,
    read_word,
    write_date,
    write_parts,
    write_time,
)

VERSION: Final = "1.0"
NO_MATCH_TEXT: Final = (
    "No record was found in the immigration register. This is not a statement about citizenship or status."
)


class Kind(StrEnum):
    """What the search found."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity under which the register knows the person. `name` is SURNAME, GIVEN MIDDLE."""

    name: str
    dob: date | None = None
    pob: str = ""
    citizenship: str = ""
    sex: str = ""
    document: str = ""  # TYPE NUMBER


@dataclass(frozen=True, slots=True)
class Encounter:
    """The last encounter on record: day, class of organisation, site, class of reason."""

    day: date
    organisation: str
    site: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """How the match was verified: AUTO, EXAMINER_1 or EXAMINER_2, and the search behind it."""

    method: str
    score: float | None = None  # written to three decimals
    threshold_version: str = ""
    fingers_compared: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImmigrationDataResponse:
    """One answer of the immigration register. `tcn` is the control number of the submission that it answers.

    `version` counts the answers of one kind to one submission (a correction is the next number). Nothing about a
    person leaves in an AGENCY copy, the default, unless `protection` is CLEARED.
    """

    kind: Kind
    tcn: str
    destination: str
    generated_at: datetime
    version: int = 1
    tcr: str = ""
    oca: str = ""
    sid: str = ""
    fbi: str = ""
    error_code: str = ""
    error_text: str = ""
    retryable: bool = False
    fin: str = ""
    identities: tuple[Identity, ...] = ()
    photograph: bool = False
    encounter: Encounter | None = None
    verification: Verification | None = None
    protection: Protection = Protection.UNKNOWN
    audience: Audience = Audience.AGENCY
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def identity_key(self) -> tuple[str, str, int]:
        """(tcn, kind, version): a receiver keeps one message for each."""
        return self.tcn, f"IDR-{self.kind}", self.version

    def for_agency(self, *, protected_answer: Kind) -> Self:
        """The copy for the jail: no score, threshold or unknown items.

        Where the filter has not cleared the person, a MATCH becomes a bare `protected_answer` (MATCH or NO_MATCH, as
        policy states), the same for every reason of protection and for a filter that failed.
        """
        if self.kind is Kind.MATCH and self.protection is not Protection.CLEARED:
            return self.bare(protected_answer)
        verified = self.verification and replace(self.verification, score=None, threshold_version="")
        return replace(self, audience=Audience.AGENCY, verification=verified, extra=())

    def bare(self, kind: Kind) -> Self:
        """An agency's copy of this answer as MATCH or NO_MATCH alone, with nothing about the person."""
        if kind is Kind.ERROR:
            raise MessageError(INVALID, "", "the answer for a protected person is MATCH or NO_MATCH")
        return type(self)(
            kind=kind,
            tcn=self.tcn,
            tcr=self.tcr,
            destination=self.destination,
            generated_at=self.generated_at,
            version=self.version,
            oca=self.oca,
            sid=self.sid,
            fbi=self.fbi,
        )

    def encode(self) -> str:
        """The message as lines of at most 72 characters. Raises MessageError, also for what this copy may not show."""
        self._check_disclosure()
        layout = load_layout("idr", VERSION)
        layout.check_extra(self.extra)
        pairs = compact([*self._header(), *self._finding(), *self.extra])
        layout.check(pairs, kind=self.kind)
        return write_lines(f"IDR/{VERSION} {self.kind}", pairs)

    @classmethod
    def decode(cls, message: str | bytes) -> Self:
        """Read a message: any order of items, folded lines, unknown tags kept in `extra`. Raises MessageError."""
        return cls._from_lines(read_lines(message))

    def _check_disclosure(self) -> None:
        if self.audience is not Audience.AGENCY:
            return
        if self.verification and (self.verification.score is not None or self.verification.threshold_version):
            raise MessageError(RELATIONSHIP, "SCO", "an agency's copy shows no score; use for_agency()")
        shows_person = self.fin or self.identities or self.encounter or self.photograph
        if shows_person and self.protection is not Protection.CLEARED:
            raise MessageError(RELATIONSHIP, "PRT", "the person is not cleared for an agency's copy; use for_agency()")

    def _header(self) -> list[tuple[str, str]]:
        officer = self.audience is Audience.OFFICER
        return [
            ("TCN", self.tcn),
            ("TCR", self.tcr),
            ("REV", str(self.version)),
            ("CPY", str(self.audience)),
            ("PRT", str(self.protection) if officer else ""),  # in an agency's copy the finding would itself disclose
            ("ORI", self.destination),
            ("OCA", self.oca),
            ("SID", self.sid),
            ("FBI", self.fbi),
            ("GEN", write_time("GEN", self.generated_at)),
        ]

    def _finding(self) -> list[tuple[str, str]]:
        pairs = [("FIN", self.fin)]
        for identity in self.identities:
            pairs += _identity_pairs(identity)
        pairs.append(("PHO", "Y" if self.photograph else ""))
        if self.encounter:
            where = {"CLASS": self.encounter.organisation, "SITE": self.encounter.site, "REASON": self.encounter.reason}
            pairs.append(("ENC", write_parts("ENC", write_date(self.encounter.day), **where)))
        if self.verification:
            score, fingers = self.verification.score, self.verification.fingers_compared
            pairs += [
                ("VER", self.verification.method),
                ("SCO", "" if score is None else f"{score:.3f}"),
                ("THR", self.verification.threshold_version),
                ("FNG", "" if fingers is None else str(fingers)),
            ]
        if self.kind is Kind.NO_MATCH:
            pairs.append(("TXT", NO_MATCH_TEXT))
        pairs += [("ERR", self.error_code), ("ERT", self.error_text)]
        if self.kind is Kind.ERROR:
            pairs.append(("RTY", "Y" if self.retryable else "N"))
        return pairs

    @classmethod
    def _from_lines(cls, lines: Sequence[str]) -> Self:
        name, _, rest = lines[0].partition("/")
        version, _, kind_name = rest.partition(" ")
        if name != "IDR":
            raise MessageError(STRUCTURE, "", "the message does not begin with IDR/")
        layout = load_layout("idr", version)
        kind = read_word("", kind_name, Kind)
        pairs = read_pairs(lines[1:])
        layout.check(pairs, kind=kind)
        values = dict(pairs)
        audience = read_word("CPY", values["CPY"], Audience)
        identities = _read_identities(pairs)
        shown = bool(values.keys() & {"FIN", "ENC", "PHO"} or identities)
        cleared = Protection.CLEARED if shown and audience is Audience.AGENCY else Protection.UNKNOWN
        return cls(
            kind=kind,
            tcn=values["TCN"],
            destination=values["ORI"],
            generated_at=read_time("GEN", values["GEN"]),
            version=int(values["REV"]),
            tcr=values.get("TCR", ""),
            oca=values.get("OCA", ""),
            sid=values.get("SID", ""),
            fbi=values.get("FBI", ""),
            error_code=values.get("ERR", ""),
            error_text=values.get("ERT", ""),
            retryable=values.get("RTY") == "Y",
            fin=values.get("FIN", ""),
            identities=identities,
            photograph=values.get("PHO") == "Y",
            encounter=_read_encounter(values.get("ENC", "")),
            verification=_read_verification(values),
            protection=read_word("PRT", values["PRT"], Protection) if "PRT" in values else cleared,
            audience=audience,
            extra=layout.unknown(pairs),
        )


_IDENTITY_TAGS: Final = ("NAM", "DOB", "POB", "CIT", "SEX", "DOC")


def _identity_pairs(identity: Identity) -> list[tuple[str, str]]:
    return [
        ("NAM", identity.name),
        ("DOB", write_date(identity.dob) if identity.dob else ""),
        ("POB", identity.pob),
        ("CIT", identity.citizenship),
        ("SEX", identity.sex),
        ("DOC", identity.document),
    ]


def _read_identities(pairs: Sequence[tuple[str, str]]) -> tuple[Identity, ...]:
    """Identities in order; a tag that the current one already has begins the next."""
    groups: list[dict[str, str]] = []
    for tag, value in pairs:
        if tag in _IDENTITY_TAGS:
            if not groups or tag in groups[-1]:
                groups.append({})
            groups[-1][tag] = value
    return tuple(_read_identity(group) for group in groups)


def _read_identity(group: dict[str, str]) -> Identity:
    if "NAM" not in group:
        raise MessageError(STRUCTURE, "NAM", "an identity has no name")
    return Identity(
        name=group["NAM"],
        dob=read_date("DOB", group["DOB"]) if "DOB" in group else None,
        pob=group.get("POB", ""),
        citizenship=group.get("CIT", ""),
        sex=group.get("SEX", ""),
        document=group.get("DOC", ""),
    )


def _read_encounter(value: str) -> Encounter | None:
    if not value:
        return None
    day, parts = read_parts("ENC", value, ("CLASS", "SITE", "REASON"))
    return Encounter(read_date("ENC", day), parts["CLASS"], parts["SITE"], parts["REASON"])


def _read_verification(values: dict[str, str]) -> Verification | None:
    if "VER" not in values:
        return None
    fingers = int(values["FNG"]) if "FNG" in values else None
    score = float(values["SCO"]) if "SCO" in values else None
    return Verification(values["VER"], score, values.get("THR", ""), fingers)
