# SPDX-License-Identifier: Apache-2.0
"""The list of referrals for field officers: those of the reader's own office."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.identify.referrals import selectors
from secure_communities.interchange.messages.vocabulary import sentence
from secure_communities.platform import clock
from secure_communities.policy.determination import Determination, in_words
from secure_communities.web.views import frame

COLUMNS = (
    {"key": "referred", "title": "Referred"},
    {"key": "office", "title": "Office"},
    {"key": "query", "title": "Query"},
    {"key": "agency", "title": "Submitted by"},
    {"key": "says", "title": "What the determination says and allows"},
    {"key": "stands", "title": "Stands"},
)


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """Referrals to the reader's office; for supervisors and auditors, all."""
    page = Paginator(selectors.visible_to(request.user, at=clock.now()), frame.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return frame.show(
        request, "web/referrals.html", {"rows": [_row(one) for one in page], "columns": COLUMNS, "page": page}
    )


def _row(referral: Any) -> dict[str, Any]:
    code = Determination(referral.determination.code)
    at, version = referral.referred_at, referral.determination.version
    return {
        "referred": f"{at:%b} {at.day}, {at.year} {at:%H:%M} UTC",
        "office": referral.office.name,
        "query": {"text": referral.query.reference, "href": reverse("web:assessment", args=[referral.query_id])},
        "agency": referral.query.submission.originator.agency.name,
        "says": in_words(code, sentence(code)),
        "stands": {"text": "Superseded by a correction", "tone": "attention"}
        if referral.superseded
        else {"text": f"Version {version} stands", "tone": "neutral"},
    }
