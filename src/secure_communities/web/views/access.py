# SPDX-License-Identifier: Apache-2.0
"""Who may do what: the policy on one screen, one question answered with its reasons, and who opened which record."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.oversight import access
from secure_communities.oversight.access import AccessAsked
from secure_communities.platform import clock
from secure_communities.platform.access.conditions import everywhere
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.roles import APART, SECOND_FACTOR_REQUIRED, Role
from secure_communities.platform.access.services import may
from secure_communities.platform.access.words import condition_of, role_name, thing_of, title_of
from secure_communities.platform.accounts.models import User
from secure_communities.platform.events import registry
from secure_communities.platform.events.models import Event
from secure_communities.web.forms.access import ExplainForm, RecordForm
from secure_communities.web.views import frame

POLICY_COLUMNS = (
    {"key": "title", "title": "What"},
    {"key": "role", "title": "Who"},
    {"key": "thing", "title": "On what"},
    {"key": "condition", "title": "Under which condition"},
)
APART_COLUMNS = (
    {"key": "one", "title": "Whoever holds"},
    {"key": "others", "title": "never also holds"},
    {"key": "why", "title": "Why"},
)
ROLE_COLUMNS = (
    {"key": "role", "title": "Role"},
    {"key": "says", "title": "Its part of the answer"},
    {"key": "held", "title": "Held since"},
    {"key": "by", "title": "Granted by"},
    {"key": "condition", "title": "Condition"},
)
OPENED_COLUMNS = (
    {"key": "when", "title": "When"},
    {"key": "what", "title": "What"},
    {"key": "number", "title": "Record", "mono": True},
    {"key": "purpose", "title": "Purpose"},
)
READER_COLUMNS = (OPENED_COLUMNS[0], {"key": "who", "title": "Who"}, OPENED_COLUMNS[1], OPENED_COLUMNS[3])


@require_safe
@frame.staff_page
def policy(request: HttpRequest) -> HttpResponse:
    """The policy map: all of it for those who may see everybody's access, else what the reader's own roles allow."""
    mine = frame.roles_of(request)
    everything = bool(may(request.user, Permission.ACCESS_EXPLAIN))
    rows = []
    for permission in Permission:
        rule = POLICY[permission]
        shown = list(rule.roles) if everything else [role for role in rule.roles if role in mine]
        by_condition: dict[str, list[Role]] = {}
        for role in shown:
            by_condition.setdefault(condition_of(rule.roles[role]), []).append(role)
        for number, (condition, roles) in enumerate(by_condition.items()):
            bare = all(rule.roles[role] is everywhere for role in roles)
            rows.append(
                {
                    "title": {"text": title_of(permission), "note": permission.value if number == 0 else ""},
                    "role": ", ".join(role_name(role) for role in roles),
                    "thing": thing_of(permission),
                    "condition": "–" if bare else condition,
                }
            )
    context = {
        "everything": everything,
        "may_keep_keys": bool(may(request.user, Permission.MACHINE_KEY_MANAGE)),
        "may_review": bool(may(request.user, Permission.EMERGENCY_REVIEW)),
        "may_read_reads": bool(may(request.user, Permission.READS_VIEW)),
        "rows": rows,
        "columns": POLICY_COLUMNS,
        "apart": [
            {"one": role_name(one), "others": ", ".join(role_name(other) for other in others), "why": why}
            for one, others, why in APART
        ],
        "apart_columns": APART_COLUMNS,
        "factor": ", ".join(role_name(role) for role in Role if role in SECOND_FACTOR_REQUIRED),
    }
    return frame.show(request, "web/access.html", context)


@require_safe
@frame.staff_page
def explain(request: HttpRequest) -> HttpResponse:
    """May X do Y to Z, and why."""
    frame.require(request, Permission.ACCESS_EXPLAIN)
    form = ExplainForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "columns": ROLE_COLUMNS}
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            found = access.answer(
                username=values["user"],
                permission=Permission(values["permission"]),
                kind=values["kind"],
                number=values["number"],
                at=clock.now(),
            )
        except AccessAsked as asked:
            form.add_error(None, str(asked))
        else:
            status = 200
            context["found"] = found
            context["rows"] = [
                {
                    "role": role_name(one.role),
                    "says": {"text": "Yes" if one.gives else "No", "tone": "good" if one.gives else "neutral"},
                    "held": {"at": one.held.since, "style": "day"} if one.held else None,
                    "by": (one.held.granted_by or "The installation") if one.held else None,
                    "condition": one.refused or one.condition,
                }
                for one in found.roles
            ]
    return frame.show(request, "web/explain_access.html", context, status=status)


@require_safe
@frame.staff_page
def mine(request: HttpRequest) -> HttpResponse:
    """What I opened, when, and for which purpose."""
    user: Any = request.user
    page = Paginator(access.opened_by(user), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "columns": OPENED_COLUMNS, "rows": [_opened(event) for event in page]}
    return frame.show(request, "web/my_access.html", context)


@require_safe
@frame.staff_page
def reads(request: HttpRequest) -> HttpResponse:
    """Who opened one record."""
    frame.require(request, Permission.READS_VIEW)
    form = RecordForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "columns": READER_COLUMNS}
    if form.is_bound and form.is_valid():
        found = access.readers_of(form.cleaned_data["number"].strip().upper())
        page = Paginator(found, frame.PAGE_SIZE).get_page(request.GET.get("page"))
        names = {
            f"user:{one.username}": one.display_name
            for one in User.objects.filter(username__in=[event.actor.partition(":")[2] for event in page])
        }
        context["page"] = page
        context["rows"] = [
            {**_opened(event), "who": {"text": names.get(event.actor, event.actor), "note": event.actor}}
            for event in page
        ]
    return frame.show(request, "web/reads.html", context, status=422 if form.is_bound and form.errors else 200)


def _opened(event: Event) -> dict[str, Any]:
    number = event.correlation or f"{event.about_type} {event.about_id}"
    href = reverse("web:submission", args=[number]) if event.kind == "submission:read" and event.correlation else ""
    return {
        "when": {"at": event.occurred_at},
        "what": registry.kind(event.kind).title,
        "number": {"text": number, "href": href} if href else number,
        "purpose": {"text": event.purpose.replace("_", " ").capitalize() or "–", "note": event.reason},
    }
