# SPDX-License-Identifier: Apache-2.0
"""Records to and from JSON, read strictly: whatever is not exactly a record is refused as malformed. No Django.

A protected record loses all it holds but its number here, before anything else sees it (S19).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.ports import (
    Basis,
    FailureReason,
    RecordFact,
    SourceAnswer,
    SourceFailure,
    SourceRecord,
)

RECORD_ID = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}", re.ASCII)
MOST_RECORDS, MOST_FACTS, LONGEST_TEXT = 200, 500, 2_000
KEYS = frozenset({"record_id", "title", "basis", "facts", "fields", "protected"})


def as_json(record: SourceRecord) -> dict[str, Any]:
    """A record as JSON holds it."""
    return {
        "record_id": record.record_id,
        "title": record.title,
        "basis": str(record.basis),
        "protected": record.protected,
        "fields": [list(pair) for pair in record.fields],
        "facts": [
            {"kind": str(one.kind), "value": one.value, "on": _iso(one.on), "until": _iso(one.until)}
            for one in record.facts
        ],
    }


def answer_of(raw: Any) -> SourceAnswer:
    """A list of records as a source sent it. Raises SourceFailure(MALFORMED), which quotes nothing of it."""
    if not isinstance(raw, list) or len(raw) > MOST_RECORDS:
        raise SourceFailure(FailureReason.MALFORMED)
    return checked(SourceAnswer(tuple(record_of(one) for one in raw)))


def record_of(raw: Any) -> SourceRecord:
    """One record. Raises SourceFailure(MALFORMED)."""
    if not isinstance(raw, Mapping) or not set(raw) <= KEYS:
        raise SourceFailure(FailureReason.MALFORMED)
    try:
        return SourceRecord(
            record_id=raw["record_id"],
            title=raw.get("title", ""),
            basis=Basis(raw.get("basis", Basis.FIN)),
            facts=tuple(_fact(one) for one in raw.get("facts", ())),
            fields=tuple((label, value) for label, value in raw.get("fields", ())),
            protected=raw.get("protected", False),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise SourceFailure(FailureReason.MALFORMED) from None


def checked(answer: Any) -> SourceAnswer:
    """An answer whose every part has its type, with protected records emptied. Raises SourceFailure(MALFORMED)."""
    if not isinstance(answer, SourceAnswer) or not isinstance(answer.records, tuple):
        raise SourceFailure(FailureReason.MALFORMED)
    if len(answer.records) > MOST_RECORDS or not all(_is_record(one) for one in answer.records):
        raise SourceFailure(FailureReason.MALFORMED)
    if len({one.record_id for one in answer.records}) != len(answer.records):
        raise SourceFailure(FailureReason.MALFORMED)
    return SourceAnswer(tuple(withheld(one) if one.protected else one for one in answer.records))


def withheld(record: SourceRecord) -> SourceRecord:
    """A protected record: its number, and that it is protected."""
    return SourceRecord(record.record_id, facts=(RecordFact(FactKind.PROTECTED, ""),), protected=True)


def _is_record(one: Any) -> bool:
    return (
        isinstance(one, SourceRecord)
        and isinstance(one.record_id, str)
        and RECORD_ID.fullmatch(one.record_id) is not None
        and isinstance(one.protected, bool)
        and isinstance(one.basis, Basis)
        and _is_text(one.title)
        and len(one.facts) <= MOST_FACTS
        and all(_is_fact(fact) for fact in one.facts)
        and len(one.fields) <= MOST_FACTS
        and all(_is_text(label) and _is_text(value) for label, value in one.fields)
    )


def _is_fact(one: Any) -> bool:
    return (
        isinstance(one, RecordFact)
        and isinstance(one.kind, FactKind)
        and _is_text(one.value)
        and (one.kind is not FactKind.BIRTH_DATE or _is_day(one.value))
        and all(day is None or isinstance(day, datetime.date) for day in (one.on, one.until))
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and (value.isprintable() or "\n" in value)


def _is_day(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _fact(raw: Mapping[str, Any]) -> RecordFact:
    return RecordFact(FactKind(raw["kind"]), raw["value"], _day(raw.get("on")), _day(raw.get("until")))


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
