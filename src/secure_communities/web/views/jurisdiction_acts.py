# SPDX-License-Identifier: Apache-2.0
"""What a programme manager records of a jurisdiction: fill in, check, record. One flow for all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from secure_communities.platform import clock
from secure_communities.platform.agencies import selectors as register
from secure_communities.platform.agencies import services as agencies
from secure_communities.platform.agencies.models import County, OriginatingAgency
from secure_communities.platform.agencies.vocabulary import Consent, Exit, LegalBasis, Purpose
from secure_communities.platform.refusals import Refusal
from secure_communities.policy.local import Switch
from secure_communities.prioritize.deployment import selectors, services
from secure_communities.web.forms.jurisdictions import (
    WHOLE_COUNTY,
    EndForm,
    EntryForm,
    JurisdictionForm,
    ReadinessForm,
    SwitchForm,
)
from secure_communities.web.presenters import jurisdictions as shown
from secure_communities.web.views import frame


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to record: its words, the rows to check, and the service that records it (`by` and `at` added)."""

    title: str
    lead: str
    points: tuple[str, ...]
    noun: str
    confirm: str
    done: str
    rows: Callable[[], shown.Rows]
    record: Callable[..., Any]


@require_http_methods(["GET", "POST"])
@frame.staff_page
def switch(request: HttpRequest, fips: str) -> HttpResponse:
    """Set a local switch from a day on."""
    county = _county(fips)
    form = SwitchForm(
        request.POST or None, today=clock.now().date(),
        initial={"starts_on": clock.now().date(), "switch": request.GET.get("switch", "")},
    )  # fmt: skip

    def rows() -> shown.Rows:
        given = form.cleaned_data
        chosen = Switch(given["switch"])
        return shown.switch_rows(
            county, given, is_on=chosen in selectors.switches_of(county, on=form.today),
            later=selectors.set_later(county, chosen, after=given["starts_on"]),
        )  # fmt: skip

    def record(**common: Any) -> None:
        given = form.cleaned_data
        services.set_switch(
            county=county, switch=Switch(given["switch"]), on=given["on"] == "yes", starts_on=given["starts_on"],
            citation=given["citation"], **common,
        )  # fmt: skip

    act = Act(
        title="Set a local switch", lead="What the jurisdiction decides for itself (S24).",
        points=(
            "It holds from the day you give until another setting takes its place. Nothing is deleted.",
            "The switch, its ground and its days are public.",
        ),
        noun="switch", confirm="Set it", done="The switch is set.", rows=rows, record=record,
    )  # fmt: skip
    return _flow(request, county, form, act)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def readiness(request: HttpRequest, fips: str) -> HttpResponse:
    """Note how ready a jurisdiction is in one respect."""
    county = _county(fips)
    form = ReadinessForm(request.POST or None, today=clock.now().date(), initial={"as_of": clock.now().date()})

    def rows() -> shown.Rows:
        given = form.cleaned_data
        return shown.readiness_rows(county, given, before=_known(county, given["name"]))

    def record(**common: Any) -> None:
        given = form.cleaned_data
        services.note_readiness(
            county=county, name=given["name"], source=given["source"], as_of=given["as_of"],
            value=form.share("value"), low=form.share("low"), high=form.share("high"), **common,
        )  # fmt: skip

    act = Act(
        title="Note readiness", lead="One of the inputs that the ranking weighs beside serious bookings.",
        points=(
            "The latest day counts. Earlier measures stay on record.",
            "What is not here cannot be entered: nothing about who lives somewhere ever weighs (ADR 30).",
        ),
        noun="measure", confirm="Note it", done="The measure is noted.", rows=rows, record=record,
    )  # fmt: skip
    return _flow(request, county, form, act)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def entry(request: HttpRequest, fips: str) -> HttpResponse:
    """Enter a participation of the county or of one of its ORIs."""
    county = _county(fips)
    oris = {one.ori: one for one in OriginatingAgency.objects.filter(county=county).order_by("ori")}
    form = EntryForm(request.POST or None, today=clock.now().date(), oris=list(oris), initial={"whose": WHOLE_COUNTY})

    def rows() -> shown.Rows:
        whose = form.cleaned_data["whose"]
        return shown.entry_rows(
            county, form.cleaned_data, whose="The whole county" if whose == WHOLE_COUNTY else f"{whose} alone"
        )

    def record(**common: Any) -> None:
        given = form.cleaned_data
        agencies.open_participation(
            jurisdiction=oris.get(given["whose"], county), purpose=Purpose(given["purpose"]),
            legal_basis=LegalBasis(given["legal_basis"]), citation=given["citation"],
            agreement_date=given["agreement_date"], starts_on=given["starts_on"], consent=Consent(given["consent"]),
            reason=given["reason"], **common,
        )  # fmt: skip

    act = Act(
        title="Enter a participation", lead="An entry of the public register (S9).",
        points=(
            "An entry is never edited or deleted. It is ended, and another follows.",
            "An entry of one ORI goes before the county’s.",
        ),
        noun="entry", confirm="Enter it", done="The entry is in the register.", rows=rows, record=record,
    )  # fmt: skip
    return _flow(request, county, form, act)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def end_entry(request: HttpRequest, fips: str, entry_id: int) -> HttpResponse:
    """End an entry of the county or of one of its ORIs."""
    county = _county(fips)
    found = get_object_or_404(register.entries_of_county(county), pk=entry_id)
    form = EndForm(request.POST or None, today=clock.now().date(), initial={"ends_on": clock.now().date()})

    def record(**common: Any) -> None:
        given = form.cleaned_data
        agencies.end_participation(
            participation=found, ends_on=given["ends_on"], exit_kind=Exit(given["exit_kind"]), reason=given["reason"],
            **common,
        )  # fmt: skip

    act = Act(
        title="End an entry", lead=f"{found.citation}, in force from {shown.day(found.starts_on)}.",
        points=("What was searched before stands.", "It is ended once and for good. Another entry may follow."),
        noun="end", confirm="End it", done="The entry ends.",
        rows=lambda: shown.end_rows(county, form.cleaned_data, entry=found), record=record,
    )  # fmt: skip
    return _flow(request, county, form, act)


def _flow(request: HttpRequest, county: County, form: JurisdictionForm, act: Act) -> HttpResponse:
    """Fill in, check, record: what was written stays in the form until it is recorded."""
    here, back = request.path, reverse("web:jurisdiction", args=[county.fips])
    context: dict[str, Any] = {
        "trail": [{"title": county.name, "href": back}, {"title": act.title}], "title": act.title, "lead": act.lead,
        "points": act.points, "form": form, "action": here, "submit": f"Check the {act.noun}", "cancel_url": back,
    }  # fmt: skip
    if not form.is_bound or not form.is_valid():
        return frame.show(request, "web/priority_form.html", context, status=422 if form.is_bound else 200)
    if "change" in request.POST:
        return frame.show(request, "web/priority_form.html", context)
    if request.POST.get("checked") != "yes":
        rows = act.rows()
        form.hide()
        panel = {
            "title": "Check your answers", "lead": "Nothing is recorded yet.", "rows": rows, "form": form,
            "action": here, "submit": act.confirm, "cancel_url": back, "change": True,
        }  # fmt: skip
        return frame.show(request, "web/check_person_change.html", {**context, "panel": panel})
    try:
        act.record(by=request.user, at=clock.now())
    except Refusal as error:
        form.add_error(None, str(error))
        return frame.show(request, "web/priority_form.html", context, status=409)
    messages.success(request, act.done)
    return HttpResponseRedirect(back)


def _county(fips: str) -> County:
    return get_object_or_404(County.objects.select_related("state"), pk=fips)


def _known(county: County, name: str) -> str:
    found = county.readiness.filter(name=name).order_by("-as_of", "-id").first()
    return f"{found.value:.0%} ({found.low:.0%} to {found.high:.0%}), {shown.day(found.as_of)}" if found else ""
