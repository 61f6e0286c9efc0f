# SPDX-License-Identifier: Apache-2.0
"""One charge before a person: its words, what they could mean, its code; what became of it (S18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.records.rules import DispositionFacts, DispositionKind
from secure_communities.identify.records.services import record_disposition
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.refusals import Refusal
from secure_communities.prioritize.facts import confirming, services
from secure_communities.prioritize.facts.confirming import OpenedCharge
from secure_communities.prioritize.facts.vocabulary import UntoldReason
from secure_communities.web.forms.charges import UNTOLD_CHOICE, AskedForm, CodeForm, OutcomeForm
from secure_communities.web.forms.people import WORDS, PersonPurposeForm
from secure_communities.web.presenters import charges as presented
from secure_communities.web.presenters import people
from secure_communities.web.views import frame

NEEDS: Mapping[str, Permission] = {
    "code": Permission.CHARGE_CONFIRM,
    "asked": Permission.OUTCOME_ASK,
    "outcome": Permission.DISPOSITION_RECORD,
}


@require_http_methods(["GET", "POST"])
@frame.staff_page
def confirm(request: HttpRequest, charge_id: int) -> HttpResponse:
    """Read a charge; confirm its code or say that it cannot be told; note or record what became of it."""
    frame.require(request, Permission.CHARGE_CONFIRM, Permission.OUTCOME_ASK)
    purposes = people.purposes_of(frame.roles_of(request))
    asked = PersonPurposeForm(request.GET if "purpose" in request.GET else None, purposes=purposes)
    if not asked.is_valid():
        raise frame.PurposeAsked(asked)
    purpose = PersonPurpose(asked.cleaned_data["purpose"])
    opened = confirming.open_charge(charge_id, reader=request.user, purpose=purpose, at=clock.now())
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms = _forms(request, opened, act)
    refusal, status = "", 200
    if act in NEEDS:
        frame.require_for(request, NEEDS[act], None)
        if not forms[act].is_valid():
            status = 422
        else:
            try:
                messages.success(request, ACTS[act](request, opened, forms[act]))
            except Refusal as error:
                refusal, status = str(error), 409
            else:
                here = reverse("web:confirm-charge", args=[charge_id])
                return HttpResponseRedirect(f"{here}?{urlencode({'purpose': purpose.value})}")
    context = _page(opened, forms, purpose) | {"refusal": refusal, "bound": forms.get(act) if status == 422 else None}
    return frame.show(request, "web/charge.html", context, status=status)


def _forms(request: HttpRequest, opened: OpenedCharge, act: str) -> dict[str, Any]:
    """The forms of what the reader may do; the one that was sent is filled in."""
    given = {act: request.POST}
    made: dict[str, Any] = {
        "code": CodeForm(given.get("code"), suggestions=presented.suggestions(opened)),
        "asked": AskedForm(given.get("asked")),
        "outcome": OutcomeForm(given.get("outcome")),
    }
    return {name: form for name, form in made.items() if may(request.user, NEEDS[name]) or name == act}


def _page(opened: OpenedCharge, forms: Mapping[str, Any], purpose: PersonPurpose) -> dict[str, Any]:
    charge = opened.charge
    untold = charge.untold_codes.select_related("read_by")
    checks = charge.outcome_checks.select_related("checked_by")
    return {
        "title": presented.title_of(charge),
        "purpose_words": WORDS[purpose],
        "rows": presented.rows(opened),
        "code_form": forms.get("code"),
        "asked_form": forms.get("asked"),
        "outcome_form": forms.get("outcome"),
        "outcome_columns": presented.OUTCOME_COLUMNS,
        "outcomes": presented.outcome_rows(charge.dispositions.order_by("-id")),
        "read_columns": presented.READ_COLUMNS,
        "reads": presented.read_rows(untold, checks),
    }


def _state_code(request: HttpRequest, opened: OpenedCharge, form: CodeForm) -> str:
    if form.cleaned_data["choice"] == UNTOLD_CHOICE:
        reason = UntoldReason(form.cleaned_data["reason"])
        confirming.cannot_tell(charge=opened.charge, reason=reason, by=request.user, at=clock.now())
        return "Recorded: the code cannot be told. A priority that rests on it stays open."
    done = confirming.confirm(charge=opened.charge, code=form.stated, by=request.user, at=clock.now())
    return f"Confirmed: {done.code}. The case is being assessed again."


def _note_asked(request: HttpRequest, opened: OpenedCharge, form: AskedForm) -> str:
    source = form.cleaned_data["source"]
    services.note_asked_again(charge=opened.charge, source=source, by=request.user, at=clock.now())
    return "Noted: nothing new was reported. The case is being assessed again."


def _record_outcome(request: HttpRequest, opened: OpenedCharge, form: OutcomeForm) -> str:
    given = dict(form.cleaned_data)
    facts = DispositionFacts(kind=DispositionKind(given.pop("kind")), **given)
    record_disposition(charge=opened.charge, facts=facts, at=clock.now(), actor=request.user)
    return "Recorded. It stands instead of what was reported before; the case is being assessed again."


ACTS: Mapping[str, Callable[[HttpRequest, OpenedCharge, Any], str]] = {
    "code": _state_code,
    "asked": _note_asked,
    "outcome": _record_outcome,
}
