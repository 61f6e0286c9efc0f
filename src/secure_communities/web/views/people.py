# SPDX-License-Identifier: Apache-2.0
"""Search people, open a person, propose a merge or a split. For staff alone: no jail comes here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secure_communities.identify.intake.reading import NotFound
from secure_communities.identify.people import reading, search, selectors, services
from secure_communities.identify.people.models import Person
from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.selectors import Picture
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import NotAllowed, Refused, may
from secure_communities.web.forms.people import WORDS, PersonPurposeForm, ProposalForm, SearchForm
from secure_communities.web.presenters import people
from secure_communities.web.presenters.lanes import PRIORITY
from secure_communities.web.views import frame

Asked = frame.PurposeAsked


def _purposes(request: HttpRequest) -> list[PersonPurpose]:
    purposes = people.purposes_of(frame.roles_of(request))
    answer = may(request.user, Permission.PERSON_VIEW)
    if isinstance(answer, Refused) or not purposes:
        why = answer.why if isinstance(answer, Refused) else "Your roles do not include opening a person's record."
        raise NotAllowed(Permission.PERSON_VIEW, why)
    return purposes


@require_http_methods(["GET", "POST"])
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """The search. It is sent by POST, so that no name stands in an address or in a log of addresses."""
    purposes = _purposes(request)
    form = SearchForm(request.POST if request.method == "POST" else None, purposes=purposes)
    found, refusal, status = None, "", 200
    if form.is_bound:
        if form.is_valid():
            purpose = form.cleaned_data["purpose"]
            try:
                hits = search.search(form.asked, reader=request.user, purpose=purpose, at=clock.now())
                found = [people.found_item(one, purpose=purpose) for one in hits]
            except PeopleRefused as error:
                refusal, status = str(error), 422
        else:
            status = 422
    context = {"form": form, "found": found, "refusal": refusal, "columns": people.STEP_COLUMNS}
    return frame.show(request, "web/people.html", context, status=status)


def _opened(request: HttpRequest, number: str) -> tuple[Person, PersonPurpose]:
    """The person, once the reader has said why. The reading is logged by the one service that may."""
    purposes = _purposes(request)
    form = PersonPurposeForm(request.GET if "purpose" in request.GET else None, purposes=purposes)
    if not form.is_valid():
        raise Asked(form)
    purpose = PersonPurpose(form.cleaned_data["purpose"])
    return reading.open_person(number, reader=request.user, purpose=purpose, at=clock.now()), purpose


@require_safe
@frame.staff_page
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One person: records with provenance, claims, links and rules, what happened, what can be done."""
    person, purpose = _opened(request, number)
    return _page(request, person, purpose)


def _page(
    request: HttpRequest, person: Person, purpose: PersonPurpose, *, status: int = 200, refusal: str = "",
    forms: dict[str, ProposalForm] | None = None,
) -> HttpResponse:  # fmt: skip
    now = clock.now()
    picture = selectors.picture(person, reader=request.user, at=now)
    speaks = request.GET.get("about", "")
    told = picture.events
    if not may(request.user, Permission.ASSESSMENT_VIEW):  # whoever researches never learns of a priority
        told = [one for one in told if one.kind.partition(":")[0] not in PRIORITY]
    subjects = people.subjects_of(told)
    shown = [one for one in told if speaks not in subjects or one.kind.partition(":")[0] == speaks]
    here = reverse("web:person", args=[person.number])
    why_not = _why_not(request, picture)
    context = {
        "trail": [{"title": "People", "href": reverse("web:people")}, {"title": person.number}],
        "bar": people.identity_bar(picture),
        "person": person,
        "merged_url": f"{reverse('web:person', args=[person.merged_into.number])}?purpose={purpose}"
        if person.merged_into
        else "",
        "withheld": picture.withheld,
        "records": people.record_rows(
            picture.held, bookings=bool(may(request.user, Permission.RESEARCH_DRAFT)), purpose="research"
        ),
        "record_columns": people.RECORD_COLUMNS,
        "claims": people.claim_rows(picture),
        "claim_columns": people.CLAIM_COLUMNS,
        "changes": people.change_rows(picture.changes),
        "change_columns": people.CHANGE_COLUMNS,
        "rules": people.rule_rows(picture.rules, (one.record.pk for one in picture.held)),
        "rule_columns": people.RULE_COLUMNS,
        "timeline": people.timeline(shown),
        "filters": [
            {"text": one.replace("_", " ").capitalize(), "current": one == speaks,
             "href": f"{here}?{urlencode({'purpose': purpose.value, 'about': one})}#timeline-title"}
            for one in subjects
        ],
        "all_url": f"{here}?{urlencode({'purpose': purpose.value})}#timeline-title" if speaks in subjects else "",
        "purpose_words": WORDS[purpose],
        "propose_url": f"{reverse('web:person-propose', args=[person.number])}?purpose={purpose}",
        "forms": forms or _forms(picture),
        "why_not_split": why_not["split"],
        "why_not_merge": why_not["merge"],
        "refusal": refusal,
    }  # fmt: skip
    return frame.show(request, "web/person.html", context, status=status)


def _why_not(request: HttpRequest, picture: Picture) -> dict[str, str]:
    """Why an action is not offered, in words; empty where it is."""
    answer = may(request.user, Permission.PERSON_LINK)
    general = answer.why if isinstance(answer, Refused) else ""
    if not general and picture.person.merged_into:
        general = "This person was merged: open the record it was merged into."
    sources = {(one.record.kind, one.record.reference) for one in picture.held}
    return {
        "merge": general,
        "split": general or ("" if len(sources) > 1 else "There is one record only: nothing can be split from it."),
    }


def _forms(picture: Picture, data: Any = None) -> dict[str, ProposalForm]:
    choices = [(str(one.record.pk), people.source_words(one.record)) for one in picture.held]
    kind = data.get("kind") if data is not None else ""
    return {
        name: ProposalForm(data if kind == code else None, kind=code, records=choices)
        for name, code in (("split", "SPLIT"), ("merge", "MERGE"))
    }


@require_POST
@frame.staff_page
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Check a proposed merge or split, then record it. Nothing moves until a supervisor approves."""
    person, purpose = _opened(request, number)
    picture = selectors.picture(person, reader=request.user, at=clock.now())
    forms = _forms(picture, request.POST)
    form = forms["split" if request.POST.get("kind") == "SPLIT" else "merge"]
    if not form.is_valid():
        return _page(request, person, purpose, status=422, forms=forms)
    if request.POST.get("checked") != "yes":
        return frame.show(request, "web/check_person_change.html", _check(person, purpose, picture, form))
    try:
        if form.cleaned_data["kind"] == "SPLIT":
            change = services.propose_split(
                person=person, records=form.cleaned_data["records"], rationale=form.cleaned_data["rationale"],
                by=request.user, at=clock.now(),
            )  # fmt: skip
        else:
            other = Person.objects.filter(number=form.cleaned_data["other"]).first()
            if other is None:
                raise NotFound("There is no person of that number.")
            change = services.propose_merge(
                person=person, other=other, rationale=form.cleaned_data["rationale"], by=request.user, at=clock.now()
            )
    except PeopleRefused as error:
        return _page(request, person, purpose, status=409, refusal=str(error), forms=forms)
    messages.success(request, f"Proposed as change {change.pk}: a supervisor other than you decides it.")
    return HttpResponseRedirect(f"{reverse('web:person', args=[person.number])}?purpose={purpose}")


def _check(person: Person, purpose: PersonPurpose, picture: Picture, form: ProposalForm) -> dict[str, Any]:
    given = form.cleaned_data
    if given["kind"] == "SPLIT":
        named = [people.source_words(one.record) for one in picture.held if one.record.pk in given["records"]]
        what = f"Somebody else’s: {'; '.join(named)}"
    else:
        what = f"The records of {given['other']} would be {person.number}’s"
    return {
        "title": "Check the proposal",
        "panel": {
            "title": "Check before you propose",
            "lead": "Nothing moves now. A supervisor other than you reads this and decides.",
            "rows": [{"term": "Change", "value": what}, {"term": "Why", "value": given["rationale"]}],
            "form": form.hidden(),
            "action": f"{reverse('web:person-propose', args=[person.number])}?purpose={purpose}",
            "submit": "Propose it",
            "cancel_url": f"{reverse('web:person', args=[person.number])}?purpose={purpose}",
        },
    }
