# SPDX-License-Identifier: Apache-2.0
"""Pages of citizenship: the signs that are open, one submission's claims and signs, a claim, a conclusion."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.identify.citizenship import selectors, services
from secure_communities.identify.citizenship.models import CAPACITIES, Conclusion, Indicium, Source
from secure_communities.identify.citizenship.services import CitizenshipRefused
from secure_communities.identify.intake.models import Submission
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import may
from secure_communities.policy.citizenship import Standing
from secure_communities.web.forms.citizenship import CAPACITY_WORDS, ClaimForm, ConclusionForm, conclusion_form
from secure_communities.web.presenters import citizenship as presented
from secure_communities.web.views import frame

PURPOSE = "citizenship"


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """Every submission with an open sign, the longest open first."""
    frame.require(request, Permission.CITIZENSHIP_VIEW)
    now = clock.now()
    by_submission: dict[int, list[Indicium]] = {}
    for one in selectors.open_indicia().select_related("submission").prefetch_related("clearances")[:500]:
        by_submission.setdefault(one.submission_id, []).append(one)
    rows = [_listed(signs, now) for signs in by_submission.values()]
    context = {"rows": rows, "columns": presented.LIST_COLUMNS}
    return frame.show(request, "web/citizenship_list.html", context)


def _listed(signs: list[Indicium], now: Any) -> dict[str, Any]:
    first = signs[0]
    done = {presented.CAPACITIES[row.capacity] for one in signs for row in one.clearances.all()}
    return {
        "submission": {
            "text": first.submission.control_number, "href": reverse("web:citizenship", args=[first.submission_id]),
        },
        "signs": str(len(signs)),
        "concluded": ", ".join(sorted(done)) or "Nobody yet",
        "clock": {"clock": {"due": first.due_at, "started": first.opened_at, "now": now, "label": "Due"}},
    }  # fmt: skip


@require_safe
@frame.staff_page
def detail(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One submission's claims and signs."""
    return _page(request, _submission(submission_id))


def _submission(submission_id: int) -> Submission:
    rows = Submission.objects.select_related("data_key", "originator__agency")
    return get_object_or_404(rows, pk=submission_id)


def _page(
    request: HttpRequest, submission: Submission, *, claim_form: ClaimForm | None = None,
    concluding: tuple[int, ConclusionForm] | None = None, refusal: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    services.read(submission=submission, reader=request.user, purpose=PURPOSE, at=clock.now())
    claims_allowed = bool(may(request.user, Permission.CITIZENSHIP_CLAIM))
    context = {
        "trail": [
            {"title": "Citizenship", "href": reverse("web:citizenship-list")}, {"title": submission.control_number},
        ],
        "submission": submission,
        "refusal": refusal,
        "signs": [_sign(request, one, concluding) for one in selectors.about(submission)],
        "claims": presented.claims(selectors.said_by(submission)),
        "claim_columns": presented.CLAIM_COLUMNS,
        "claim_form": (claim_form or ClaimForm()) if claims_allowed else None,
        "failed_form": claim_form or (concluding[1] if concluding else None),
        "claim_url": reverse("web:citizenship-claim", args=[submission.pk]),
        "blocked": Standing.CLEARED not in (found := selectors.standings(submission)) or len(found) > 1,
        "now": clock.now(),
    }  # fmt: skip
    return frame.show(request, "web/citizenship.html", context, status=status)


def _sign(request: HttpRequest, sign: Any, concluding: tuple[int, ConclusionForm] | None) -> dict[str, Any]:
    rows = list(sign.clearances.select_related("reviewer"))
    for row in rows:
        row.indicium = sign
    text, tone = presented.STANDINGS[Standing(sign.now)]
    done = [row.concluded_at for row in rows]
    role = _capacity(request, rows) if sign.now == Standing.OPEN.value else None
    given = concluding[1] if concluding and concluding[0] == sign.pk else None
    return {
        "sign": sign,
        "why": selectors.detail_of(sign)["why"],
        "tag": {"text": text, "tone": tone},
        "stopped": max(done) if done and sign.now != Standing.OPEN.value else None,
        "rows": presented.conclusion_rows((row, selectors.reason_of(row)) for row in rows),
        "form": (given or conclusion_form(role, sign.pk)) if role else None,
        "role": CAPACITY_WORDS[role] if role else "",
        "url": reverse("web:citizenship-conclude", args=[sign.pk]),
    }


def _capacity(request: HttpRequest, rows: list[Any]) -> Role | None:
    """The role in which the reader may conclude on a sign that is open, if any."""
    if any(row.reviewer_id == request.user.pk for row in rows):
        return None
    taken = {row.capacity for row in rows}
    return next((one for one in CAPACITIES if one in frame.roles_of(request) and one not in taken), None)


@require_POST
@frame.staff_page
def claim(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Add a claim."""
    submission = _submission(submission_id)
    frame.require(request, Permission.CITIZENSHIP_CLAIM)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, claim_form=form, status=422)
    given = form.cleaned_data
    try:
        services.record_claim(
            submission_id=submission.pk, source=Source(given["source"]), value=given["value"],
            provenance=given["provenance"], by=request.user, at=clock.now(),
        )  # fmt: skip
    except CitizenshipRefused as error:
        return _page(request, submission, claim_form=form, refusal=str(error), status=409)
    return redirect("web:citizenship", submission_id=submission.pk)


@require_POST
@frame.staff_page
def conclude(request: HttpRequest, indicium_id: int) -> HttpResponse:
    """Conclude on a sign: the first POST stops and says what follows, the second one records it."""
    sign = get_object_or_404(Indicium.objects.select_related("submission__data_key"), pk=indicium_id)
    frame.require(request, Permission.CITIZENSHIP_CONCLUDE)
    form = ConclusionForm(request.POST, auto_id=f"id_{indicium_id}_%s")
    if not form.is_valid() or request.POST.get("step") == "edit":
        return _page(request, sign.submission, concluding=(sign.pk, form), status=200 if form.is_valid() else 422)
    given = form.cleaned_data
    conclusion, role = Conclusion(given["conclusion"]), Role(given["capacity"])
    if request.POST.get("step") != "confirm":
        services.read(submission=sign.submission, reader=request.user, purpose=PURPOSE, at=clock.now())
        return frame.show(request, "web/citizenship_check.html", _check(sign, conclusion, role, form))
    try:
        services.conclude(
            indicium_id=sign.pk, reviewer=request.user, capacity=role, conclusion=conclusion,
            reason=given["reason"], at=clock.now(),
        )  # fmt: skip
    except CitizenshipRefused as error:
        return _page(request, sign.submission, refusal=str(error), status=409)
    return redirect("web:citizenship", submission_id=sign.submission_id)


def _check(sign: Indicium, conclusion: Conclusion, role: Role, form: ConclusionForm) -> dict[str, Any]:
    other = CAPACITY_WORDS[next(one for one in CAPACITIES if one is not role)]
    points = {
        Conclusion.CLEARED: [
            f"The sign stays open until {other}, another person, has concluded the same.",
            "Then nothing about this sign blocks a determination, a detainer, custody or removal any more (S2).",
        ],
        Conclusion.CONFIRMED: [
            "Citizenship is confirmed at once. Every adverse step is blocked, for this booking and any later one (S3).",
        ],
    }
    panel = {
        "title": "You are about to conclude on a sign of citizenship",
        "lead": "It is recorded under your name and never changed.",
        "points": points[conclusion],
        "rows": [
            {"term": "Sign", "value": selectors.detail_of(sign)["why"]},
            {"term": "Your conclusion", "value": presented.CONCLUSIONS[conclusion].capitalize()},
            {"term": "As", "value": CAPACITY_WORDS[role].capitalize()},
            {"term": "Reason", "value": form.cleaned_data["reason"]},
        ],
    }
    return {
        "trail": [
            {"title": "Citizenship", "href": reverse("web:citizenship-list")},
            {
                "title": sign.submission.control_number,
                "href": reverse("web:citizenship", args=[sign.submission_id]),
            },
        ],
        "panel": panel,
        "form": form.hidden(),
        "action": reverse("web:citizenship-conclude", args=[sign.pk]),
    }
