# SPDX-License-Identifier: Apache-2.0
"""What supervisors, counsel, officers and lead examiners do over HTTP: claims, conclusions, agreement, corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from secure_communities.api.authentication import staff
from secure_communities.api.casework import Line, Number, Reference, Words
from secure_communities.api.errors import Problem
from secure_communities.identify.citizenship import selectors as citizenship_selectors
from secure_communities.identify.citizenship import services as citizenship
from secure_communities.identify.citizenship.models import Conclusion, Source
from secure_communities.identify.research import review
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.responses import corrections
from secure_communities.platform import clock
from secure_communities.platform.access.roles import Role
from secure_communities.policy.determination import Correction

router = Router(tags=["Review"], auth=staff)
PROBLEMS: dict[Any, Any] = {403: Problem, 404: Problem, 409: Problem}


class ClaimIn(Schema):
    """What a source says about citizenship. `value`: a country or place code, `US` for the United States."""

    source: Source
    value: Line
    provenance: Words


class ClaimOut(Schema):
    """The claim's place among all of the submission."""

    version: int


class SignOut(Schema):
    """One open sign of citizenship, and in which roles somebody has concluded."""

    id: int
    control_number: str
    code: str
    due_at: datetime
    concluded: list[Role]


class ConclusionIn(Schema):
    """One reviewer's conclusion on a sign of citizenship."""

    capacity: Role
    conclusion: Conclusion
    reason: Words


class StandingOut(Schema):
    """How the sign stands now: open, cleared or confirmed."""

    standing: str


class ConcurrenceIn(Schema):
    """Supervisor or counsel agreeing to a draft."""

    draft: Reference
    capacity: Role
    reason: Words


class ConcurrenceOut(Schema):
    """The agreement's number."""

    concurrence: int


class CorrectionIn(Schema):
    """Why a determination is opened again."""

    code: Correction
    words: Words


class CorrectionOut(Schema):
    """The correction's number and the version it will replace."""

    correction: int
    supersedes: int


class FirstCorrectionIn(Schema):
    """A first response corrected: identified as this number, or not identified."""

    subject: Line | None = None
    reason: Words


class FirstCorrectionOut(Schema):
    """The superseding response."""

    tcn: str
    version: int


@router.post("/queries/{query_id}/claims", response={200: ClaimOut, **PROBLEMS})
def claim(request: HttpRequest, query_id: Number, payload: ClaimIn) -> dict[str, Any]:
    """Record what a source says about citizenship."""
    made = citizenship.record_claim(
        submission_id=StatusQuery.objects.values_list("submission_id", flat=True).get(pk=query_id),
        source=payload.source, value=payload.value, provenance=payload.provenance, by=request.user, at=clock.now(),
    )  # fmt: skip
    return {"version": made.version}


@router.get("/citizenship", response=list[SignOut])
def open_signs(request: HttpRequest) -> list[dict[str, Any]]:
    """The signs of citizenship that wait for a conclusion, the longest open first. Why each was raised: its page."""
    signs = citizenship_selectors.open_indicia().select_related("submission").prefetch_related("clearances")
    return [
        {
            "id": one.pk, "control_number": one.submission.control_number, "code": one.code, "due_at": one.due_at,
            "concluded": [each.capacity for each in one.clearances.all()],
        }
        for one in signs[:500]
    ]  # fmt: skip


@router.post("/citizenship/{indicium_id}/conclusions", response={200: StandingOut, **PROBLEMS})
def conclude(request: HttpRequest, indicium_id: Number, payload: ConclusionIn) -> dict[str, Any]:
    """Conclude on a sign of citizenship (supervisor and counsel together clear; either confirms)."""
    standing = citizenship.conclude(
        indicium_id=indicium_id, reviewer=request.user, capacity=payload.capacity, conclusion=payload.conclusion,
        reason=payload.reason, at=clock.now(),
    )  # fmt: skip
    return {"standing": standing.value}


@router.post("/queries/{query_id}/concurrences", response={200: ConcurrenceOut, **PROBLEMS})
def concur(request: HttpRequest, query_id: Number, payload: ConcurrenceIn) -> dict[str, Any]:
    """Agree to a draft that needs supervisor and counsel."""
    made = review.concur(
        query_id=query_id, draft_id=payload.draft, reviewer=request.user, capacity=payload.capacity,
        reason=payload.reason, at=clock.now(),
    )  # fmt: skip
    return {"concurrence": made.pk}


@router.post("/queries/{query_id}/corrections", response={200: CorrectionOut, **PROBLEMS})
def correct(request: HttpRequest, query_id: Number, payload: CorrectionIn) -> dict[str, Any]:
    """Open a signed determination again (authorised officers and supervisors)."""
    made = review.correct(query_id=query_id, by=request.user, code=payload.code, words=payload.words, at=clock.now())
    return {"correction": made.pk, "supersedes": made.supersedes.version}


@router.post(
    "/staff/submissions/{control_number}/first-response/corrections", response={200: FirstCorrectionOut, **PROBLEMS}
)
def correct_first(request: HttpRequest, control_number: str, payload: FirstCorrectionIn) -> dict[str, Any]:
    """Supersede a first response that was wrong (lead examiners)."""
    made = corrections.correct_first(
        control_number=control_number, examiner=request.user, subject_number=payload.subject, reason=payload.reason,
        at=clock.now(),
    )  # fmt: skip
    return {"tcn": made.tcn, "version": made.version}
