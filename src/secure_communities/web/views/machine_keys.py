# SPDX-License-Identifier: Apache-2.0
"""The administrator's page of machine keys: which there are, and the four things that can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.accounts import machine_keys
from secure_communities.platform.accounts.models import MachineKey, MachineRule
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.refusals import Refusal
from secure_communities.web.forms.machine_keys import SCOPES, IssueForm, ReplaceForm, RevokeForm, SignaturesForm
from secure_communities.web.views import frame

COLUMNS = (
    {"key": "ori", "title": "ORI", "mono": True},
    {"key": "prefix", "title": "Prefix", "mono": True},
    {"key": "scopes", "title": "Good for"},
    {"key": "state", "title": "State"},
    {"key": "made", "title": "Issued"},
    {"key": "used", "title": "Last used"},
)


def _ori(text: str) -> OriginatingAgency:
    found: OriginatingAgency | None = OriginatingAgency.objects.filter(ori=text.strip().upper()).first()
    if found is None:
        raise Refusal("There is no ORI of that name.")
    return found


def _issue(form: Any, common: dict[str, Any]) -> str:
    made: str = machine_keys.issue_machine_key(ori=_ori(form.cleaned_data["ori"]), scopes=form.chosen(), **common)
    return made


def _replace(form: Any, common: dict[str, Any]) -> str:
    made: str = machine_keys.rotate_machine_key(
        prefix=form.cleaned_data["key"].strip(), overlap=form.chosen(), **common
    )
    return made


def _revoke(form: Any, common: dict[str, Any]) -> str:
    machine_keys.revoke_machine_key(prefix=form.cleaned_data["key"].strip(), **common)
    return ""


def _signatures(form: Any, common: dict[str, Any]) -> str:
    machine_keys.ask_for_signatures(
        ori=_ori(form.cleaned_data["ori"]), signed_only=form.cleaned_data["signed_only"], **common
    )
    return ""


# act → title of its part, button, form, what it does, and how the page says that it is done
ACTS: Mapping[str, tuple[str, str, type[forms.Form], Callable[[Any, dict[str, Any]], str], str]] = {
    "issue": ("Issue a key", "Issue", IssueForm, _issue, "A key was issued."),
    "replace": (
        "Replace a key",
        "Replace",
        ReplaceForm,
        _replace,
        "A successor was issued; the old one ends by itself.",
    ),
    "revoke": ("Revoke a key", "Revoke", RevokeForm, _revoke, "The key is revoked, at once and for good."),
    "signatures": ("Signed requests", "Save", SignaturesForm, _signatures, "The ORI's rule is set."),
}


@require_http_methods(["GET", "POST"])
@frame.staff_page
def keys(request: HttpRequest) -> HttpResponse:
    """The list and the forms. A new key is shown on the answer to its form, and nowhere again."""
    frame.require(request, Permission.MACHINE_KEY_MANAGE)
    asked = request.POST.get("act", "")
    bound: forms.Form | None = None
    done = made = ""
    if request.method == "POST" and asked in ACTS:
        bound = ACTS[asked][2](request.POST, prefix=asked)
        if bound.is_valid():
            common = {"reason": bound.cleaned_data["reason"], "by": request.user, "at": clock.now()}
            try:
                made = ACTS[asked][3](bound, common)
            except Refusal as refusal:
                bound.add_error(None, str(refusal))
            else:
                done, bound = ACTS[asked][4], None
    page = Paginator(
        MachineKey.objects.select_related("originating_agency").order_by("-created_at", "-pk"), frame.PAGE_SIZE
    ).get_page(request.GET.get("page"))
    signed = set(MachineRule.objects.filter(signed_only=True).values_list("originating_agency_id", flat=True))
    context = {
        "acts": [
            {
                "act": act,
                "title": title,
                "button": button,
                "form": bound if bound is not None and act == asked else form(prefix=act),
            }
            for act, (title, button, form, *_) in ACTS.items()
        ],
        "bound": bound,
        "done": done,
        "made": made,
        "columns": COLUMNS,
        "rows": [_row(one, signed) for one in page],
        "page": page,
    }
    return frame.show(request, "web/machine_keys.html", context, status=422 if bound is not None else 200)


def _row(one: MachineKey, signed: set[int]) -> dict[str, Any]:
    words = dict(SCOPES)
    note = "signed requests only" if one.originating_agency_id in signed else ""
    return {
        "ori": {"text": one.originating_agency.ori, "note": note},
        "prefix": one.prefix,
        "scopes": ", ".join(words[scope] for scope in one.scopes),
        "state": _state(one),
        "made": {"at": one.created_at, "style": "day"},
        "used": one.last_used_at,
    }


def _state(one: MachineKey) -> dict[str, Any]:
    if one.revoked_at is not None:
        return {"text": "Revoked", "tone": "attention", "note": f"{one.revoked_at:%b %d, %Y}"}
    if one.ends_at is None:
        return {"text": "In use", "tone": "good"}
    if one.ends_at <= clock.now():
        return {"text": "Replaced", "tone": "neutral", "note": f"{one.ends_at:%b %d, %Y}"}
    return {"text": "Ending", "tone": "working", "note": f"at {one.ends_at:%b %d %H:%M} UTC"}
