# SPDX-License-Identifier: Apache-2.0
"""Rule sets over HTTP, to read: each version with its text, its answers to an offence, and a shadow run's report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import StringConstraints

from secure_communities.api.authentication import staff
from secure_communities.api.casework import Number
from secure_communities.api.errors import Problem
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.policy.priority import RuleSet
from secure_communities.policy.priority.differences import Line, Span, answers
from secure_communities.prioritize.rulesets import selectors
from secure_communities.prioritize.rulesets.models import ShadowRun
from secure_communities.prioritize.rulesets.rules import Report

router = Router(tags=["Rules"], auth=staff)
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class RuleSetOut(Schema):
    """One version. `hash`: SHA-256 of its canonical text. `orders_work`: in force now. `draft`: no official table."""

    hash: str
    code: str
    version: int
    title: str
    citation: str
    effective_from: date
    effective_to: date | None
    draft: bool
    orders_work: bool


class RuleTextOut(RuleSetOut):
    """One version whole: `document` is the canonical text as a value."""

    origin: str
    document: dict[str, Any]


class SpanOut(Schema):
    """Whole months, both ends in it; `to` null: without end; both null: the length is not known."""

    since: int | None
    to: int | None


class RuleAnswerOut(Schema):
    """The answer to one charge alone. `sentence`, `maximum`: null where the answer does not depend on it."""

    ground: str
    sentence: list[SpanOut] | None
    maximum: list[SpanOut] | None
    answer: str
    title: str


class FlowOut(Schema):
    """So many cases from one answer on one basis to another. Bases are never added together (S6)."""

    before: str
    basis_before: str
    after: str
    basis_after: str
    cases: int


class DecidedOut(Schema):
    """Why cases move: the step that decides under the rules tried."""

    step: str
    before: str
    after: str
    cases: int


class ShadowRunOut(Schema):
    """Rules tried over every case on record; nothing that orders work changed. Figures so far until `finished_at`."""

    id: int
    candidate: str
    against: str
    asked_at: datetime
    finished_at: datetime | None
    cases: int
    moved: int
    provisional: int
    flows: list[FlowOut]
    steps: list[DecidedOut]


@router.get("/rule-sets", response={200: list[RuleSetOut], 403: Problem})
def rule_sets(request: HttpRequest) -> list[dict[str, Any]]:
    """Every version of every rule set, by date."""
    now = clock.now()
    require(request.user, Permission.RULES_VIEW, at=now)
    active = selectors.active_rule_set(now)
    return [_version(one, active) for one in selectors.readable()]


@router.get("/rule-sets/{digest}", response={200: RuleTextOut, 403: Problem, 404: Problem})
def rule_set(request: HttpRequest, digest: Hash) -> dict[str, Any]:
    """One version with its canonical text."""
    now = clock.now()
    require(request.user, Permission.RULES_VIEW, at=now)
    found = selectors.by_hash(digest)
    return {**_version(found, selectors.active_rule_set(now)), "origin": found.origin, "document": found.document}


@router.get("/rule-sets/{digest}/answers/{code}", response={200: list[RuleAnswerOut], 403: Problem, 404: Problem})
def answers_to(request: HttpRequest, digest: Hash, code: Code) -> list[dict[str, Any]]:
    """What a version answers to one offence, charged or convicted, at every length. A filler or status is unknown."""
    require(request.user, Permission.RULES_VIEW, at=clock.now())
    found = selectors.by_hash(digest)
    lines = [line for group in answers(found) if code in group.codes for line in group.lines]
    if not lines:
        raise selectors.UnknownRules(f"{code} names no offence")
    return [_line(found, one) for one in lines]


@router.get("/shadow-runs/{run_id}", response={200: ShadowRunOut, 403: Problem, 404: Problem})
def shadow_run(request: HttpRequest, run_id: Number) -> dict[str, Any]:
    """How far a shadow run is, and who would move and why."""
    require(request.user, Permission.RULES_VIEW, at=clock.now())
    found = ShadowRun.objects.select_related("candidate", "against").get(pk=run_id)
    report = Report.of(found.report)
    return {
        "id": found.pk, "candidate": found.candidate.hash, "against": found.against.hash, "asked_at": found.asked_at,
        "finished_at": found.finished_at, "cases": report.cases, "moved": report.moved,
        "provisional": report.provisional,
        "flows": [
            {"before": a, "basis_before": b, "after": c, "basis_after": d, "cases": count}
            for (a, b, c, d), count in sorted(report.matrix.items())
        ],
        "steps": [
            {"step": step, "before": was, "after": now, "cases": count}
            for (step, was, now), count in report.steps.most_common()
        ],
    }  # fmt: skip


def _version(one: RuleSet, active: RuleSet) -> dict[str, Any]:
    return {
        "hash": one.hash, "code": one.code, "version": one.version, "title": one.title, "citation": one.citation,
        "effective_from": one.effective_from, "effective_to": one.effective_to, "draft": one.draft,
        "orders_work": one.hash == active.hash,
    }  # fmt: skip


def _line(rules: RuleSet, one: Line) -> dict[str, Any]:
    return {
        "ground": one.ground, "sentence": _spans(one.sentence), "maximum": _spans(one.maximum),
        "answer": one.answers[0], "title": rules.title_of(one.answers[0]),
    }  # fmt: skip


def _spans(found: tuple[Span, ...] | None) -> list[dict[str, int | None]] | None:
    return None if found is None else [{"since": one.low, "to": one.high} for one in found]
