# SPDX-License-Identifier: Apache-2.0
"""One case's priority: the level and why, former assessments with their stored inputs, the document, assess again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secure_communities.identify.people.reading import PersonPurpose
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import NotAllowed, Refused, may
from secure_communities.platform.documents import DocumentFailed
from secure_communities.prioritize.assessments import selectors
from secure_communities.prioritize.assessments import services as assessing
from secure_communities.prioritize.assessments.models import Assessment
from secure_communities.prioritize.assessments.vocabulary import Trigger
from secure_communities.prioritize.reviews import documents, reading
from secure_communities.prioritize.reviews.reading import Opened
from secure_communities.web.forms.people import WORDS, PersonPurposeForm
from secure_communities.web.presenters import assessments as presented
from secure_communities.web.presenters import people
from secure_communities.web.views import frame, priority_page


def opened_case(request: HttpRequest, query_id: int) -> tuple[Opened, PersonPurpose]:
    """The case, once the reader has said why. The reading is logged by the one service that may."""
    answer = may(request.user, Permission.ASSESSMENT_VIEW)
    purposes = people.purposes_of(frame.roles_of(request))
    if isinstance(answer, Refused) or not purposes:
        raise NotAllowed(Permission.ASSESSMENT_VIEW, getattr(answer, "why", "Your roles open no case."))
    form = PersonPurposeForm(request.GET if "purpose" in request.GET else None, purposes=purposes)
    if not form.is_valid():
        raise frame.PurposeAsked(form)
    purpose = PersonPurpose(form.cleaned_data["purpose"])
    return reading.open_case(query_id, reader=request.user, purpose=purpose, at=clock.now()), purpose


def address(query: StatusQuery, purpose: PersonPurpose, name: str = "assessment", *more: Any) -> str:
    """The address of a page of the case, with the purpose that was stated."""
    return f"{reverse(f'web:{name}', args=[query.pk, *more])}?{urlencode({'purpose': purpose.value})}"


@require_safe
@frame.staff_page
def detail(request: HttpRequest, query_id: int) -> HttpResponse:
    """The assessment that stands under the rules that order the work."""
    opened, purpose = opened_case(request, query_id)
    return page(request, opened, purpose)


@require_safe
@frame.staff_page
def former(request: HttpRequest, query_id: int, assessment_id: int) -> HttpResponse:
    """Any assessment of the case, as it was stored; computed again from its own inputs."""
    opened, purpose = opened_case(request, query_id)
    found = get_object_or_404(Assessment, pk=assessment_id, query=opened.query)
    return page(request, opened, purpose, assessment=found)


def page(
    request: HttpRequest, opened: Opened, purpose: PersonPurpose, *, assessment: Assessment | None = None,
    refusal: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of one assessment."""
    query, now = opened.query, clock.now()
    here = address(query, purpose)
    context: dict[str, Any] = {
        "trail": [{"title": "Priorities", "href": reverse("web:priority-review")}, {"title": query.reference}],
        "bar": presented.bar(query, None),
        "withheld": opened.withheld,
        "refusal": refusal,
        "purpose_words": WORDS[purpose],
    }
    again = may(request.user, Permission.ASSESSMENT_AGAIN, query.submission.originator, at=now)
    context["again_url"] = address(query, purpose, "assess-again") if again else ""
    if opened.withheld:
        return frame.show(request, "web/assessment.html", context, status=status)
    stands = priority_page.of(query, at=now)
    shown = assessment or stands.assessment
    if shown is None:
        return frame.show(request, "web/assessment.html", context, status=status)
    case = priority_page.Case(request, query, purpose, now=now)
    context |= priority_page.page_of(case, stands, shown)
    context["pdf_url"] = address(query, purpose, "assessment-pdf", shown.pk)
    if stands.assessment is not None and shown.pk != stands.assessment.pk:
        context["former"] = {"href": here, "text": priority_page.former_words(shown, stands)}
        context["acts"] = []
    return frame.show(request, "web/assessment.html", context, status=status)


@require_safe
@frame.staff_page
def document(request: HttpRequest, query_id: int, assessment_id: int) -> HttpResponse:
    """One assessment as a PDF, from the same explanation as the page."""
    opened, _ = opened_case(request, query_id)
    if opened.withheld:
        return frame.refuse(request, 403, "Withheld", "The record may be of a protected person (S19).")
    found = get_object_or_404(Assessment, pk=assessment_id, query=opened.query)
    try:
        content = documents.pdf_of(found)
    except DocumentFailed:
        return frame.refuse(request, 503, "This document could not be made", "The page itself says the same.")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="assessment-{found.pk}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
@frame.staff_page
def again(request: HttpRequest, query_id: int) -> HttpResponse:
    """Assess again: first what would come of it, then, by a POST, the assessment itself."""
    opened, purpose = opened_case(request, query_id)
    query, now = opened.query, clock.now()
    frame.require_for(request, Permission.ASSESSMENT_AGAIN, query.submission.originator)
    if opened.withheld:
        return page(request, opened, purpose)
    if request.method == "POST":
        made = assessing.assess_query(query=query, trigger=Trigger.ON_DEMAND, by=request.user, at=now)
        messages.success(request, f"Assessed: {selectors.rules_of(made).title_of(made.answer)}.")
        return HttpResponseRedirect(address(query, purpose))
    panel = {
        "title": "What assessing again would give",
        "lead": "Nothing is recorded yet. These are the answers from what is on record now.",
        "rows": priority_page.dry_run_rows(query, at=now),
        "action": address(query, purpose, "assess-again"),
        "submit": "Assess and record",
        "cancel_url": address(query, purpose),
    }
    trail = [{"title": query.reference, "href": address(query, purpose)}, {"title": "Assess again"}]
    return frame.show(request, "web/assessment_check.html", {"panel": panel, "trail": trail})
