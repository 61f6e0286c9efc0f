# SPDX-License-Identifier: Apache-2.0
"""Evidence over HTTP, for the staff of the support centre: how each source answered, one record, asking again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema
from pydantic import Field

from secure_communities.api.authentication import staff
from secure_communities.api.errors import Problem
from secure_communities.identify.evidence import reading, selectors, services
from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.ports import FailureReason, Outcome, SourceCode
from secure_communities.identify.intake import reading as submissions
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform import clock
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission

router = Router(tags=["Evidence"], auth=staff)
Number = Annotated[int, Path(ge=1, lt=2**63)]


class EvidenceRowOut(Schema):
    """A record, or that the source holds none, or that it failed. Contents are opened by number."""

    id: int
    source: SourceCode
    system: str
    outcome: Outcome
    failure: FailureReason | None
    record: str | None
    attempt: int
    retrieved_at: datetime


class InquiryOut(Schema):
    """A question to a source; `answered_at` is null while it is being asked."""

    id: int
    source: SourceCode
    attempt: int
    requested_at: datetime
    answered_at: datetime | None


class GatherIn(Schema):
    """Which sources to ask again; null asks all."""

    sources: Annotated[list[SourceCode], Field(max_length=20)] | None = None


class FactOut(Schema):
    """One statement of a record."""

    kind: FactKind
    value: str
    on: date | None
    until: date | None


class FieldOut(Schema):
    """One line of a record as its source prints it."""

    label: str
    value: str


class RecordOut(Schema):
    """A record. A protected one has neither facts nor fields: its source withholds them."""

    id: int
    source: SourceCode
    record: str
    retrieved_at: datetime
    sha256: str
    protected: bool
    title: str
    facts: list[FactOut]
    fields: list[FieldOut]


@router.get(
    "/queries/{query_id}/evidence", response={200: list[EvidenceRowOut], 403: Problem, 404: Problem, 422: Problem}
)
def list_evidence(request: HttpRequest, query_id: Number, purpose: str = "") -> list[dict[str, Any]]:
    """How each source answered about a query. The reading is logged with its purpose: research or determination."""
    access.require(request.user, Permission.EVIDENCE_READ, query_id, at=clock.now())
    query = get_object_or_404(StatusQuery.objects.select_related("submission"), pk=query_id)
    submissions.open_submission(
        query.submission.control_number, reader=request.user, purpose=reading.stated(purpose), at=clock.now()
    )
    return [
        {
            "id": row.pk, "source": row.source, "system": row.system, "outcome": row.outcome,
            "failure": row.failure or None, "record": row.record_id or None, "attempt": row.attempt,
            "retrieved_at": row.retrieved_at,
        }
        for row in selectors.standing(query)
    ]  # fmt: skip


@router.post("/queries/{query_id}/evidence", response={200: list[InquiryOut], 403: Problem, 404: Problem, 409: Problem})
def gather(request: HttpRequest, query_id: Number, payload: GatherIn) -> list[Any]:
    """Ask sources again (support-centre specialists). A source that is being asked now is not asked twice."""
    return services.gather_again(
        query_id=query_id, specialist=request.user, sources=payload.sources, at=clock.now()
    )  # fmt: skip


@router.get(
    "/queries/{query_id}/evidence/{evidence_id}",
    response={200: RecordOut, 403: Problem, 404: Problem, 422: Problem},
)
def open_record(request: HttpRequest, query_id: Number, evidence_id: Number, purpose: str = "") -> dict[str, Any]:
    """One record as its source answered with it. The reading is logged with its purpose."""
    row, held = reading.open_evidence(
        evidence_id, query_id=query_id, reader=request.user, purpose=purpose, at=clock.now()
    )
    return {
        "id": row.pk, "source": row.source, "record": row.record_id, "retrieved_at": row.retrieved_at,
        "sha256": bytes(row.digest or b"").hex(), "protected": held.protected, "title": held.title,
        "facts": [{"kind": one.kind, "value": one.value, "on": one.on, "until": one.until} for one in held.facts],
        "fields": [{"label": label, "value": value} for label, value in held.fields],
    }  # fmt: skip
