# SPDX-License-Identifier: Apache-2.0
"""What staff do over HTTP, each with their own session: decide comparisons, draft, return and sign."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from secure_communities.api.authentication import staff
from secure_communities.api.errors import Problem
from secure_communities.identify.examination import disclosure
from secure_communities.identify.examination import selectors as examinations
from secure_communities.identify.examination import services as examination
from secure_communities.identify.examination.models import Examination
from secure_communities.identify.examination.rules import Verdict
from secure_communities.identify.research import selectors as queries
from secure_communities.identify.research import services as research
from secure_communities.interchange.messages.vocabulary import Determination as DeterminationCode
from secure_communities.platform import clock
from secure_communities.policy.determination import Authority, Confidence

router = Router(tags=["Casework"], auth=staff)


def _printable(text: str) -> str:
    if any(not letter.isprintable() and letter not in "\n\t" for letter in text):
        raise ValueError("write it without control characters")
    return text


# What a person writes: stored as it is, shown on screens, so without what only steers terminals and screens.
Words = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_printable)]
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_printable)]
Sentence = Annotated[str, StringConstraints(max_length=300), AfterValidator(_printable)]
Number = Annotated[int, Path(ge=1, lt=2**63)]
Reference = Annotated[int, Field(ge=1, lt=2**63)]


class CandidateOut(Schema):
    """One candidate: its letter and its register number. Neither letter nor order tells how the machine ranked it."""

    id: int
    letter: str
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


class RecordedOut(Schema):
    """The answer to every decision and first look. It is the same whatever anybody else concluded."""

    recorded: bool


class OpinionOut(Schema):
    """What an examiner said of a disputed comparison; who it was is not told. `letter`: of the candidate identified."""

    place: int
    verdict: Verdict
    letter: str
    rationale: str
    lead: bool


class ScoresOut(Schema):
    """What the machine had found of one candidate: score and contributions by finger in bans, finger scores 0–1."""

    letter: str
    rank: int
    score: float
    finger_scores: dict[int, float]
    contributions: dict[int, float]
    policy: str


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
    """A proposed determination: on evidence gathered (by number) or stated."""

    code: DeterminationCode
    evidence: Annotated[list[EvidenceIn], Field(max_length=100)] = []
    relied_on: Annotated[list[Reference], Field(max_length=100)] = []
    confidence: Line = ""
    confidence_code: Confidence = Confidence.STATED_IN_WORDS
    contradictions: Words = ""
    conviction: Reference | None = None


class DraftOut(Schema):
    """The draft's number."""

    draft: int


class SignatureIn(Schema):
    """An officer's signature under one draft."""

    draft: Reference
    authority: Line
    authority_code: Authority = Authority.STATED_IN_WORDS
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
                {"id": shown.candidate.pk, "letter": shown.letter, "number": shown.candidate.subject.number}
                for shown in examinations.shown_to(request.user, one)
            ],
        }
        for one in examinations.waiting_for(request.user, at=clock.now()).prefetch_related("candidates__subject")
    ]


@router.post(
    "/examinations/{examination_id}/decisions", response={200: RecordedOut, 403: Problem, 404: Problem, 409: Problem}
)
def decide(request: HttpRequest, examination_id: Number, payload: DecisionIn) -> dict[str, Any]:
    """Record one's own decision."""
    examination.decide(
        examination_id=examination_id, examiner=request.user, verdict=payload.verdict, candidate_id=payload.candidate,
        rationale=payload.rationale, at=clock.now(),
    )  # fmt: skip
    return {"recorded": True}


@router.post(
    "/examinations/{examination_id}/look", response={200: RecordedOut, 403: Problem, 404: Problem, 409: Problem}
)
def look_first(request: HttpRequest, examination_id: Number, payload: DecisionIn) -> dict[str, Any]:
    """Record what a lead examiner sees in a disputed comparison, before reading what the others said."""
    examination.look(
        examination_id=examination_id, examiner=request.user, verdict=payload.verdict, candidate_id=payload.candidate,
        rationale=payload.rationale, at=clock.now(),
    )  # fmt: skip
    return {"recorded": True}


@router.get(
    "/examinations/{examination_id}/opinions",
    response={200: list[OpinionOut], 403: Problem, 404: Problem, 409: Problem},
)
def read_opinions(request: HttpRequest, examination_id: Number) -> list[dict[str, Any]]:
    """What the examiners said, for the lead examiner whose first look is recorded. The reading is logged."""
    found = disclosure.opinions(examination=_comparison(examination_id), reader=request.user, at=clock.now())
    return [asdict(one) for one in found]


@router.get(
    "/examinations/{examination_id}/scores", response={200: list[ScoresOut], 403: Problem, 404: Problem, 409: Problem}
)
def read_scores(request: HttpRequest, examination_id: Number) -> list[dict[str, Any]]:
    """What the machine had found, for an examiner who has decided. The reading is logged."""
    found = disclosure.scores(examination=_comparison(examination_id), reader=request.user, at=clock.now())
    return [
        {
            "letter": one.letter, "rank": one.evidence.rank, "score": one.evidence.hit.score,
            "finger_scores": dict(one.evidence.hit.fingers), "contributions": dict(one.evidence.hit.contributions),
            "policy": one.evidence.policy_version,
        }
        for one in found
    ]  # fmt: skip


def _comparison(examination_id: int) -> Examination:
    return Examination.objects.select_related("submission__data_key").get(pk=examination_id)


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
        query_id=query_id, author=request.user, code=payload.code, evidence=evidence, relied_on=payload.relied_on,
        confidence=payload.confidence, confidence_code=payload.confidence_code,
        contradictions=payload.contradictions, conviction_id=payload.conviction, at=clock.now(),
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
        authority_code=payload.authority_code, reason=payload.reason, at=clock.now(),
    )  # fmt: skip
    return {"determination": made.pk, "code": made.code, "signed_at": made.signed_at}
