# SPDX-License-Identifier: Apache-2.0
"""What staff do over HTTP, each with their own session: decide comparisons, draft, return and sign."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from secure_communities.api.authentication import staff
from secure_communities.api.errors import Problem
from secure_communities.identify.examination import selectors as examinations
from secure_communities.identify.examination import services as examination
from secure_communities.identify.examination.rules import Verdict
from secure_communities.identify.research import selectors as queries
from secure_communities.identify.research import services as research
from secure_communities.interchange.messages.vocabulary import Determination as DeterminationCode
from secure_communities.platform import clock

router = Router(tags=["Casework"], auth=staff)


def _printable(text: str) -> str:
    if any(not letter.isprintable() and letter not in "\n\t" for letter in text):
        raise ValueError("write it without control characters")
    return text


# What a person writes: stored as it is, shown on screens, so without what only steers terminals and screens.
Words = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_printable)]
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_printable)]
Number = Annotated[int, Path(ge=1, lt=2**63)]
Reference = Annotated[int, Field(ge=1, lt=2**63)]


class CandidateOut(Schema):
    """One candidate: its place in the list and its register number. Scores are not shown before a decision."""

    id: int
    rank: int
    number: str


class ComparisonOut(Schema):
    """One comparison waiting for an examiner."""

    id: int
    side: str
    control_number: str
    finding: str
    due_at: datetime
    candidates: list[CandidateOut]


class DecisionIn(Schema):
    """An examiner's decision; `candidate` for identifications only."""

    verdict: Verdict
    candidate: Reference | None = None
    rationale: Words


class FindingOut(Schema):
    """What the decisions amount to now."""

    finding: str


class QueryOut(Schema):
    """One status query waiting for the support centre."""

    id: int
    reference: str
    control_number: str
    state: str
    due_at: datetime
    draft: int | None


class EvidenceIn(Schema):
    """One record relied on."""

    system: Line
    record: Line
    retrieved_at: AwareDatetime
    summary: Words = ""


class DraftIn(Schema):
    """A proposed determination."""

    code: DeterminationCode
    evidence: Annotated[list[EvidenceIn], Field(max_length=100)]
    confidence: Line


class DraftOut(Schema):
    """The draft's number."""

    draft: int


class SignatureIn(Schema):
    """An officer's signature under one draft."""

    draft: Reference
    authority: Line
    reason: Words


class ReturnIn(Schema):
    """Why a draft goes back."""

    reason: Words


class DeterminationOut(Schema):
    """A signed determination."""

    determination: int
    code: str
    signed_at: datetime


@router.get("/examinations", response=list[ComparisonOut])
def list_examinations(request: HttpRequest) -> list[dict[str, Any]]:
    """The comparisons this examiner could decide, due first."""
    return [
        {
            "id": one.pk,
            "side": one.register,
            "control_number": one.submission.control_number,
            "finding": one.finding,
            "due_at": one.due_at,
            "candidates": [
                {"id": candidate.pk, "rank": candidate.rank, "number": candidate.subject.number}
                for candidate in one.candidates.all()
            ],
        }
        for one in examinations.waiting_for(request.user, at=clock.now()).prefetch_related("candidates__subject")
    ]


@router.post(
    "/examinations/{examination_id}/decisions", response={200: FindingOut, 403: Problem, 404: Problem, 409: Problem}
)
def decide(request: HttpRequest, examination_id: Number, payload: DecisionIn) -> dict[str, Any]:
    """Record one's own decision."""
    resolution = examination.decide(
        examination_id=examination_id, examiner=request.user, verdict=payload.verdict, candidate_id=payload.candidate,
        rationale=payload.rationale, at=clock.now(),
    )  # fmt: skip
    return {"finding": resolution.finding.value}


@router.get("/queries", response=list[QueryOut])
def list_queries(request: HttpRequest) -> list[dict[str, Any]]:
    """Status queries that wait for a draft or a signature by this member of staff, due first."""
    return [
        {
            "id": one.pk,
            "reference": one.reference,
            "control_number": one.submission.control_number,
            "state": one.state,
            "due_at": one.due_at,
            "draft": one.latest_draft.pk if one.latest_draft else None,
        }
        for one in queries.waiting_for(request.user, at=clock.now())
    ]


@router.post("/queries/{query_id}/drafts", response={200: DraftOut, 403: Problem, 404: Problem, 409: Problem})
def draft(request: HttpRequest, query_id: Number, payload: DraftIn) -> dict[str, Any]:
    """Propose a determination (support-centre specialists)."""
    evidence = [
        {**one.dict(exclude={"retrieved_at"}), "retrieved_at": one.retrieved_at.isoformat()} for one in payload.evidence
    ]
    made = research.draft(
        query_id=query_id, author=request.user, code=payload.code, evidence=evidence, confidence=payload.confidence,
        at=clock.now(),
    )  # fmt: skip
    return {"draft": made.pk}


@router.post("/queries/{query_id}/return", response={204: None, 403: Problem, 404: Problem, 409: Problem})
def return_draft(request: HttpRequest, query_id: Number, payload: ReturnIn) -> Status[None]:
    """Send a draft back (authorised officers)."""
    research.return_draft(query_id=query_id, officer=request.user, reason=payload.reason, at=clock.now())
    return Status(204, None)


@router.post(
    "/queries/{query_id}/signature", response={200: DeterminationOut, 403: Problem, 404: Problem, 409: Problem}
)
def sign(request: HttpRequest, query_id: Number, payload: SignatureIn) -> dict[str, Any]:
    """Sign a draft (authorised officers, never the drafter): from here it is a determination."""
    made = research.sign(
        query_id=query_id, officer=request.user, draft_id=payload.draft, authority=payload.authority,
        reason=payload.reason, at=clock.now(),
    )  # fmt: skip
    return {"determination": made.pk, "code": made.code, "signed_at": made.signed_at}
