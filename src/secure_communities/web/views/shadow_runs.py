# SPDX-License-Identifier: Apache-2.0
"""A shadow run: asked for, watched, read: who would move and why. Nothing moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import Scope, may, scopes
from secure_communities.platform.agencies.selectors import originators_in_scope
from secure_communities.platform.exports import About, Format, Table
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.priority import RuleSet
from secure_communities.prioritize.rulesets import selectors, services
from secure_communities.prioritize.rulesets.models import ShadowMove, ShadowRun
from secure_communities.prioritize.rulesets.rules import Report
from secure_communities.web.presenters import rule_sets as shown
from secure_communities.web.views import files, frame
from secure_communities.web.views.rule_sets import version_of

FIELDS = {"before": "before", "after": "after", "basis": "basis_before", "step": "step"}
OPEN = {"assessment__query__queue_entry__item__closed_at": None, "assessment__query__queue_entry__isnull": False}
COLUMNS = ("Case", "Now", "Basis now", "Then", "Basis then", "Provisional then", "Step that decides then")


@require_POST
@frame.staff_page
def ask(request: HttpRequest, digest: str) -> HttpResponse:
    """Ask for a shadow run of these rules against those in force."""
    frame.require(request, Permission.RULES_SHADOW)
    now = clock.now()
    candidate = services.stored(version_of(digest), at=now)
    try:
        run = services.ask_shadow_run(candidate=candidate, by=request.user, at=now)
    except Refusal as error:
        messages.warning(request, str(error))
        return HttpResponseRedirect(shown.address(digest))
    return HttpResponseRedirect(reverse("web:shadow-run", args=[run.pk]))


def run_of(run_id: int) -> ShadowRun:
    """The shadow run of that number. Raises Http404."""
    return get_object_or_404(ShadowRun.objects.select_related("candidate", "against", "asked_by"), pk=run_id)


@require_safe
@frame.staff_page
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """A shadow run: how far it is, and then who would move and why. Nothing has moved."""
    found, now = run_of(run_id), clock.now()
    before, after = version_of(found.against.hash), version_of(found.candidate.hash)
    report = Report.of(found.report)
    link = _links(found)
    refusal = services.activation_refusal(found.candidate, found, by=request.user, effective_from=now, at=now)
    context = {
        "run": found, "title": f"Shadow run {found.pk}",
        "trail": [{"title": "Rules", "href": reverse("web:rule-sets")}, {"title": f"Shadow run {found.pk}"}],
        "lead": f"{shown.name(after)} tried against {shown.name(before)}. Nothing that orders work has changed.",
        "percent": 100 * found.done // found.total if found.total else 100 * bool(found.finished_at),
        "poll_url": "" if found.finished_at else request.path,
        "tiles": [
            {"value": f"{report.cases:,}", "label": "Cases compared"},
            {"value": f"{report.moved:,}", "label": "Would have another answer or basis", "href": link()},
            {
                "value": f"{found.moves.filter(**OPEN).count():,}", "label": "Of these open at a field office now",
                "href": link(open="yes"),
            },
            {"value": f"{report.provisional:,}", "label": "Provisional under the rules tried"},
        ],
        "matrices": shown.matrices(report, before, after, link=link),
        "step_columns": shown.STEPS, "steps": shown.step_rows(report, before, after, link=link),
        "sets": [{"text": shown.name(one), "href": shown.address(one.hash)} for one in (before, after)],
        "compare_url": f"{reverse('web:compare-rules')}?{urlencode({'before': before.hash, 'after': after.hash})}",
        "files": [
            {"title": kind.value.upper(), "href": reverse("web:shadow-cases-file", args=[found.pk, kind.value])}
            for kind in Format
        ],
        "may_activate": bool(may(request.user, Permission.RULES_ACTIVATE, at=now)), "refusal": refusal,
        "activate_url": reverse("web:activate-rules", args=[found.pk]),
        "activations": selectors.standing().filter(shadow_run=found).select_related("decided_by"),
        "unread": report.unread,
    }  # fmt: skip
    return frame.show(request, "web/shadow_run.html", context)


def _links(found: ShadowRun) -> Any:
    def link(**asked: str) -> str:
        query = f"?{urlencode(asked)}" if asked else ""
        return f"{reverse('web:shadow-cases', args=[found.pk])}{query}"

    return link


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: request.GET[name][:60].replace("\0", "") for name in FIELDS if request.GET.get(name)}
    return {**asked, **({"open": "yes"} if request.GET.get("open") == "yes" else {})}


def _own_office_alone(reader: Any) -> bool:
    """Whether a reader sees the priorities of the own office's cases, and of no others."""
    now = clock.now()
    everywhere = Scope.EVERYWHERE in scopes(reader, Permission.ASSESSMENT_VIEW, at=now)
    return not everywhere and not may(reader, Permission.PROGRAMME_VIEW, at=now)


def _moves(found: ShadowRun, asked: dict[str, str], reader: Any) -> QuerySet[ShadowMove]:
    moves = found.moves.filter(**{FIELDS[name]: value for name, value in asked.items() if name in FIELDS})
    if "open" in asked:
        moves = moves.filter(**OPEN)
    if _own_office_alone(reader):
        seen = originators_in_scope(reader, Permission.ASSESSMENT_VIEW, at=clock.now())
        moves = moves.filter(assessment__query__submission__originator__in=seen)
    return moves.select_related("assessment__query").order_by("pk")


@require_safe
@frame.staff_page
def cases(request: HttpRequest, run_id: int) -> HttpResponse:
    """The cases that would move, of one number of the report or all of them."""
    found, asked = run_of(run_id), _asked(request)
    before, after = version_of(found.against.hash), version_of(found.candidate.hash)
    page = Paginator(_moves(found, asked, request.user), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    opens = bool(may(request.user, Permission.ASSESSMENT_VIEW, at=clock.now()))
    here = reverse("web:shadow-run", args=[found.pk])
    context = {
        "trail": [
            {"title": "Rules", "href": reverse("web:rule-sets")}, {"title": f"Shadow run {found.pk}", "href": here},
            {"title": "Cases"},
        ],
        "title": f"Cases that would move in shadow run {found.pk}",
        "lead": _in_words(asked, before, after) or "All of them.", "own": _own_office_alone(request.user),
        "columns": shown.MOVES, "rows": [_move(one, before, after, opens=opens) for one in page], "page": page,
        "files": [
            {
                "title": kind.value.upper(),
                "href": f"{reverse('web:shadow-cases-file', args=[found.pk, kind.value])}?{urlencode(asked)}",
            }
            for kind in Format
        ],
    }  # fmt: skip
    return frame.show(request, "web/shadow_cases.html", context)


def _in_words(asked: dict[str, str], before: RuleSet, after: RuleSet) -> str:
    words = []
    if "before" in asked:
        words.append(f"Now {shown.said(asked['before'], asked.get('basis', ''), before)}")
    if "after" in asked:
        words.append(f"then {shown.title_of(asked['after'], after)}")
    if "step" in asked:
        words.append(f"decided by {shown.step_words(asked['step'], after)['text']}")
    if "open" in asked:
        words.append("open at a field office now" if words else "Open at a field office now")
    return f"{', '.join(words)}." if words else ""


def _move(one: ShadowMove, before: RuleSet, after: RuleSet, *, opens: bool) -> dict[str, Any]:
    query = one.assessment.query
    case: Any = query.reference
    if opens:
        case = {"text": query.reference, "href": reverse("web:assessment", args=[query.pk])}
    return {
        "case": case, "before": shown.said(one.before, one.basis_before, before),
        "after": shown.said(one.after, one.basis_after, after), "step": shown.step_words(one.step, after),
        "sure": {"text": "Provisional", "tone": "attention"} if one.provisional else "Final on what is known",
    }  # fmt: skip


@require_safe
@frame.staff_page
def cases_file(request: HttpRequest, run_id: int, kind: str) -> HttpResponseBase:
    """The same cases as a file."""
    found, asked = run_of(run_id), _asked(request)
    before, after = version_of(found.against.hash), version_of(found.candidate.hash)

    def rows() -> Iterable[list[Any]]:
        for one in _moves(found, asked, request.user).iterator(chunk_size=2_000):
            yield [
                one.assessment.query.reference, shown.title_of(one.before, before), one.basis_before,
                shown.title_of(one.after, after), one.basis_after, one.provisional, one.step,
            ]  # fmt: skip

    title = f"Shadow run {found.pk}: {shown.name(after)} against {shown.name(before)}"
    about = About(title, clock.now(), filters=list(asked.items()), notes=["Nothing that orders work has changed."])
    return files.sent([Table(title, COLUMNS, rows())], about, files.format_of(kind))
