# SPDX-License-Identifier: Apache-2.0
"""Plans of the roll-out over HTTP: those that were kept, one with its counties, another kept or approved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from secure_communities.api.authentication import staff
from secure_communities.api.casework import Line, Number, Reference, Sentence
from secure_communities.api.errors import Problem
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.prioritize.rollout import parameters as asked
from secure_communities.prioritize.rollout import selectors, services
from secure_communities.prioritize.rollout.models import RolloutPlan

router = Router(tags=["Roll-out"], auth=staff)
PROBLEMS: dict[Any, Any] = {403: Problem, 404: Problem, 409: Problem}
MOST = 100
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Months = Annotated[dict[Annotated[str, StringConstraints(max_length=5)], Month], Field(max_length=4_000)]


class PlanOut(Schema):
    """A plan that was kept. `covered`, `bound`: shares of serious bookings × months, reached and at most possible."""

    id: int
    title: str
    as_of: date
    covered: float
    bound: float
    made_by: str
    made_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    replans: int | None
    csv: str


class ParametersOut(Schema):
    """What the plan was asked for."""

    first: str
    months: int
    effort: float
    sites: int | None
    vendor_lead: int
    training_months: int
    effort_of_a_team: float
    agreements: dict[str, str]
    must_by: dict[str, str]
    blackouts: dict[str, list[str]]


class PlannedOut(Schema):
    """A county of a plan. `month`: in which it comes on line, null outside the plan; `out`: why it is not planned."""

    fips: str
    state: str
    serious: int
    effort: float
    month: str | None
    on_line_already: bool
    out: str


class RiskOut(Schema):
    """Which figure of the live ranking the counties' risk is, where it comes from, and of which day."""

    name: str
    source: str
    as_of: date


class PlanDetailOut(PlanOut):
    """One plan whole. `stands`: its stored inputs have their hash and give its stored result again.

    `risk`: null where it was not kept with the plan.
    """

    inputs_hash: str
    risk: RiskOut | None
    stands: bool
    parameters: ParametersOut
    problems: list[str]
    counties: list[PlannedOut]


class PlanIn(Schema):
    """Ask for a plan from the register as it is. `replans`: the plan that it follows. `dryRun`: keep nothing."""

    title: Annotated[Line, Field(max_length=80)]
    first: Month
    months: Annotated[int, Field(ge=1, le=asked.MOST_MONTHS)]
    effort: Annotated[float, Field(ge=0, le=asked.MOST, allow_inf_nan=False)]
    sites: Annotated[int, Field(ge=0, le=10_000)] | None = None
    vendor_lead: Annotated[int, Field(ge=0, le=asked.MOST_MONTHS)] = 0
    training_months: Annotated[int, Field(ge=1, le=24)] = 1
    effort_of_a_team: Annotated[float, Field(ge=0.1, le=10_000, allow_inf_nan=False)] = 5
    agreements: Months = {}
    must_by: Months = {}
    blackouts: Annotated[
        dict[Annotated[str, StringConstraints(max_length=5)], Annotated[list[Month], Field(max_length=72)]],
        Field(max_length=4_000),
    ] = {}
    replans: Reference | None = None
    dry_run: bool = Field(True, alias="dryRun")

    def parameters(self) -> asked.Parameters:
        """The request as the planner takes it."""
        given = self.dict(exclude={"title", "replans", "dry_run", "blackouts"})
        return asked.Parameters(**given, blackouts={code: tuple(sorted(set(m))) for code, m in self.blackouts.items()})


class PlanMadeOut(Schema):
    """What came of it. `plan` is null on a dry run."""

    dry_run: bool
    covered: float
    bound: float
    problems: list[str]
    plan: int | None


class ApprovalIn(Schema):
    """Why this plan."""

    reason: Sentence


class ApprovalOut(Schema):
    """The plan that counts from now on."""

    plan: int
    approved_at: datetime


@router.get("/rollout-plans", response={200: list[PlanOut], 403: Problem})
def plans(request: HttpRequest, after: Annotated[int | None, Field(ge=1, lt=2**63)] = None) -> list[dict[str, Any]]:
    """Up to 100 plans that were kept, newest first; `after` is the id of the last one of the page before."""
    require(request.user, Permission.ROLLOUT_VIEW, at=clock.now())
    rows = RolloutPlan.objects.select_related("made_by", "approval__approved_by").defer("inputs", "result")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_plan(one) for one in rows.order_by("-id")[:MOST]]


@router.get("/rollout-plans/{plan_id}", response={200: PlanDetailOut, 403: Problem, 404: Problem})
def one_plan(request: HttpRequest, plan_id: Number) -> dict[str, Any]:
    """One plan as it was computed, with its counties, and whether it still follows from its stored inputs."""
    require(request.user, Permission.ROLLOUT_VIEW, at=clock.now())
    found = RolloutPlan.objects.select_related("made_by", "approval__approved_by").get(pk=plan_id)
    inputs = selectors.inputs_of(found)
    months = selectors.months(inputs, found.result)
    return {
        **_plan(found),
        "inputs_hash": found.inputs_hash,
        "risk": inputs.risk,
        "stands": selectors.stands(found),
        "parameters": inputs.parameters,
        "problems": _problems(found.result),
        "counties": [
            {
                "fips": one.fips, "state": one.state, "serious": one.serious, "effort": one.effort,
                "month": months.get(one.fips), "on_line_already": bool(one.since), "out": one.out,
            }
            for one in inputs.counties
        ],
    }  # fmt: skip


@router.post("/rollout-plans", response={200: PlanMadeOut, **PROBLEMS})
def make(request: HttpRequest, payload: PlanIn) -> dict[str, Any]:
    """Plan from the register as it is, and keep the plan; with `dryRun` (the default) nothing is kept."""
    now = clock.now()
    require(request.user, Permission.ROLLOUT_PLAN, at=now)
    replans = None if payload.replans is None else RolloutPlan.objects.get(pk=payload.replans)
    if payload.dry_run:
        _, result = services.tried(payload.parameters(), as_of=now.date())
        return _made(result, None)
    made = services.keep(parameters=payload.parameters(), title=payload.title, by=request.user, at=now, replans=replans)
    return _made(made.result, made.pk)


@router.post("/rollout-plans/{plan_id}/approval", response={200: ApprovalOut, **PROBLEMS})
def approve(request: HttpRequest, plan_id: Number, payload: ApprovalIn) -> dict[str, Any]:
    """Approve a plan that another programme manager made: others are compared with it from now on."""
    found = RolloutPlan.objects.get(pk=plan_id)
    made = services.approve(plan=found, reason=payload.reason, by=request.user, at=clock.now())
    return {"plan": found.pk, "approved_at": made.approved_at}


def _plan(one: RolloutPlan) -> dict[str, Any]:
    approval = getattr(one, "approval", None)
    return {
        "id": one.pk, "title": one.title, "as_of": one.as_of, "covered": one.covered, "bound": one.bound,
        "made_by": one.made_by.display_name, "made_at": one.made_at,
        "approved_by": approval.approved_by.display_name if approval else None,
        "approved_at": approval.approved_at if approval else None,
        "replans": one.replans_id, "csv": reverse("web:plan-csv", args=[one.pk]),
    }  # fmt: skip


def _problems(result: Any) -> list[str]:
    return [one["sentence"] for one in result["problems"]]


def _made(result: Any, plan: int | None) -> dict[str, Any]:
    return {
        "dry_run": plan is None, "covered": result["covered"], "bound": result["bound"],
        "problems": _problems(result), "plan": plan,
    }  # fmt: skip
