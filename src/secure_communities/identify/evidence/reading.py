# SPDX-License-Identifier: Apache-2.0
"""Opening the contents of a piece of evidence: who may, for what purpose, and the log entry that says so (S23).

There is no other way for a door to reach the contents of one row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from secure_communities.identify.evidence import selectors
from secure_communities.identify.evidence.models import Evidence
from secure_communities.identify.evidence.ports import Outcome, SourceRecord
from secure_communities.identify.intake.reading import NotFound, PurposeMissing, ReadPurpose
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events

PURPOSES = (ReadPurpose.RESEARCH, ReadPurpose.DETERMINATION)


def open_evidence(
    evidence_id: int, *, query_id: int, reader: Any, purpose: str, at: datetime
) -> tuple[Evidence, SourceRecord]:
    """One row with its record; the reading is logged. Raises PurposeMissing, NotAllowed, NotFound, KeyDestroyed."""
    why = stated(purpose)
    access.require(reader, Permission.EVIDENCE_READ, ("query", query_id), at=at)
    row = (
        Evidence.objects.select_related("inquiry", "query__submission__data_key", "query__submission__originator")
        .filter(pk=evidence_id, query_id=query_id, outcome=Outcome.FOUND)
        .first()
    )
    if row is None:
        raise NotFound("No record of evidence has that number here.")
    record = selectors.record_in(row)
    events.append(
        kind="evidence:read", actor=reader, about=("evidence", row.pk),
        correlation=row.query.submission.control_number, purpose=why, at=at,
        data={"source": row.source, "query": row.query_id},
    )  # fmt: skip
    return row, record


def stated(purpose: str) -> ReadPurpose:
    """The purpose, if evidence is opened for it. Raises PurposeMissing."""
    for one in PURPOSES:
        if purpose == one:
            return one
    raise PurposeMissing(f"Say for what purpose you open this record: one of {', '.join(PURPOSES)}.")
