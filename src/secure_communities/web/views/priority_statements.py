# SPDX-License-Identifier: Apache-2.0
"""What people add to a case: a finding stated on evidence, and a circumstance that prompts discretion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.priority import FindingName
from secure_communities.prioritize.facts import services
from secure_communities.prioritize.facts.vocabulary import CIRCUMSTANCES, CircumstanceCode
from secure_communities.web.forms.assessments import CircumstanceForm, FindingForm
from secure_communities.web.presenters import assessments as presented
from secure_communities.web.views import assessments as pages
from secure_communities.web.views import frame

FINDING_POINTS = (
    "Your name stands under it, and everybody who opens the case reads it.",
    "A later statement takes its place; this one stays on record.",
    "No birthplace, language, ethnicity or family fact is a finding, and none can be entered as one.",
)
CIRCUMSTANCE_POINTS = (
    "It prompts discretion. No rule reads it, and it never raises a level.",
    "Whoever decides on the case sees it.",
)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def finding(request: HttpRequest, query_id: int) -> HttpResponse:
    """State a finding: write it, check it, state it. The case is assessed again at once."""
    opened, purpose = pages.opened_case(request, query_id)
    query = opened.query
    frame.require_for(request, Permission.FINDING_STATE, query.submission.originator)
    if opened.withheld:
        return pages.page(request, opened, purpose)
    here, back = pages.address(query, purpose, "state-finding"), pages.address(query, purpose)
    form = FindingForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    context: dict[str, Any] = {
        "trail": [{"title": query.reference, "href": back}, {"title": "State a finding"}],
        "title": "State a finding", "lead": "A fact that some rules ask for, on evidence that you read.",
        "form": form, "action": here, "submit": "Check the finding", "cancel_url": back, "points": FINDING_POINTS,
    }  # fmt: skip
    if not form.is_bound or not form.is_valid():
        return frame.show(request, "web/priority_form.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    if request.POST.get("checked") != "yes":
        rows = presented.finding_rows(given["name"], given["value"], given["evidence"])
        form.hide()
        panel = {
            "title": "Check before you state it", "lead": "The case is assessed again at once.", "rows": rows,
            "form": form, "action": here, "submit": "State it", "cancel_url": back,
        }  # fmt: skip
        return frame.show(request, "web/check_person_change.html", {"title": "Check the finding", "panel": panel})
    try:
        services.state_finding(
            query=query, name=FindingName(given["name"]), value=form.stated, evidence=given["evidence"],
            by=request.user, at=clock.now(),
        )  # fmt: skip
    except Refusal as error:
        return frame.show(request, "web/priority_form.html", {**context, "refusal": str(error)}, status=409)
    messages.success(request, "Stated. The case is being assessed again.")
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def circumstance(request: HttpRequest, query_id: int) -> HttpResponse:
    """Record a humanitarian or family circumstance, or that one holds no more."""
    opened, purpose = pages.opened_case(request, query_id)
    query = opened.query
    frame.require_for(request, Permission.CIRCUMSTANCE_RECORD, query.submission.originator)
    if opened.withheld:
        return pages.page(request, opened, purpose)
    back = pages.address(query, purpose)
    form = CircumstanceForm(request.POST or None, codes=[(one.value, text) for one, text in CIRCUMSTANCES.items()])
    context: dict[str, Any] = {
        "trail": [{"title": query.reference, "href": back}, {"title": "Record a circumstance"}],
        "title": "Record a circumstance", "lead": "What speaks for discretion in this case.",
        "form": form, "action": pages.address(query, purpose, "record-circumstance"), "submit": "Record it",
        "cancel_url": back, "points": CIRCUMSTANCE_POINTS,
    }  # fmt: skip
    if not form.is_bound or not form.is_valid():
        return frame.show(request, "web/priority_form.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    try:
        services.record_circumstance(
            query=query, code=CircumstanceCode(given["code"]), words=given["text"], holds=given["holds"] != "no",
            by=request.user, at=clock.now(),
        )  # fmt: skip
    except Refusal as error:
        return frame.show(request, "web/priority_form.html", {**context, "refusal": str(error)}, status=409)
    messages.success(request, "Recorded. Whoever decides on the case sees it.")
    return HttpResponseRedirect(back)
