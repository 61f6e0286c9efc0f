# SPDX-License-Identifier: Apache-2.0
"""The support centre's pages: queries that wait, one query with its records, draft, return, signature."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.identify.citizenship.services import CitizenshipRefused
from secure_communities.identify.intake import reading
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.identify.people import selectors as people
from secure_communities.identify.research import review, selectors, services
from secure_communities.identify.research.grounds import ResearchRefused
from secure_communities.identify.research.models import CAPACITIES, StatusQuery
from secure_communities.identify.research.states import Query
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import Role
from secure_communities.platform.access.services import NotAllowed, Refused, may, require
from secure_communities.platform.worklists.selectors import open_item_of, open_items
from secure_communities.platform.worklists.services import ItemTaken
from secure_communities.policy.determination import (
    Determination,
    correction_words,
    is_adverse,
)
from secure_communities.web.forms.research import (
    ConcurrenceForm,
    CorrectionForm,
    ReturnForm,
    SignForm,
    code_sentences,
)
from secure_communities.web.presenters import lanes, lists
from secure_communities.web.presenters import research as presented
from secure_communities.web.presenters.sight import SIGHTS, purposes_of
from secure_communities.web.views import determination, dossier, frame, gathered, items, life, priority_page

PURPOSES = (ReadPurpose.RESEARCH, ReadPurpose.DETERMINATION)
WORKLISTS = (services.WORKLIST, services.SIGNING)
DONE: dict[str, tuple[str, list[str]]] = {
    "drafted": (
        "Your draft is with the authorised officers",
        [
            "Another person, an authorised officer, reads the evidence and signs the draft or returns it.",
            "Nothing is sent to the agency before it is signed.",
        ],
    ),
    "returned": (
        "The draft went back to the specialists",
        ["A specialist mends it with your reason at hand.", "The clock of the query runs on."],
    ),
    "reopened": (
        "The determination is open again",
        [
            "A specialist drafts anew; another officer signs. Until then the old determination stands.",
            "Whoever got the old answer gets the new one, which says what it replaces.",
        ],
    ),
    "signed": (
        "The determination is signed",
        [
            "The second response goes out to the agency, if it takes one, under your name.",
            "It cannot be changed or taken back.",
        ],
    ),
}


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """Queries that wait for this reader; for a supervisor, every open one."""
    if Role.SUPPORT_SUPERVISOR not in frame.roles_of(request):
        frame.require(request, Permission.RESEARCH_DRAFT, Permission.DETERMINATION_SIGN)
    page = Paginator(waiting(request), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"rows": rows_of(request, page), "columns": lists.QUERY_COLUMNS, "page": page}
    return frame.show(request, "web/research_list.html", context)


def waiting(request: HttpRequest) -> QuerySet[StatusQuery]:
    """The queries that wait for the reader, due first; for a supervisor, every open one."""
    found = selectors.waiting_for(request.user, at=clock.now())
    if Role.SUPPORT_SUPERVISOR in frame.roles_of(request):
        found = (
            StatusQuery.objects.exclude(state=Query.DETERMINED)
            .select_related("submission__originator__agency")
            .order_by("due_at", "id")
        )
    return found.defer("submission__content")


def rows_of(request: HttpRequest, queries: Iterable[StatusQuery]) -> list[dict[str, Any]]:
    """Queries as rows of the table, with who holds each."""
    now, shown = clock.now(), list(queries)
    items = open_items(WORKLISTS).filter(about_type="query", about_id__in=[str(one.pk) for one in shown])
    held = {
        item.about_id: item.claimed_by.display_name
        for item in items
        if item.claimed_by and item.lease_until and item.lease_until > now
    }
    return [
        lists.query_row(one, href=address_of(request, one.pk), held_by=held.get(str(one.pk), ""), now=now)
        for one in shown
    ]


def address_of(request: HttpRequest, query_id: int, name: str = "query") -> str:
    """A query's address with the one purpose that the reader's role gives, if it is one."""
    purposes = [one for one in purposes_of(frame.roles_of(request)) if one in PURPOSES]
    where = reverse(f"web:{name}", args=[query_id])
    return f"{where}?{urlencode({'purpose': purposes[0].value})}" if len(purposes) == 1 else where


def _asked(query_id: int) -> StatusQuery:
    related = "submission__originator__agency", "submission__data_key", "examination__confirmed__subject__data_key"
    return get_object_or_404(StatusQuery.objects.select_related(*related), pk=query_id)


@require_safe
@frame.staff_page
def detail(request: HttpRequest, query_id: int) -> HttpResponse:
    """One query."""
    return _page(request, _asked(query_id))


def _page(
    request: HttpRequest, query: StatusQuery, *, draft_form: Form | None = None, return_form: Form | None = None,
    sign_form: Form | None = None, correct_form: Form | None = None, refusal: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The query with its records, and what this reader may do about it."""
    submission, purpose = frame.open_record(request, query.submission.control_number, among=PURPOSES)
    now, sight = clock.now(), SIGHTS[purpose]
    story = life.of(submission)
    signed = query.determinations.select_related("drafter", "signer").last()
    draft = query.latest_draft
    drafting, held = _drafting(request, query)
    signing = may(request.user, Permission.DETERMINATION_SIGN, query) if query.state == Query.DRAFTED else None
    evidence = selectors.evidence_of(draft) if draft else []
    draft_rows = determination.draft_rows(draft, evidence) if draft else None
    correcting = query.state == Query.DETERMINED and bool(may(request.user, Permission.DETERMINATION_CORRECT, query))
    context = {
        "trail": [{"title": "Research", "href": reverse("web:research")}, {"title": query.reference}],
        "bar": presented.identity_bar(query, signed_at=signed.signed_at if signed else None, now=now),
        "refusal": refusal,
        "held": held,
        "work_held": items.held(request, open_item_of(("query", query.pk))),
        "draft_form": (draft_form or determination.draft_form(query)) if drafting else None,
        "draft_url": address_of(request, query.pk, "draft"),
        "codes": code_sentences() if drafting else None,
        "draft_rows": draft_rows,
        "drafted_by": draft.author.display_name if draft else "",
        "returned": dossier.last_return(submission) if query.state == Query.OPEN else "",
        "determinations": determination.determinations(query),
        "determination_rows": signed is not None and query.state == Query.DETERMINED,
        "correct_form": (correct_form or CorrectionForm(auto_id="correct_%s")) if correcting else None,
        "correct_url": address_of(request, query.pk, "correct"),
        "concurrence": determination.concurrence(request, query, draft, address_of(request, query.pk, "concur"))
        if draft
        else None,
        "citizenship": determination.signs(request, submission),
        "return_form": (return_form or ReturnForm(auto_id="return_%s")) if signing else None,
        "return_url": address_of(request, query.pk, "return-draft"),
        "sign_form": sign_form,
        "sign_panel": _sign_panel(request, query, draft, draft_rows, sign_form) if signing and draft else None,
        "why_not_sign": signing.why if isinstance(signing, Refused) else "",
        "records": dossier.of(query, submission, at=now),
        "evidence": gathered.panel(request, query, purpose),
        "origin": lanes.origin(story),
        "lanes": lanes.lanes(story, sight),
        "timeline": lanes.timeline(story, sight, life.names_of(story.events)),
        "submission_url": _submission_url(submission, purpose),
        "person_url": _person_url(submission, purpose),
        "priority_url": priority_page.link(request.user, query, submission),
    }
    return frame.show(request, "web/query.html", context, status=status)


def _drafting(request: HttpRequest, query: StatusQuery) -> tuple[bool, str]:
    """Whether the reader drafts now; the query is claimed for a specialist who opens it, or it says who holds it."""
    if query.state != Query.OPEN or not may(request.user, Permission.RESEARCH_DRAFT, query):
        return False, ""
    item = open_items([services.WORKLIST]).filter(about_type="query", about_id=str(query.pk)).first()
    if item is not None:
        try:
            services.claim(query_id=query.pk, item_id=item.pk, specialist=request.user, at=clock.now())
        except ItemTaken:
            holder = item.claimed_by.display_name if item.claimed_by else "a colleague"
            until = f"{item.lease_until:%H:%M} UTC" if item.lease_until else "later"
            return False, f"{holder} is working on this query until {until}."
    return True, ""


def _sign_panel(request: HttpRequest, query: StatusQuery, draft: Any, rows: Any, form: Form | None) -> dict[str, Any]:
    return {
        "title": "You are about to sign a determination",
        "lead": "It becomes the second response to the agency and cannot be taken back.",
        "points": [
            "It is not a detainer and orders nothing.",
            "Another person drafted it. Your name will stand on it.",
        ],
        "rows": [*(rows or []), {"term": "Drafted by", "value": draft.author.display_name}],
        "form": form or SignForm(initial={"draft": draft.pk}),
        "action": address_of(request, query.pk, "sign"),
        "submit": "Sign and send",
        "signer": request.user.display_name,  # type: ignore[union-attr]
    }


def _submission_url(submission: Submission, purpose: ReadPurpose) -> str:
    where = reverse("web:submission", args=[submission.control_number])
    return f"{where}?{urlencode({'purpose': purpose.value})}"


def _person_url(submission: Submission, purpose: ReadPurpose) -> str:
    """Where the person's records stand together, once the confirmed prints joined them."""
    person = people.person_of_submission(submission.control_number)
    return f"{reverse('web:person', args=[person.number])}?{urlencode({'purpose': purpose.value})}" if person else ""


@require_POST
@frame.staff_page
def draft(request: HttpRequest, query_id: int) -> HttpResponse:
    """Check the draft, then record it: the first POST shows it back, the second one confirms."""
    query = _asked(query_id)
    frame.require(request, Permission.RESEARCH_DRAFT)
    form = determination.draft_form(query, request.POST)
    step = request.POST.get("step", "check")
    if not form.is_valid() or step == "edit":
        return _page(request, query, draft_form=form)
    if step == "confirm":
        try:
            services.draft(
                query_id=query.pk, author=request.user, code=form.determination, evidence=form.evidence,
                relied_on=form.cleaned_data.get("relied_on") or (), confidence=form.cleaned_data["confidence"],
                confidence_code=form.cleaned_data["confidence_code"],
                contradictions=form.cleaned_data.get("contradictions", ""),
                conviction_id=form.cleaned_data.get("conviction"), at=clock.now(),
            )  # fmt: skip
        except (ResearchRefused, CitizenshipRefused) as error:
            query.refresh_from_db()
            return _page(request, query, draft_form=form, refusal=str(error), status=409)
        return redirect("web:researched", query_id=query.pk, act="drafted")
    context = {
        "trail": [{"title": "Research", "href": reverse("web:research")}, {"title": query.reference}],
        "rows": form.in_words(),
        "form": form.hidden(),
        "action": address_of(request, query.pk, "draft"),
    }
    return frame.show(request, "web/check_draft.html", context)


@require_POST
@frame.staff_page
def send_back(request: HttpRequest, query_id: int) -> HttpResponse:
    """Return a draft to the specialists with the reason."""
    query = _asked(query_id)
    form = ReturnForm(request.POST, auto_id="return_%s")
    frame.require(request, Permission.DETERMINATION_SIGN)
    if not form.is_valid():
        return _page(request, query, return_form=form)
    try:
        services.return_draft(
            query_id=query.pk, officer=request.user, reason=form.cleaned_data["reason"], at=clock.now()
        )
    except (ResearchRefused, CitizenshipRefused) as error:
        return _page(request, query, return_form=form, refusal=str(error), status=409)
    return redirect("web:researched", query_id=query.pk, act="returned")


@require_POST
@frame.staff_page
def sign(request: HttpRequest, query_id: int) -> HttpResponse:
    """Sign a draft, having read its evidence. An adverse one is asked for once more, with what follows from it."""
    query = _asked(query_id)
    frame.require(request, Permission.DETERMINATION_SIGN)
    form = SignForm(request.POST)
    if not form.is_valid() or request.POST.get("step") == "edit":
        return _page(request, query, sign_form=form)
    present = query.latest_draft
    require(request.user, Permission.DETERMINATION_SIGN, query)
    unchanged = present is not None and present.pk == form.cleaned_data["draft"]
    if present and unchanged and is_adverse(Determination(present.code)) and request.POST.get("step") != "confirm":
        reading.open_submission(  # the page shows the evidence, whatever was opened before
            query.submission.control_number, reader=request.user, purpose=ReadPurpose.DETERMINATION, at=clock.now()
        )
        return frame.show(
            request,
            "web/check_signature.html",
            determination.last_stop(
                request, query, form, back=address_of(request, query.pk), action=address_of(request, query.pk, "sign")
            ),
        )
    try:
        services.sign(
            query_id=query.pk, officer=request.user, draft_id=form.cleaned_data["draft"],
            authority=form.cleaned_data["authority"], authority_code=form.cleaned_data["authority_code"],
            reason=form.cleaned_data["reason"], at=clock.now(),
        )  # fmt: skip
    except (ResearchRefused, CitizenshipRefused) as error:
        query.refresh_from_db()
        return _page(request, query, refusal=str(error), status=409)
    return redirect("web:researched", query_id=query.pk, act="signed")


@require_POST
@frame.staff_page
def correct(request: HttpRequest, query_id: int) -> HttpResponse:
    """Open a signed determination again: the first POST stops and says what follows, the second one does it."""
    query = _asked(query_id)
    frame.require(request, Permission.DETERMINATION_CORRECT)
    form = CorrectionForm(request.POST, auto_id="correct_%s")
    if not form.is_valid() or request.POST.get("step") == "edit":
        return _page(request, query, correct_form=form)
    given = form.cleaned_data
    if request.POST.get("step") != "confirm":
        context = {
            "trail": [
                {"title": "Research", "href": reverse("web:research")},
                {"title": query.reference, "href": address_of(request, query.pk)},
            ],
            "rows": [
                {"term": "Query", "value": query.reference},
                {"term": "Why", "value": correction_words(given["code"])},
                {"term": "In words", "value": given["words"]},
            ],
            "form": form.hidden(),
            "action": address_of(request, query.pk, "correct"),
        }
        return frame.show(request, "web/check_correction.html", context)
    try:
        review.correct(query_id=query.pk, by=request.user, code=given["code"], words=given["words"], at=clock.now())
    except ResearchRefused as error:
        return _page(request, query, correct_form=form, refusal=str(error), status=409)
    return redirect("web:researched", query_id=query.pk, act="reopened")


@require_POST
@frame.staff_page
def concur(request: HttpRequest, query_id: int) -> HttpResponse:
    """Supervisor or counsel agrees to a draft that needs both."""
    query = _asked(query_id)
    form = ConcurrenceForm(request.POST)
    frame.require(request, Permission.DETERMINATION_CONCUR)
    if not form.is_valid():
        return _page(request, query, refusal="State in words why you agree.", status=422)
    role = next(one for one in CAPACITIES if one in frame.roles_of(request))
    try:
        review.concur(
            query_id=query.pk, draft_id=form.cleaned_data["draft"], reviewer=request.user, capacity=role,
            reason=form.cleaned_data["reason"], at=clock.now(),
        )  # fmt: skip
    except ResearchRefused as error:
        return _page(request, query, refusal=str(error), status=409)
    return redirect(address_of(request, query.pk))


@require_safe
@frame.staff_page
def done(request: HttpRequest, query_id: int, act: str) -> HttpResponse:
    """What happens next, for the one who acted."""
    query = get_object_or_404(StatusQuery, pk=query_id)
    me = request.user.pk
    acted = {
        "drafted": lambda: query.drafts.filter(author=me).exists(),
        "signed": lambda: query.determinations.filter(signer=me).exists(),
        "reopened": lambda: query.determinations.filter(correction_opened__opened_by=me).exists(),
        "returned": lambda: bool(may(request.user, Permission.DETERMINATION_SIGN)),
    }
    if act not in acted or not acted[act]():
        raise NotAllowed(Permission.RESEARCH_DRAFT, "This confirmation belongs to the person who acted.")
    title, steps = DONE[act]
    panel = {
        "title": title, "reference": query.reference, "next": steps, "href": reverse("web:research"),
        "link": "Next query",
    }  # fmt: skip
    return frame.show(request, "web/done.html", {"panel": panel})
