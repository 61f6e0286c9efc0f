# SPDX-License-Identifier: Apache-2.0
"""The planner: try a plan without effect, keep it, let another manager approve it, compare with the approved one."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import Refused, may
from secure_communities.platform.agencies.models import County
from secure_communities.platform.refusals import Refusal
from secure_communities.prioritize.rollout import parameters as asked
from secure_communities.prioritize.rollout import selectors, services
from secure_communities.prioritize.rollout.models import RolloutPlan
from secure_communities.web.forms.planner import ApproveForm, KeepForm, PlanForm, values_of
from secure_communities.web.presenters import planner as shown
from secure_communities.web.views import frame

NUMBER = re.compile(r"\d{1,18}", re.ASCII)
SHOWN = 100  # of the counties that move
COLUMNS = (
    {"key": "plan", "title": "Plan"},
    {"key": "as_of", "title": "Data of"},
    {"key": "covered", "title": "Covered", "numeric": True},
    {"key": "bound", "title": "Bound", "numeric": True},
    {"key": "made", "title": "Made by"},
    {"key": "approved", "title": "Approved by"},
)


@require_safe
@frame.staff_page
def planner(request: HttpRequest) -> HttpResponse:
    """The plans that were kept, and the form of another. `from`: the plan whose request the form begins with."""
    again = _begun_from(request)
    plans = RolloutPlan.objects.select_related("made_by", "approval__approved_by")
    page = Paginator(plans, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": PlanForm(initial=_initial(again)) if may(request.user, Permission.ROLLOUT_PLAN) else None,
        "rows": [_listed(one) for one in page], "columns": COLUMNS, "page": page, "again": again,
    }  # fmt: skip
    return frame.show(request, "web/planner.html", context)


def _begun_from(request: HttpRequest) -> RolloutPlan | None:
    """The kept plan whose number stands in the address."""
    number = request.GET.get("from", "")
    return RolloutPlan.objects.filter(pk=number).first() if NUMBER.fullmatch(number) else None


def _initial(again: RolloutPlan | None) -> dict[str, Any]:
    if again is not None:
        return dict(values_of(selectors.inputs_of(again).parameters))
    return {"first": asked.month_of(clock.now().date())}


def _listed(plan: RolloutPlan) -> dict[str, Any]:
    approval = getattr(plan, "approval", None)
    return {
        "plan": {"text": plan.title, "href": reverse("web:plan", args=[plan.pk])},
        "as_of": plan.as_of.isoformat(), "covered": shown.share(plan.covered), "bound": shown.share(plan.bound),
        "made": plan.made_by.display_name, "approved": approval.approved_by.display_name if approval else None,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@frame.staff_page
def try_plan(request: HttpRequest) -> HttpResponse:
    """A plan for the request in the address, which nothing keeps until it is posted with a title."""
    now = clock.now()
    again = _begun_from(request)
    form = PlanForm(request.GET)
    context: dict[str, Any] = {"form": form, "again": again, "trail": _trail("A plan tried")}
    if not form.is_valid():
        return frame.show(request, "web/planner.html", {**context, "columns": COLUMNS}, status=422)
    keep = KeepForm(request.POST or None)
    try:
        if keep.is_bound and keep.is_valid():
            made = services.keep(
                parameters=form.parameters(), title=keep.cleaned_data["title"], by=request.user, at=now, replans=again
            )
            messages.success(request, "Kept. Another programme manager approves it.")
            return HttpResponseRedirect(reverse("web:plan", args=[made.pk]))
        inputs, result = services.tried(form.parameters(), as_of=now.date())
    except Refusal as error:
        return frame.show(
            request, "web/planner.html", {**context, "columns": COLUMNS, "refusal": str(error)}, status=409
        )
    context |= _result(inputs, result, against=selectors.approved())
    context |= {
        "title": "A plan tried", "keep": keep, "action": request.get_full_path(),
        "lead": "Nothing is kept yet, and nothing follows from it.",
        "change_url": f"{reverse('web:planner')}?{urlencode({'from': again.pk})}" if again else reverse("web:planner"),
    }  # fmt: skip
    context |= _pages(request, context)
    return frame.show(request, "web/plan.html", context, status=422 if keep.is_bound else 200)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan that was kept, as it was computed, and another manager's approval."""
    found = get_object_or_404(RolloutPlan.objects.select_related("made_by", "approval__approved_by"), pk=plan_id)
    approval = getattr(found, "approval", None)
    answer = may(request.user, Permission.ROLLOUT_APPROVE, found)
    form = ApproveForm(request.POST or None) if approval is None and answer else None
    refusal, status = "", 200
    if request.method == "POST":
        if form is None:
            frame.require_for(request, Permission.ROLLOUT_APPROVE, found)
            refusal, status = "This plan is approved already.", 409
        elif form.is_valid():
            try:
                services.approve(plan=found, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
            except Refusal as error:
                refusal, status = str(error), 409
            else:
                messages.success(request, "Approved: other plans are compared with this one from now on.")
                return HttpResponseRedirect(request.path)
        else:
            status = 422
    inputs = selectors.inputs_of(found)
    other = selectors.approved()
    context = {
        "trail": _trail(found.title), "title": found.title, "plan": found, "approval": approval, "approve": form,
        "why_not": answer.why if isinstance(answer, Refused) and approval is None else "", "refusal": refusal,
        "lead": f"As computed on {found.as_of.isoformat()} and never changed since.",
        "stands": selectors.stands(found), "csv_url": reverse("web:plan-csv", args=[found.pk]),
        "again_url": f"{reverse('web:planner')}?{urlencode({'from': found.pk})}"
        if may(request.user, Permission.ROLLOUT_PLAN) else "",
        **_result(inputs, found.result, against=other if other != found else None),
    }  # fmt: skip
    context |= _pages(request, context)
    return frame.show(request, "web/plan.html", context, status=status)


@require_safe
@frame.staff_page
def plan_csv(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A kept plan as a file: a row for each county."""
    found = get_object_or_404(RolloutPlan, pk=plan_id)
    text = io.StringIO()
    csv.writer(text).writerows(shown.csv_rows(selectors.inputs_of(found), found.result, _names()))
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rollout-plan-{found.pk}.csv"'
    return answer


def _pages(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The nation has thousands of counties: a page of them at a time, and of those that move the first of many."""
    page = Paginator(context["counties"], frame.PAGE_SIZE).get_page(request.GET.get("page"))
    moved = context.get("differences", [])
    return {"page": page, "counties": list(page), "moved": len(moved), "differences": moved[:SHOWN]}


def _trail(title: str) -> list[dict[str, str]]:
    return [{"title": "Planner", "href": reverse("web:planner")}, {"title": title}]


def _names() -> dict[str, str]:
    return {one.fips: f"{one.name}, {one.state.usps}" for one in County.objects.select_related("state")}


def _result(inputs: asked.Inputs, result: dict[str, Any], *, against: RolloutPlan | None) -> dict[str, Any]:
    names = _names()
    context: dict[str, Any] = {
        "as_of": inputs.as_of, "risk": shown.risk(inputs), "tiles": shown.tiles(inputs, result),
        "problems": shown.problems(result, names),
        "chart": shown.chart(inputs, result), "states": shown.states(inputs, result),
        "state_columns": shown.STATE_COLUMNS, "months": shown.months(inputs, result),
        "month_columns": shown.MONTH_COLUMNS, "counties": shown.counties(inputs, result, names),
        "county_columns": shown.COUNTY_COLUMNS, "silent": not any(one.serious for one in inputs.counties),
    }  # fmt: skip
    if against is not None:
        before = selectors.months(selectors.inputs_of(against), against.result)
        moved = selectors.differences(before, selectors.months(inputs, result))
        context |= {
            "against": against, "against_covered": shown.share(against.covered),
            "against_risk": shown.risk(selectors.inputs_of(against)),
            "differences": shown.differences(moved, names), "difference_columns": shown.DIFFERENCE_COLUMNS,
        }  # fmt: skip
    return context
