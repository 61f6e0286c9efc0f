# SPDX-License-Identifier: Apache-2.0
"""An override: proposed by one person after a check, decided by another, and never an edit of the assessment."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import Refused, may
from secure_communities.platform.refusals import Refusal
from secure_communities.prioritize.assessments import selectors as assessments
from secure_communities.prioritize.overrides import rules, services
from secure_communities.prioritize.overrides import selectors as overrides
from secure_communities.prioritize.overrides.models import Override
from secure_communities.prioritize.overrides.states import State
from secure_communities.web.forms.assessments import OverrideDecisionForm, OverrideForm
from secure_communities.web.presenters import overrides as shown
from secure_communities.web.views import assessments as pages
from secure_communities.web.views import frame


@require_http_methods(["GET", "POST"])
@frame.staff_page
def propose(request: HttpRequest, query_id: int) -> HttpResponse:
    """The proposal: write it, check it, send it to a second person."""
    opened, purpose = pages.opened_case(request, query_id)
    query, now = opened.query, clock.now()
    frame.require_for(request, Permission.OVERRIDE_PROPOSE, query.submission.originator)
    current = None if opened.withheld else assessments.current_of(query, at=now)
    if current is None:
        return pages.page(request, opened, purpose)
    used = assessments.rules_of(current.assessment)
    form = OverrideForm(
        request.POST or None, answers=shown.answers(used), reasons=shown.reasons(),
        initial={"expires_on": (now + rules.LONGEST).date()},
    )  # fmt: skip
    here, back = pages.address(query, purpose, "propose-override"), pages.address(query, purpose)
    context: dict[str, Any] = {
        "trail": [{"title": query.reference, "href": back}, {"title": "Propose an override"}],
        "title": "Propose another answer",
        "lead": f"The rules answer: {used.title_of(current.answer)}. It is not edited.",
        "form": form, "action": here, "submit": "Check the proposal", "cancel_url": back, "points": shown.POINTS,
    }  # fmt: skip
    if not form.is_bound:
        return frame.show(request, "web/priority_form.html", context)
    if not form.is_valid():
        return frame.show(request, "web/priority_form.html", context, status=422)
    given = form.cleaned_data
    if request.POST.get("checked") != "yes":
        rows = shown.given_rows(used, current.answer, given)
        return frame.show(request, "web/check_person_change.html", _check(form, rows, here, back))
    try:
        made = services.propose_override(
            query=query, answer=given["answer"], reason_code=rules.Reason(given["reason_code"]), text=given["text"],
            expires_on=given["expires_on"], by=request.user, at=now,
        )  # fmt: skip
    except Refusal as error:
        return frame.show(request, "web/priority_form.html", {**context, "refusal": str(error)}, status=409)
    messages.success(request, "Proposed: nothing changes until another person approves it.")
    return HttpResponseRedirect(f"{reverse('web:override', args=[made.pk])}?{urlencode({'purpose': purpose.value})}")


def _check(form: OverrideForm, rows: list[dict[str, Any]], here: str, back: str) -> dict[str, Any]:
    form.hide()
    return {
        "title": "Check the proposal",
        "panel": {
            "title": "Check before you propose",
            "lead": "Nothing changes now. A supervisor other than you reads this and decides.",
            "rows": rows, "form": form, "action": here, "submit": "Propose it", "cancel_url": back,
        },
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@frame.staff_page
def detail(request: HttpRequest, override_id: int) -> HttpResponse:
    """One override: what was proposed and why, and the second person's decision."""
    found = get_object_or_404(
        Override.objects.select_related("proposed_by", "decided_by", "assessment", "query__submission__data_key"),
        pk=override_id,
    )
    opened, purpose = pages.opened_case(request, found.query_id)
    if opened.withheld:
        return pages.page(request, opened, purpose)
    answer = may(request.user, Permission.OVERRIDE_DECIDE, found)
    waits = found.state == State.PROPOSED
    form = OverrideDecisionForm(request.POST or None) if waits and answer else None
    refusal, status = "", 200
    if request.method == "POST" and form is not None:
        status = 422
        if form.is_valid():
            try:
                services.decide_override(
                    override=found, approve=form.cleaned_data["decision"] == "approve",
                    reason=form.cleaned_data["reason"], by=request.user, at=clock.now(),
                )  # fmt: skip
            except Refusal as error:
                refusal, status = str(error), 409
            else:
                done = "Approved: it stands now." if form.cleaned_data["decision"] == "approve" else "Refused."
                messages.success(request, done)
                return HttpResponseRedirect(request.get_full_path())
    back = pages.address(opened.query, purpose)
    current = assessments.current_of(opened.query, at=clock.now())
    context = {
        "trail": [{"title": opened.query.reference, "href": back}, {"title": f"Override {found.pk}"}],
        "title": f"Override {found.pk}",
        "rows": shown.rows(
            found,
            assessments.rules_of(found.assessment),
            text=overrides.text_of(found),
            decision=overrides.decision_of(found),
        ),
        "case_url": back,
        "headline": assessments.explanation_of(current.assessment).headline if current else "",
        "form": form,
        "why_not": answer.why if isinstance(answer, Refused) and waits else "",
        "refusal": refusal,
    }
    return frame.show(request, "web/override.html", context, status=status)
