# SPDX-License-Identifier: Apache-2.0
"""Evidence on screen: sources with their state, contradictions, merged history, one record. In: rows and facts.

Words say what a source records, never what the person is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from secure_communities.identify.evidence import rules
from secure_communities.identify.evidence.contradictions import Contradiction
from secure_communities.identify.evidence.facts import BOOKING, EvidenceFact, FactKind
from secure_communities.identify.evidence.history import TOLD, HistoryItem
from secure_communities.identify.evidence.models import Evidence, Inquiry
from secure_communities.identify.evidence.ports import (
    REASONS,
    Basis,
    EvidenceSource,
    FailureReason,
    Outcome,
    SourceRecord,
)
from secure_communities.platform.ui.clocks import words
from secure_communities.web.presenters.submission import spaced

Rows = list[dict[str, Any]]
Href = Callable[[int], str]

CODED = frozenset({FactKind.STATUS, FactKind.PETITION, FactKind.COURT})
ABBREVIATIONS = frozenset({"LPR", "TPS", "DACA"})
BASES: Mapping[Basis, str] = {
    Basis.FIN: "the number of the confirmed match",
    Basis.A_NUMBER: "an A-number",
    Basis.UCN: "the UCN of the first response",
}
HISTORY_COLUMNS = (
    {"key": "on", "title": "Day"},
    {"key": "what", "title": "What the source records"},
    {"key": "source", "title": "Source"},
)


def sources(
    adapters: Iterable[EvidenceSource], inquiries: Mapping[str, Inquiry], standing: Sequence[Evidence], *,
    protected: frozenset[int], href: Href, now: datetime,
) -> Rows:  # fmt: skip
    """Each source with its state in words, its records and whether to ask it again. `protected`: rows withheld."""
    return [
        _source(
            one, inquiries.get(one.code), [row for row in standing if row.source == one.code],
            protected=protected, href=href, now=now,
        )
        for one in adapters
    ]  # fmt: skip


def _source(
    adapter: EvidenceSource, inquiry: Inquiry | None, rows: Sequence[Evidence], *, protected: frozenset[int],
    href: Href, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    found = [row for row in rows if row.outcome == Outcome.FOUND]
    failed = next((row for row in rows if row.outcome == Outcome.FAILED), None)
    asking = inquiry is not None and inquiry.answered_at is None
    latest = failed or (rows[-1] if rows else None)
    return {
        "code": adapter.code,
        "title": adapter.title,
        "system": adapter.system,
        "tag": _tag(asking=asking, failed=failed, rows=rows, found=found),
        "text": _sentence(asking=asking, failed=failed, rows=rows, found=found),
        "asking": asking,
        "retry": failed is not None and not asking,
        "unasked": inquiry is None,
        "attempt": inquiry.attempt if inquiry else 0,
        "retrieved_at": latest.retrieved_at if latest else None,
        "stale": _stale([row for row in rows if row is not failed], now=now),
        "records": [
            {"id": row.record_id, "href": href(row.pk), "protected": row.pk in protected, "at": row.retrieved_at}
            for row in found
        ],
    }


def _tag(
    *, asking: bool, failed: Evidence | None, rows: Sequence[Evidence], found: Sequence[Evidence]
) -> dict[str, str]:
    if asking:
        return {"text": "Being asked", "tone": "working"}
    if failed:
        return {"text": "Failed", "tone": "late"}
    if found:
        return {"text": f"{len(found)} record{'' if len(found) == 1 else 's'}", "tone": "good"}
    return {"text": "Holds no record" if rows else "Not asked yet", "tone": "neutral"}


def _sentence(
    *, asking: bool, failed: Evidence | None, rows: Sequence[Evidence], found: Sequence[Evidence]
) -> str:  # fmt: skip
    if failed:
        reason = REASONS[FailureReason(failed.failure)]
        before = (
            "What it answered before stands below."
            if found
            else "This is not an answer: whether it holds a record is not known."
        )
        return f"{reason} {before}"
    if asking:
        return "The question is out. What it answered before stands below." if rows else "The question is out."
    if rows and not found:
        return "The source looked under every number known, and holds no record. That says nothing of a status."
    return ""


def _stale(rows: Sequence[Evidence], *, now: datetime) -> str:
    old = [row for row in rows if rules.is_stale(row.source, row.retrieved_at, now=now)]
    return (
        f"Retrieved {words(now - min(row.retrieved_at for row in old))} ago: ask again before relying on it."
        if old
        else ""
    )


def confirmation(decisions: Iterable[Any]) -> Rows:
    """Who confirmed the match and when: no score."""
    return [
        {
            "term": "Lead examiner" if one.lead else f"Examiner {number}",
            "value": f"{one.examiner.display_name}, {_moment(one.decided_at)}",
        }
        for number, one in enumerate(decisions, start=1)
    ]


def contradictions(found: Iterable[Contradiction], titles: Mapping[str, str], href: Href) -> Rows:
    """Each disagreement: what is said, and by which sources."""
    return [{"title": one.title, "why": one.why, "sayings": _sayings(one, titles, href)} for one in found]


def _sayings(one: Contradiction, titles: Mapping[str, str], href: Href) -> Rows:
    said: dict[str, Rows] = {}
    for fact in one.statements:
        said.setdefault(worded(fact), []).append(_source_cell(fact, titles, href))
    return [{"says": says, "sources": sources} for says, sources in said.items()]


def history(items: Iterable[HistoryItem], titles: Mapping[str, str], href: Href) -> Rows:
    """The merged history as rows of a table, the latest first."""
    return [
        {
            "on": {"at": datetime.combine(item.on, time(), UTC), "style": "day"},
            "what": {"text": _told(item)},
            "source": _source_cell(item.fact, titles, href),
        }
        for item in reversed(list(items))
    ]


def _told(item: HistoryItem) -> str:
    if item.ends:
        return f"Recorded end of status: {_plain(item.fact.value)}"
    value = _plain(item.fact.value) if item.fact.kind in CODED else item.fact.value
    return f"{TOLD[item.fact.kind]}: {value}" if value else TOLD[item.fact.kind]


def _source_cell(fact: EvidenceFact, titles: Mapping[str, str], href: Href) -> dict[str, Any]:
    if fact.source == BOOKING or fact.evidence is None:
        return {"text": "The booking", "note": fact.record}
    return {"text": titles.get(fact.source, fact.source), "href": href(fact.evidence), "note": fact.record}


def worded(fact: EvidenceFact) -> str:
    """What a fact says, in words."""
    value = _plain(fact.value) if fact.kind in CODED else fact.value
    if fact.kind is FactKind.NAME:
        value = spaced(fact.value)
    if fact.kind is FactKind.BIRTH_DATE:
        value = _day(date.fromisoformat(fact.value))
    named = {
        FactKind.NATURALISATION: f"Certificate of naturalisation {value}",
        FactKind.PASSPORT: f"Passport of the United States {value}",
        FactKind.STATUS: f"Status: {value}",
    }.get(fact.kind, value)
    days = (
        f", from {_day(fact.on)}"
        if fact.on and fact.kind is FactKind.STATUS
        else f", {_day(fact.on)}"
        if fact.on
        else ""
    )
    return f"{named}{days}{f' until {_day(fact.until)}' if fact.until else ''}"


def _plain(code: str) -> str:
    return code if code in ABBREVIATIONS else code.replace("_", " ").capitalize()


def record_rows(row: Evidence, record: SourceRecord, *, asked_by: str) -> Rows:
    """Where a record comes from, and how it was found. `asked_by`: a name, or which part of the system."""
    return [
        {"term": "System", "value": row.system},
        {"term": "Record", "value": row.record_id, "mono": True},
        {"term": "Found by", "value": BASES[record.basis].capitalize()},
        {"term": "Retrieved", "at": row.retrieved_at},
        {"term": "Attempt", "value": row.inquiry.attempt},
        {"term": "Asked for by", "value": asked_by},
        {"term": "Adapter", "value": row.adapter_version},
        {"term": "SHA-256 of the contents", "value": bytes(row.digest or b"").hex(), "mono": True},
    ]


def content_rows(record: SourceRecord) -> Rows:
    """The record as its source prints it."""
    return [{"term": label, "value": value} for label, value in record.fields]


def _day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"


def _moment(at: datetime) -> str:
    return f"{_day(at.date())} {at:%H:%M} UTC"
