# SPDX-License-Identifier: Apache-2.0
"""Changes that wait for a supervisor, and records to look at: first an opinion, then the weight."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secure_communities.identify.people import registration, reviews, search, selectors, services
from secure_communities.identify.people.models import Change, Review, SourceRecord
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.vocabulary import Opinion
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import Refused, may
from secure_communities.platform.keys.services import KeyDestroyed
from secure_communities.web.forms.people import DecideForm, OpinionForm, ReasonForm
from secure_communities.web.presenters import people
from secure_communities.web.views import frame

REVIEW_COLUMNS = (
    {"key": "pair", "title": "Records"}, {"key": "kinds", "title": "From"}, {"key": "opened", "title": "Put here"},
)  # fmt: skip
OPINIONS = {"SAME": "One person’s", "DIFFERENT": "Two people’s", "UNDECIDED": "Cannot be said"}


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """Both lists, oldest first. Neither shows a weight."""
    frame.require(request, Permission.PERSON_LINK, Permission.PERSON_LINK_APPROVE)
    page = Paginator(selectors.open_reviews(), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "pair": {
                "text": f"Records {one.first_id} and {one.second_id}",
                "href": reverse("web:person-review", args=[one.pk]),
            },
            "kinds": f"{people.KINDS[one.first.kind]} and {people.KINDS[one.second.kind]}",
            "opened": {"at": one.opened_at},
        }
        for one in page
    ]
    context = {
        "page": page, "reviews": rows, "review_columns": REVIEW_COLUMNS, "request": request,
        "changes": people.change_rows(selectors.open_changes()[:50]), "change_columns": people.CHANGE_COLUMNS,
    }  # fmt: skip
    return frame.show(request, "web/person_links.html", context)


@require_http_methods(["GET", "POST"])
@frame.staff_page
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change: read it, decide it, or propose to take it back."""
    frame.require(request, Permission.PERSON_LINK, Permission.PERSON_LINK_APPROVE)
    found = Change.objects.select_related("person", "other", "undoes", "proposed_by", "decided_by").get(pk=change_id)
    answer = may(request.user, Permission.PERSON_LINK_APPROVE, found)
    form = DecideForm(request.POST or None) if found.state == "open" and answer else None
    refusal, status = "", 200
    if request.method == "POST" and form is not None:
        if form.is_valid():
            decide = services.approve if form.cleaned_data["decision"] == "approve" else services.refuse
            try:
                decide(change_id=found.pk, by=request.user, reason=form.cleaned_data["reason"], at=clock.now())
            except PeopleRefused as error:
                refusal, status = str(error), 409
            else:
                done = "Approved: the records moved." if decide is services.approve else "Refused: nothing moved."
                messages.success(request, done)
                return HttpResponseRedirect(reverse("web:person-change", args=[found.pk]))
        else:
            status = 422
    return _change_page(request, found, form, answer, refusal=refusal, status=status)


def _change_page(
    request: HttpRequest, found: Change, form: DecideForm | None, answer: Any, *, refusal: str, status: int,
    undo_form: ReasonForm | None = None,
) -> HttpResponse:  # fmt: skip
    state, tone = people.STATES[found.state]
    named = SourceRecord.objects.filter(pk__in=found.records)
    rows: list[dict[str, Any]] = [
        {"term": "Change", "value": people.change_words(found)},
        {"term": "State", "value": state, "tone": tone},
        {"term": "Proposed by", "value": found.proposed_by.get_username()},
        {"term": "Proposed", "at": found.proposed_at},
        {"term": "Why", "value": found.rationale},
        *[{"term": "Record", "value": people.source_words(one)} for one in named],
    ]
    if found.decided_at:
        rows += [
            {"term": "Decided by", "value": str(found.decided_by)},
            {"term": "Decided", "at": found.decided_at},
            {"term": "Reason", "value": found.decision_reason},
        ]
    undoable = found.state == "approved" and found.kind != "UNDO"
    context = {
        "trail": [{"title": "Links", "href": reverse("web:person-links")}, {"title": f"Change {found.pk}"}],
        "title": f"Change {found.pk}",
        "rows": rows,
        "people": [
            {"number": one.number, "href": reverse("web:person", args=[one.number])}
            for one in (found.person, found.other) if one is not None
        ],
        "form": form,
        "why_not": answer.why if isinstance(answer, Refused) and found.state == "open" else "",
        "refusal": refusal,
        "undo_form": (undo_form or ReasonForm()) if undoable and may(request.user, Permission.PERSON_LINK) else None,
        "undo_url": reverse("web:person-undo", args=[found.pk]),
    }  # fmt: skip
    return frame.show(request, "web/person_change.html", context, status=status)


@require_POST
@frame.staff_page
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Propose to take back an approved change."""
    frame.require(request, Permission.PERSON_LINK)
    found = Change.objects.select_related("person", "other", "undoes", "proposed_by", "decided_by").get(pk=change_id)
    form = ReasonForm(request.POST)
    answer = may(request.user, Permission.PERSON_LINK_APPROVE, found)
    if not form.is_valid():
        return _change_page(request, found, None, answer, refusal="", status=422, undo_form=form)
    try:
        made = services.propose_undo(
            change=found, rationale=form.cleaned_data["reason"], by=request.user, at=clock.now()
        )
    except PeopleRefused as error:
        return _change_page(request, found, None, answer, refusal=str(error), status=409, undo_form=form)
    messages.success(request, "Proposed: a supervisor other than you decides it.")
    return HttpResponseRedirect(reverse("web:person-change", args=[made.pk]))


@require_http_methods(["GET", "POST"])
@frame.staff_page
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Two records side by side. The weight and its reasons show once an opinion is recorded."""
    frame.require(request, Permission.PERSON_LINK)
    found = Review.objects.select_related("first__data_key", "second__data_key", "decided_by").get(pk=review_id)
    form = OpinionForm(request.POST or None) if not found.opinion else None
    refusal, status = "", 200
    if request.method == "POST" and form is not None:
        if form.is_valid():
            try:
                reviews.decide_review(
                    review_id=found.pk, opinion=Opinion(form.cleaned_data["opinion"]),
                    rationale=form.cleaned_data["rationale"], by=request.user, at=clock.now(),
                )  # fmt: skip
                return HttpResponseRedirect(reverse("web:person-review", args=[found.pk]))
            except PeopleRefused as error:
                refusal, status = str(error), 409
        else:
            status = 422
    registration.note_review_read(found, reader=request.user, at=clock.now())
    context = {
        "trail": [{"title": "Links", "href": reverse("web:person-links")}, {"title": f"Pair {found.pk}"}],
        "review": found,
        "names": (people.source_words(found.first), people.source_words(found.second)),
        "sides": people.side_rows(_said(found.first), _said(found.second)),
        "side_columns": people.SIDE_COLUMNS,
        "form": form,
        "refusal": refusal,
        "opinion_rows": [
            {"term": "Opinion", "value": OPINIONS[found.opinion]},
            {"term": "By", "value": str(found.decided_by)},
            {"term": "Based on", "value": found.rationale},
        ]
        if found.opinion
        else [],
        "weighing": _weighing(found) if found.opinion else None,
        "step_columns": people.STEP_COLUMNS,
    }
    return frame.show(request, "web/person_review.html", context, status=status)


def _said(record: SourceRecord) -> dict[str, Any]:
    try:
        return registration.features_of(record)
    except KeyDestroyed:
        return {}


def _weighing(found: Review) -> dict[str, Any] | None:
    try:
        weighed = search.compare(found.first, found.second)
    except KeyDestroyed:
        return None
    return people.weighing_item(weighed)
