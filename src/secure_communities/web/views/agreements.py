# SPDX-License-Identifier: Apache-2.0
"""The draft that supervisor and counsel are asked about, and nothing else of the record: agree, or leave it (S16)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from secure_communities.identify.research import review, selectors
from secure_communities.identify.research.grounds import ResearchRefused
from secure_communities.identify.research.models import CAPACITIES, StatusQuery
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.web.forms.research import ConcurrenceForm
from secure_communities.web.presenters import research as presented
from secure_communities.web.views import determination, frame


@require_http_methods(["GET", "POST"])
@frame.staff_page
def detail(request: HttpRequest, query_id: int) -> HttpResponse:
    """The draft with its evidence and its conviction; a POST agrees to it."""
    frame.require(request, Permission.DETERMINATION_CONCUR)
    rows = StatusQuery.objects.select_related("submission__data_key").defer("submission__content")
    query = get_object_or_404(rows, pk=query_id)
    form = ConcurrenceForm(request.POST) if request.method == "POST" else None
    refusal = ""
    if form is not None and form.is_valid():
        role = next(one for one in CAPACITIES if one in frame.roles_of(request))
        try:
            review.concur(
                query_id=query.pk, draft_id=form.cleaned_data["draft"], reviewer=request.user, capacity=role,
                reason=form.cleaned_data["reason"], at=clock.now(),
            )  # fmt: skip
        except ResearchRefused as error:
            refusal = str(error)
        else:
            form = None
    status = 409 if refusal else 422 if form is not None else 200
    return _page(request, query, form=form, refusal=refusal, status=status)


def _page(
    request: HttpRequest, query: StatusQuery, *, form: ConcurrenceForm | None, refusal: str, status: int
) -> HttpResponse:
    context = {"query": query, "refusal": refusal, "trail": [{"title": f"Agreement on {query.reference}"}]}
    try:
        draft = review.read_draft(query=query, reader=request.user, at=clock.now())
    except ResearchRefused as error:
        return frame.show(request, "web/agreement.html", {**context, "refusal": refusal or str(error)}, status=409)
    given = list(draft.concurrences.select_related("reviewer"))
    open_to_me = request.user.pk not in {one.reviewer_id for one in given} and not (
        {one.capacity for one in given} & {str(role) for role in frame.roles_of(request)}
    )
    conviction = draft.conviction
    context |= {
        "rows": [
            *determination.draft_rows(draft, selectors.evidence_of(draft)),
            *([{"term": "Conviction", "value": presented.conviction(conviction)}] if conviction else []),
            {"term": "Drafted by", "value": draft.author.display_name},
        ],
        "given": presented.concurrence_rows(given),
        "form": (form or ConcurrenceForm(initial={"draft": draft.pk})) if open_to_me else None,
        "failed_form": form if form is not None and not form.is_valid() else None,
    }
    return frame.show(request, "web/agreement.html", context, status=status)
