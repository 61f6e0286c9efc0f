# SPDX-License-Identifier: Apache-2.0
"""Reads of evidence: what each source last answered, and the facts stated. Callers have logged the reading (S23)."""

from __future__ import annotations

from collections.abc import Sequence

from secure_communities.identify.evidence import sealing
from secure_communities.identify.evidence.facts import EvidenceFact
from secure_communities.identify.evidence.models import Evidence, Inquiry
from secure_communities.identify.evidence.ports import Outcome, SourceRecord
from secure_communities.identify.research.models import StatusQuery


def latest_inquiries(query: StatusQuery) -> dict[str, Inquiry]:
    """The latest question to each source, answered or not, by source."""
    return {one.source: one for one in query.inquiries.order_by("attempt")}


def standing(query: StatusQuery) -> list[Evidence]:
    """The rows that stand now: of each source its latest answer; where that failed, also the answer before it."""
    kept: dict[str, tuple[int, list[Evidence]]] = {}
    failures: dict[str, Evidence] = {}
    for row in query.evidence.select_related("inquiry").order_by("inquiry__attempt", "id"):
        if row.outcome == Outcome.FAILED:
            failures[row.source] = row
            continue
        failures.pop(row.source, None)
        attempt, rows = kept.get(row.source, (0, []))
        kept[row.source] = (row.attempt, [*rows, row] if row.attempt == attempt else [row])
    found = [row for _, rows in kept.values() for row in rows]
    return sorted([*found, *failures.values()], key=lambda row: row.pk)


def record_in(row: Evidence) -> SourceRecord:
    """The contents of a FOUND row. Raises KeyDestroyed, BoxError or ContentsAltered; LookupError for other rows."""
    if row.sealed is None or row.digest is None:
        raise LookupError("this row holds no record")
    return sealing.unseal(row.query.submission.data_key, row.sealed, row.digest)


def facts_in(rows: Sequence[Evidence]) -> tuple[EvidenceFact, ...]:
    """What the records in these rows state."""
    return tuple(
        EvidenceFact(fact.kind, fact.value, row.source, row.record_id, fact.on, fact.until, row.pk)
        for row in rows
        if row.outcome == Outcome.FOUND
        for fact in record_in(row).facts
    )


def facts_of(query: StatusQuery) -> tuple[EvidenceFact, ...]:
    """What the evidence that stands about a query states."""
    rows = standing(query)
    for row in rows:
        row.query = query
    return facts_in(rows)
