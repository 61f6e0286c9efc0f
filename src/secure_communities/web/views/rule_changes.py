# SPDX-License-Identifier: Apache-2.0
"""Letting rules order the work after a shadow run, withdrawing that before its moment, going back afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.refusals import Refusal
from secure_communities.prioritize.rulesets import selectors, services
from secure_communities.prioritize.rulesets.models import Activation
from secure_communities.prioritize.rulesets.rules import Report
from secure_communities.web.forms.rule_sets import ActivateForm, GoBackForm, WithdrawForm
from secure_communities.web.views import frame
from secure_communities.web.views.shadow_runs import run_of

FIRST = "before-the-first"


@require_http_methods(["GET", "POST"])
@frame.staff_page
def activate(request: HttpRequest, run_id: int) -> HttpResponse:
    """Let the rules that were tried order the work: written, checked, done."""
    frame.require(request, Permission.RULES_ACTIVATE)
    found, now = run_of(run_id), clock.now()
    form, here, back = ActivateForm(request.POST or None), request.path, reverse("web:shadow-run", args=[found.pk])
    report = Report.of(found.report)
    context: dict[str, Any] = {
        "title": "Let these rules order the work", "form": form, "action": here, "submit": "Check the activation",
        "cancel_url": back, "lead": f"{found.candidate} instead of {found.against}.",
        "points": [
            f"{report.moved:,} of {report.cases:,} cases get another answer or basis.",
            "Every open case is assessed again and takes its new place. Former assessments stay on record.",
            "Going back takes one step and one reason.",
        ],
    }  # fmt: skip
    if not form.is_bound:
        return frame.show(request, "web/priority_form.html", context)
    if not form.is_valid():
        return frame.show(request, "web/priority_form.html", context, status=422)
    given = form.cleaned_data
    moment = given["effective_from"] or now
    why = services.activation_refusal(found.candidate, found, by=request.user, effective_from=moment, at=now)
    if why:
        return frame.show(request, "web/priority_form.html", {**context, "refusal": why}, status=409)
    if request.POST.get("checked") != "yes":
        rows = [
            {"term": "Rules", "value": str(found.candidate)},
            {"term": "Instead of", "value": str(found.against)},
            {"term": "In force from", "value": f"{moment:%Y-%m-%d %H:%M} UTC" if given["effective_from"] else "now"},
            {"term": "Cases with another answer", "value": f"{report.moved:,} of {report.cases:,}"},
            {"term": "Reason", "value": given["reason"]},
        ]
        lead = "From that moment the queue of every field office follows these rules."
        return _check(request, form, rows, "Check the activation", lead, "Let them order the work", here, back)
    try:
        services.activate(
            version=found.candidate, shadow_run=found, effective_from=moment, reason=given["reason"], by=request.user,
            at=now,
        )  # fmt: skip
    except Refusal as error:
        return frame.show(request, "web/priority_form.html", {**context, "refusal": str(error)}, status=409)
    messages.success(
        request, f"{found.candidate} orders the work{' from then on' if given['effective_from'] else ' now'}."
    )
    return HttpResponseRedirect(reverse("web:rule-sets"))


@require_http_methods(["GET", "POST"])
@frame.staff_page
def go_back(request: HttpRequest) -> HttpResponse:
    """Let rules that ordered the work before do so again, at once."""
    frame.require(request, Permission.RULES_ACTIVATE)
    now, here, back = clock.now(), request.path, reverse("web:rule-sets")
    former = selectors.standing().filter(effective_from__lte=now).select_related("version")[: frame.PAGE_SIZE]
    choices = [
        (str(one.pk), f"{one.version} as from {one.effective_from:%Y-%m-%d %H:%M} UTC") for one in former
    ] + [(FIRST, f"{selectors.DEFAULT}, which ordered the work before any activation")]  # fmt: skip
    form = GoBackForm(request.POST or None, choices=choices)
    context: dict[str, Any] = {
        "title": "Go back to former rules", "form": form, "action": here, "submit": "Check going back",
        "cancel_url": back, "lead": "The rules chosen order the work again at once, and every case is assessed again.",
        "points": ["What is decided and not in force yet is withdrawn: it was tried against the rules of now."],
    }  # fmt: skip
    if not form.is_bound:
        return frame.show(request, "web/priority_form.html", context)
    if not form.is_valid():
        return frame.show(request, "web/priority_form.html", context, status=422)
    given = form.cleaned_data
    if request.POST.get("checked") != "yes":
        rows = [
            {"term": "Go back to", "value": dict(choices)[given["to"]]}, {"term": "Reason", "value": given["reason"]},
        ]  # fmt: skip
        return _check(request, form, rows, "Check going back", "It takes effect at once.", "Go back", here, back)
    try:
        chosen = None if given["to"] == FIRST else Activation.objects.get(pk=given["to"])
        services.go_back(to=chosen, reason=given["reason"], by=request.user, at=now)
    except Refusal as error:
        return frame.show(request, "web/priority_form.html", {**context, "refusal": str(error)}, status=409)
    messages.success(request, "The former rules order the work again.")
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def withdraw(request: HttpRequest, activation_id: int) -> HttpResponse:
    """Take back an activation before its moment."""
    frame.require(request, Permission.RULES_ACTIVATE)
    found = get_object_or_404(Activation.objects.select_related("version", "decided_by"), pk=activation_id)
    form, back = WithdrawForm(request.POST or None), reverse("web:rule-sets")
    context: dict[str, Any] = {
        "title": "Withdraw an activation", "form": form, "action": request.path, "submit": "Withdraw it",
        "cancel_url": back, "lead": f"{found}, decided by {found.decided_by.display_name}: {found.reason}",
        "points": ["The rules that are in force now stay in force."],
    }  # fmt: skip
    if not form.is_bound:
        return frame.show(request, "web/priority_form.html", context)
    if not form.is_valid():
        return frame.show(request, "web/priority_form.html", context, status=422)
    try:
        services.withdraw(activation=found, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
    except Refusal as error:
        return frame.show(request, "web/priority_form.html", {**context, "refusal": str(error)}, status=409)
    messages.success(request, "Withdrawn: these rules will not order the work.")
    return HttpResponseRedirect(back)


def _check(
    request: HttpRequest,
    form: Any,
    rows: list[dict[str, Any]],
    title: str,
    lead: str,
    submit: str,
    here: str,
    back: str,
) -> HttpResponse:
    form.hide()
    panel = {
        "title": title, "lead": lead, "rows": rows, "form": form, "action": here, "submit": submit, "cancel_url": back,
    }  # fmt: skip
    return frame.show(request, "web/check_person_change.html", {"title": title, "panel": panel})
