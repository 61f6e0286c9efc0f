# SPDX-License-Identifier: Apache-2.0
"""Priorities over HTTP, for staff: what stands and why, what went before, counts by level, assessing again.

No booking system comes here. Each reading is logged with its purpose; what is withheld says so and nothing else (S19).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema
from pydantic import Field

from secure_communities.api.authentication import staff
from secure_communities.api.casework import Number
from secure_communities.api.errors import Problem
from secure_communities.identify.intake.reading import NotFound
from secure_communities.platform import clock
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.prioritize.assessments import selectors, services
from secure_communities.prioritize.assessments.models import Assessment
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.reviews import documents, reading
from secure_communities.prioritize.reviews import selectors as reviews

router = Router(tags=["Priorities"], auth=staff)
PROBLEMS: dict[Any, Any] = {403: Problem, 404: Problem, 422: Problem}
Several = Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Query(..., min_length=1, max_length=reading.AT_ONCE)]


class ChangeOut(Schema):
    """One counterfactual: in words, and which field of which stored fact would give which answer."""

    sentence: str
    answer: str
    reference: str
    field: str
    value: str


class ExplanationOut(Schema):
    """The assessment in plain words: the same as on the page and in the document."""

    headline: str
    reasons: list[str]
    missing: list[str]
    changes: list[ChangeOut]
    rule_text: list[str]
    notices: list[str]


class AssessmentOut(Schema):
    """One assessment as stored. `rank`: 0 is the gravest; null where the answer stands outside the order."""

    id: int
    query: int
    rule_set: str
    rule_version: int
    rule_hash: str
    inputs_hash: str
    answer: str
    rank: int | None
    basis: str
    provisional: bool
    could_become: list[str]
    trigger: str
    supersedes: int | None
    assessed_at: datetime


class OpenedOut(Schema):
    """A case. `withheld`: of a protected person; then nothing else is said. `effective_answer`: with an override."""

    query: int
    withheld: bool = False
    effective_answer: str | None = None
    override: int | None = None
    assessment: AssessmentOut | None = None
    explanation: ExplanationOut | None = None
    history: str | None = None


class StoredOut(Schema):
    """An assessment with its inputs. `recomputed`: its inputs give the same answer under its rules now (S6)."""

    assessment: AssessmentOut
    explanation: ExplanationOut
    inputs: dict[str, Any]
    recomputed: bool


class CountOut(Schema):
    """How many cases have an answer, by what it rests on: charged and convicted are never one number (S6)."""

    answer: str
    convicted: int
    charged: int
    finding: int
    none: int


class CountsOut(Schema):
    """Counts under the rules that order the work, of the cases that the caller may open."""

    rule_set: str
    rule_version: int
    draft: bool
    counts: list[CountOut]


class AgainIn(Schema):
    """Assess again. `dryRun`: say what would come of it, and record nothing."""

    purpose: Annotated[str, Field(max_length=40)]
    dry_run: bool = Field(True, alias="dryRun")


class AgainOut(Schema):
    """What came of it, or would. `assessment` is null on a dry run."""

    dry_run: bool
    rule_set: str
    before: str | None
    after: str
    provisional: bool
    assessment: int | None


@router.get("/assessments", response={200: list[OpenedOut], **PROBLEMS})
def several(request: HttpRequest, query: Several, purpose: str = "") -> list[dict[str, Any]]:
    """What stands for up to 20 cases: all of them, or none. Each reading is logged by itself."""
    opened = reading.open_cases(query, reader=request.user, purpose=purpose, at=clock.now())
    return [_opened(one) for one in opened]


@router.get("/assessments/{query_id}", response={200: OpenedOut, **PROBLEMS})
def one_case(request: HttpRequest, query_id: Number, purpose: str = "") -> dict[str, Any]:
    """What stands for one case, why, and where its history lies."""
    return _opened(reading.open_case(query_id, reader=request.user, purpose=purpose, at=clock.now()))


@router.get("/assessments/{query_id}/history", response={200: list[AssessmentOut], **PROBLEMS})
def history(request: HttpRequest, query_id: Number, purpose: str = "") -> list[dict[str, Any]]:
    """Every assessment of the case under every set of rules, newest first."""
    query = _disclosed(request, query_id, purpose)
    return [_assessment(one) for one in selectors.history_of(query)]


@router.get("/assessments/{query_id}/history/{assessment_id}", response={200: StoredOut, **PROBLEMS})
def stored(
    request: HttpRequest, query_id: Number, assessment_id: Annotated[int, Path(ge=1, lt=2**63)], purpose: str = ""
) -> dict[str, Any]:
    """One assessment with its stored inputs, computed again from them now."""
    found = get_object_or_404(Assessment, pk=assessment_id, query=_disclosed(request, query_id, purpose))
    return {
        "assessment": _assessment(found),
        "explanation": _explanation(found),
        "inputs": found.inputs,
        "recomputed": selectors.still_holds(found),
    }


@router.get("/assessments/{query_id}/history/{assessment_id}/pdf", response={**PROBLEMS, 503: Problem})
def document(
    request: HttpRequest, query_id: Number, assessment_id: Annotated[int, Path(ge=1, lt=2**63)], purpose: str = ""
) -> HttpResponse:
    """One assessment as a PDF, from the same explanation."""
    found = get_object_or_404(Assessment, pk=assessment_id, query=_disclosed(request, query_id, purpose))
    return HttpResponse(documents.pdf_of(found), content_type="application/pdf")


@router.get("/assessment-counts", response={200: CountsOut, 403: Problem})
def counts(request: HttpRequest) -> dict[str, Any]:
    """Cases by answer and by what it rests on, of those that the caller may open."""
    found = reviews.counts(request.user, at=clock.now())
    rules = found.rules
    return {
        "rule_set": rules.code, "rule_version": rules.version, "draft": rules.draft,
        "counts": [
            {"answer": answer, **{basis.lower(): number for basis, number in split.items()}}
            for answer, split in found.by_answer.items()
        ],
    }  # fmt: skip


@router.post("/assessments/{query_id}/reassess", response={200: AgainOut, **PROBLEMS, 409: Problem})
def again(request: HttpRequest, query_id: Number, payload: AgainIn) -> dict[str, Any]:
    """Assess again from what is on record now; with `dryRun` (the default) nothing is recorded."""
    now = clock.now()
    query = _disclosed(request, query_id, payload.purpose)
    access.require(request.user, Permission.ASSESSMENT_AGAIN, query.submission.originator, at=now)
    before = selectors.current_of(query, at=now)
    _, result = services.dry_run(query=query, at=now)
    made = None
    if not payload.dry_run:
        made = services.assess_query(query=query, trigger=Trigger.ON_DEMAND, by=request.user, at=now)
    return {
        "dry_run": payload.dry_run,
        "rule_set": result.rule_set,
        "before": before.answer if before else None,
        "after": made.answer if made else result.answer,
        "provisional": made.provisional if made else result.provisional,
        "assessment": made.pk if made else None,
    }


def _disclosed(request: HttpRequest, query_id: int, purpose: str) -> Any:
    opened = reading.open_case(query_id, reader=request.user, purpose=purpose, at=clock.now())
    if opened.withheld:
        raise NotFound("There is nothing of this case that your role may read.")
    return opened.query


def _opened(one: reading.Opened) -> dict[str, Any]:
    if one.withheld:
        return {"query": one.query.pk, "withheld": True}
    current = selectors.current_of(one.query, at=clock.now())
    if current is None:
        return {"query": one.query.pk}
    return {
        "query": one.query.pk,
        "effective_answer": current.effective_answer,
        "override": current.override_id,
        "assessment": _assessment(current.assessment),
        "explanation": _explanation(current.assessment),
        "history": f"/api/v1/assessments/{one.query.pk}/history",
    }


def _assessment(one: Assessment) -> dict[str, Any]:
    return {
        "id": one.pk, "query": one.query_id, "rule_set": one.rule_set, "rule_version": one.rule_version,
        "rule_hash": one.rule_hash, "inputs_hash": one.inputs_hash, "answer": one.answer, "rank": one.rank,
        "basis": one.basis, "provisional": one.provisional, "could_become": one.result["could_become"],
        "trigger": one.trigger, "supersedes": one.supersedes_id, "assessed_at": one.assessed_at,
    }  # fmt: skip


def _explanation(one: Assessment) -> dict[str, Any]:
    said = selectors.explanation_of(one)
    return {
        "headline": said.headline, "reasons": list(said.reasons), "missing": list(said.missing),
        "changes": [
            {"sentence": each.sentence, "answer": each.answer, "reference": each.reference, "field": each.field,
             "value": each.value}
            for each in said.changes
        ],
        "rule_text": list(said.rule_text), "notices": list(said.notices),
    }  # fmt: skip
