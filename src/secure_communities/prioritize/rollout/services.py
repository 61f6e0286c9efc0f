# SPDX-License-Identifier: Apache-2.0
"""Try a plan without effect, keep one, and let another person approve it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from secure_communities.planning.rollout import PlanError
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, refusing, stated
from secure_communities.prioritize.rollout import parameters as asked
from secure_communities.prioritize.rollout import selectors
from secure_communities.prioritize.rollout.models import PlanApproval, PlannedActivation, RolloutPlan


def tried(parameters: asked.Parameters, *, as_of: date) -> tuple[asked.Inputs, dict[str, Any]]:
    """A plan from the register as it is, which nothing keeps. Raises Refusal in words."""
    try:
        inputs = selectors.inputs(parameters, as_of=as_of)
        return inputs, asked.plain(asked.solve(inputs))
    except PlanError as fault:
        raise Refusal(f"{str(fault)[0].upper()}{str(fault)[1:]}.") from None


@transaction.atomic
def keep(
    *, parameters: asked.Parameters, title: str, by: Any, at: datetime, replans: RolloutPlan | None = None
) -> RolloutPlan:
    """Compute a plan from the register as of now and keep it. Nothing follows it until another person approves it."""
    require(by, Permission.ROLLOUT_PLAN, at=at)
    if not title.strip():
        raise Refusal("Give the plan a title.")
    inputs, result = tried(parameters, as_of=at.date())
    plan = RolloutPlan.objects.create(
        title=title.strip(), inputs=inputs.canonical(), inputs_hash=inputs.hash, as_of=at.date(), result=result,
        bound=result["bound"], covered=result["covered"], replans=replans, made_by=by, made_at=at,
    )  # fmt: skip
    done = {one.fips for one in inputs.counties if one.since}
    PlannedActivation.objects.bulk_create(
        PlannedActivation(plan=plan, county_id=fips, month=date.fromisoformat(f"{month}-01"), done=fips in done)
        for fips, month in sorted(selectors.months(inputs, result).items())
    )
    append(
        kind="rollout:planned", actor=by, about=("rollout_plan", plan.pk), at=at,
        data={"inputs": plan.inputs_hash, "covered": plan.covered, "bound": plan.bound},
    )  # fmt: skip
    return plan


@transaction.atomic
def approve(*, plan: RolloutPlan, reason: str, by: Any, at: datetime) -> PlanApproval:
    """Another person's yes: from now on this plan is the one others are compared with."""
    require(by, Permission.ROLLOUT_APPROVE, plan, at=at)
    if not selectors.stands(plan):
        raise Refusal("The stored plan does not follow from its stored inputs: plan again.")
    if plan.result["problems"]:
        raise Refusal("This plan misses a date. Change the date or the means, then approve a plan that keeps them all.")
    with refusing({"rollout_planapproval_plan_id_key": "This plan is approved already."}):
        made = PlanApproval.objects.create(plan=plan, reason=stated(reason), approved_by=by, approved_at=at)
    append(
        kind="rollout:approved", actor=by, about=("rollout_plan", plan.pk), at=at, reason=made.reason,
        data={"inputs": plan.inputs_hash},
    )  # fmt: skip
    return made
