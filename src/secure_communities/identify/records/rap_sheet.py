# SPDX-License-Identifier: Apache-2.0
"""The text of a rap sheet (EBTS 2.075 ERS): 72 columns, ASCII, what was charged kept apart from what was decided.

Pure: in, a `RecordView`; out, text of at most 200,000 characters. Modelled on such sheets, layout ours.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from secure_communities.identify.records.identities import CriminalIdentity
from secure_communities.identify.records.rules import DispositionKind

WIDTH = 72
LIMIT = 200_000
LITERAL_LIMIT = 300  # as submitted: EBTS 2.047 AOL
NAMES_SHOWN = 30
RESERVED = 500  # room kept for the lines after the arrests
NOT_REPORTED = "DISPOSITION NOT REPORTED"


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """The latest disposition of a charge. Months are None where not reported."""

    kind: DispositionKind
    decided_on: date | None
    source: str
    sentence_months: int | None = None
    maximum_months: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ChargeView:
    """A charge as submitted, with its code or why it has none, and its outcome where one was reported."""

    number: int
    code: str | None
    code_source: str
    unknown_reason: str
    description: str
    literal: str
    state: str
    offence_date: date | None
    outcome: OutcomeView | None


@dataclass(frozen=True, slots=True, repr=False)
class ArrestView:
    """An arrest with its charges, in the order submitted."""

    arrest_date: date | None
    ori: str
    correlation: str
    oca: str | None
    names: tuple[str, ...]
    charges: tuple[ChargeView, ...]


@dataclass(frozen=True, slots=True, repr=False)
class RecordView:
    """A whole record, arrests in the order of their dates."""

    identity: CriminalIdentity
    arrests: tuple[ArrestView, ...]


def compose(record: RecordView, *, at: datetime, limit: int = LIMIT) -> str:
    """Write the sheet. Where it would pass `limit`, the earliest arrests are left out and the sheet says how many."""
    head = "\n".join(_head(record.identity, at))
    blocks: list[str] = []
    room = limit - len(head) - RESERVED
    for number, arrest in reversed(list(enumerate(record.arrests, 1))):
        block = "\n".join(_arrest(number, arrest))
        room -= len(block) + 1
        if room < 0:
            break
        blocks.insert(0, block)
    left_out = len(record.arrests) - len(blocks)
    note = [f"{left_out} EARLIER ARREST(S) NOT SHOWN FOR LENGTH: ASK THE REGISTER"] if left_out else []
    return "\n".join([head, *note, *blocks, *_foot(record, left_out)]) + "\n"


def _head(identity: CriminalIdentity, at: datetime) -> Iterator[str]:
    yield "SYNTHETIC - INVENTED PERSON - NO REAL RECORD".center(WIDTH).rstrip()
    yield "=" * WIDTH
    number = f"UCN {plain(identity.ucn)}"
    yield f"CRIMINAL HISTORY RECORD{number:>{WIDTH - 23}}"
    yield f"PREPARED {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    yield "AN ARREST OR A CHARGE IS NOT A CONVICTION. WHAT WAS CHARGED AND WHAT WAS"
    yield "DECIDED STAND APART BELOW."
    yield "=" * WIDTH
    yield "IDENTITY"
    yield from _item("NAME", identity.name or "NOT REPORTED")
    others = [name for name in dict.fromkeys((*identity.names[1:], *identity.aliases)) if name != identity.name]
    for name in others[:NAMES_SHOWN]:
        yield from _item("ALSO USED", name)
    if len(others) > NAMES_SHOWN:
        yield from _item("ALSO USED", f"AND {len(others) - NAMES_SHOWN} MORE")
    yield from _item("DATE OF BIRTH", _day(identity.dob))
    yield from _item("PLACE OF BIRTH", identity.pob or "NOT REPORTED")
    yield from _item("SEX", identity.sex or "NOT REPORTED")
    yield from _item("SID", identity.sid or "NONE")
    yield from (line for label, value in _description(identity) if value for line in _item(label, value))


def _description(identity: CriminalIdentity) -> tuple[tuple[str, str], ...]:
    return (
        ("HEIGHT", identity.height),
        ("WEIGHT", identity.weight),
        ("EYES", identity.eyes),
        ("HAIR", identity.hair),
    )


def _arrest(number: int, arrest: ArrestView) -> Iterator[str]:
    yield "-" * WIDTH
    yield f"ARREST {number}   DATE {_day(arrest.arrest_date)}   AGENCY {plain(arrest.ori)}"
    yield from _item("SUBMISSION", arrest.correlation)
    if arrest.oca:
        yield from _item("AGENCY CASE", arrest.oca)
    if arrest.names:
        yield from _item("NAME GIVEN", arrest.names[0])
    yield "  CHARGED (NOT A FINDING OF GUILT)"
    for charge in arrest.charges:
        yield from _charge(charge)
    yield "  DECIDED"
    for charge in arrest.charges:
        yield from _outcome(charge.number, charge.outcome)


def _charge(charge: ChargeView) -> Iterator[str]:
    if charge.code:
        what = f"{charge.code} {charge.description} ({charge.code_source})"
    else:
        what = f"CODE UNKNOWN ({charge.unknown_reason})"
    yield from _wrapped(f"    {charge.number:>2}. ", what.replace("_", " "))
    yield from _wrapped("        AS SUBMITTED: ", charge.literal[:LITERAL_LIMIT] or "NO TEXT")
    yield from _wrapped("        ", f"OFFENCE DATE {_day(charge.offence_date)}, STATE {charge.state or 'NOT REPORTED'}")


def _outcome(number: int, outcome: OutcomeView | None) -> Iterator[str]:
    if outcome is None:
        yield f"    {number:>2}. {NOT_REPORTED}"
        return
    yield f"    {number:>2}. {outcome.kind.replace('_', ' ')}, DATE {_day(outcome.decided_on)}"
    if outcome.kind == DispositionKind.CONVICTED:
        yield from _wrapped(
            "        ", f"SENTENCE {_months(outcome.sentence_months)}, MAXIMUM {_months(outcome.maximum_months)}"
        )
    yield from _wrapped("        ", f"REPORTED BY {outcome.source}")


def _foot(record: RecordView, left_out: int) -> Iterator[str]:
    charges = [charge for arrest in record.arrests for charge in arrest.charges]
    decided = [charge.outcome for charge in charges if charge.outcome]
    convicted = sum(one.kind == DispositionKind.CONVICTED for one in decided)
    coded = sum(charge.code is not None for charge in charges)
    yield "=" * WIDTH
    yield f"CHARGED {len(charges)}   CONVICTED {convicted}   NO DISPOSITION REPORTED {len(charges) - len(decided)}"
    yield from _wrapped(
        "COMPLETENESS: ",
        f"{len(record.arrests) - left_out} OF {len(record.arrests)} ARRESTS SHOWN; {coded} OF {len(charges)} CHARGES "
        f"WITH A CODE; {len(decided)} OF {len(charges)} WITH A DISPOSITION. END OF RECORD.",
    )


def plain(text: str) -> str:
    """Printable ASCII on one line: accents dropped, the rest as "?", separators and line breaks as one space."""
    folded = unicodedata.normalize("NFKD", text)
    letters = (one for one in folded if not unicodedata.combining(one))
    return " ".join("".join(" " if _breaks(one) else one if one.isascii() else "?" for one in letters).split())


def _breaks(one: str) -> bool:
    return one.isspace() or unicodedata.category(one).startswith("C")


def _item(label: str, value: str) -> Iterable[str]:
    return _wrapped(f"  {label:<16}", value)


def _wrapped(first: str, text: str) -> list[str]:
    lines = textwrap.wrap(
        plain(text), WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False
    )
    return lines or [first.rstrip()]


def _day(day: date | None) -> str:
    return day.isoformat() if day else "NOT REPORTED"


def _months(months: int | None) -> str:
    return "NOT REPORTED" if months is None else f"{months} MONTH{'S' * (months != 1)}"
