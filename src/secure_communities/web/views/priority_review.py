# SPDX-License-Identifier: Apache-2.0
"""The cases that the rules leave to a person: what must be decided in each, the longest waiting first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.platform import clock
from secure_communities.policy.priority.answers import IN_WORDS, Outside
from secure_communities.prioritize.assessments import selectors as assessments
from secure_communities.prioritize.reviews import rules, selectors
from secure_communities.web.forms.assessments import ReviewFilter
from secure_communities.web.presenters import assessments as presented
from secure_communities.web.presenters import people
from secure_communities.web.views import frame

COLUMNS = (
    {"key": "case", "title": "Case"},
    {"key": "answer", "title": "Answer"},
    {"key": "decide", "title": "What a person must decide"},
    {"key": "could", "title": "It could become"},
    {"key": "since", "title": "Waits since"},
)


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """The open reviews of the reader's office; for others who see priorities, all of them."""
    now = clock.now()
    form = ReviewFilter(request.GET)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    found = selectors.open_reviews(request.user, at=now, answer=answer)
    page = Paginator(found, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    purposes = people.purposes_of(frame.roles_of(request))
    here = reverse("web:priority-review")
    counted = selectors.counts(request.user, at=now)
    context = {
        "rows": [_row(one, purposes[0] if purposes else "") for one in page],
        "columns": COLUMNS,
        "page": page,
        "rules": counted.rules,
        "tiles": presented.count_tiles(counted.rules, counted.by_answer, href=lambda one: _tile(here, one)),
        "filters": {
            "form": form, "action": here, "count": page.paginator.count, "noun": "cases wait for a person",
            "chips": [{"text": IN_WORDS[Outside(answer)], "remove_url": here}] if answer else [],
        },
    }  # fmt: skip
    return frame.show(request, "web/priority_review.html", context)


def _tile(here: str, answer: str) -> str:
    return f"{here}?{urlencode({'answer': answer})}" if answer in rules.OPEN else ""


def _row(one: Any, purpose: str) -> dict[str, Any]:
    made = one.assessment
    used = assessments.rules_of(made)
    result = assessments.recomputed(made)
    return {
        "case": {
            "text": one.query.reference,
            "href": f"{reverse('web:assessment', args=[one.query_id])}?{urlencode({'purpose': str(purpose)})}",
            "note": one.query.submission.originator.agency.name,
        },
        "answer": {"text": IN_WORDS[Outside(one.effective_answer)], "tone": "attention"},
        "decide": rules.left_to_a_person(result),
        "could": ", ".join(used.title_of(each) for each in result.could_become) or "No other answer",
        "since": {"at": one.changed_at},
    }
