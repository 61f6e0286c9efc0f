# SPDX-License-Identifier: Apache-2.0
"""Evidence on the research page: the panel, its list of sources while they are asked, asking again, one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.identify.evidence import booked, reading, registry, selectors, services
from secure_communities.identify.evidence.contradictions import contradictions
from secure_communities.identify.evidence.facts import FactKind
from secure_communities.identify.evidence.history import history
from secure_communities.identify.evidence.models import Evidence, Inquiry
from secure_communities.identify.evidence.services import EvidenceRefused
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import read_booking
from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.identify.research import services as research
from secure_communities.identify.research.models import StatusQuery
from secure_communities.identify.research.states import Query
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.accounts.models import User
from secure_communities.platform.worklists.selectors import open_items
from secure_communities.web.presenters import gathered as presented
from secure_communities.web.views import frame

NOT_KNOWN = "What would have been said is not known here."
ASK_AGAIN = "What would have been said is not known. Ask again, or say in the draft that there was no answer."


def panel(request: HttpRequest, query: StatusQuery, purpose: ReadPurpose) -> dict[str, Any]:
    """What the panel shows. The caller has opened the submission for this purpose, which logged the reading."""
    asked = selectors.latest_inquiries(query)  # before the rows: an answer that comes between leaves the page asking
    rows = selectors.standing(query)
    for row in rows:
        row.query = query
    facts = selectors.facts_in(rows)
    booking = read_booking(intake.transaction_of(query.submission))
    told = [*booked.facts_of(booking, query.submission.control_number), *facts]
    titles = {str(one.code): one.title for one in registry.all_sources()}
    decisions = query.examination.decisions.filter(verdict="identification", candidate=query.examination.confirmed_id)
    protected = frozenset(one.evidence for one in facts if one.kind is FactKind.PROTECTED and one.evidence)
    found = contradictions(told, today=clock.now().date())
    return {
        **_listed(request, query, purpose, asked, rows, protected=protected),
        "confirmation": presented.confirmation(decisions.select_related("examiner").order_by("id")),
        "holder": _holder(query),
        "contradictions": presented.contradictions(found, titles, _href(query, purpose)),
        "history": presented.history(history(told), titles, _href(query, purpose)),
        "history_columns": presented.HISTORY_COLUMNS,
    }


def _listed(
    request: HttpRequest, query: StatusQuery, purpose: ReadPurpose, asked: Mapping[str, Inquiry],
    rows: Sequence[Evidence], *, protected: frozenset[int] = frozenset(),
) -> dict[str, Any]:  # fmt: skip
    """The list of sources alone: states and numbers, nothing out of a record."""
    found = presented.sources(
        registry.all_sources(), asked, rows,
        protected=protected, href=_href(query, purpose), now=clock.now(),
    )  # fmt: skip
    token = frame.page_token(request, evidence=query.pk)  # the page view was logged; its list is part of it
    gathers = query.state == Query.OPEN and bool(may(request.user, Permission.EVIDENCE_GATHER, query))
    return {
        "sources": found,
        "asking": any(one["asking"] for one in found),
        "failed_title": _failed_title([one["title"] for one in found if one["retry"]]),
        "failed_text": ASK_AGAIN if gathers else NOT_KNOWN,
        "gather_url": _address("gather-evidence", purpose, query.pk) if gathers else "",
        "poll_url": f"{_address('evidence-sources', purpose, query.pk)}&{urlencode({'view': token})}",
    }


def _failed_title(titles: list[str]) -> str:
    return f"No answer from {' and '.join(filter(None, [', '.join(titles[:-1]), titles[-1]]))}" if titles else ""


def _holder(query: StatusQuery) -> str:
    item = open_items([research.WORKLIST, research.SIGNING]).filter(about_type="query", about_id=str(query.pk)).first()
    if item is None or item.claimed_by is None or not item.lease_until or item.lease_until <= clock.now():
        return ""
    return f"{item.claimed_by.display_name}, until {item.lease_until:%H:%M} UTC"


def _asked_by(actor: str) -> str:
    if actor == services.ACTOR:
        return "The system: the query came in, or a number was learned"
    kind, _, username = actor.partition(":")
    known = User.objects.filter(username=username).values_list("display_name", flat=True) if kind == "user" else ()
    return next(iter(known), username)


def _href(query: StatusQuery, purpose: ReadPurpose) -> Any:
    return lambda number: _address("evidence", purpose, query.pk, number)


def _address(name: str, purpose: ReadPurpose, *numbers: int) -> str:
    return f"{reverse(f'web:{name}', args=numbers)}?{urlencode({'purpose': purpose.value})}"


@require_safe
@frame.staff_page
def sources(request: HttpRequest, query_id: int) -> HttpResponse:
    """The list of sources while they are asked; when all have answered, the whole page is asked for anew."""
    frame.require(request, Permission.EVIDENCE_READ)
    purpose = frame.stated_purpose(request, reading.PURPOSES)
    query = get_object_or_404(StatusQuery, pk=query_id)
    frame.token_facts(request, evidence=query.pk)
    asked = selectors.latest_inquiries(query)
    shown = _listed(request, query, purpose, asked, selectors.standing(query))
    if not shown["asking"]:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return frame.show(request, "web/_evidence_sources.html", {"evidence": shown})


@require_POST
@frame.staff_page
def gather(request: HttpRequest, query_id: int) -> HttpResponse:
    """Ask the sources named, or all, again."""
    purpose = frame.stated_purpose(request, reading.PURPOSES)
    named = request.POST.getlist("source") or None
    try:
        services.gather_again(query_id=query_id, specialist=request.user, sources=named, at=clock.now())
    except EvidenceRefused as refusal:
        return frame.refuse(request, 409, "The sources were not asked", str(refusal))
    return redirect(f"{_address('query', purpose, query_id)}#evidence")


@require_safe
@frame.staff_page
def record(request: HttpRequest, query_id: int, evidence_id: int) -> HttpResponse:
    """One record as its source answered with it. The reading is logged with its purpose."""
    purpose = frame.stated_purpose(request, reading.PURPOSES)
    row, held = reading.open_evidence(
        evidence_id, query_id=query_id, reader=request.user, purpose=purpose, at=clock.now()
    )
    source = registry.source(row.source)
    query_url = _address("query", purpose, query_id)
    context = {
        "trail": [
            {"title": "Research", "href": reverse("web:research")},
            {"title": row.query.reference, "href": query_url},
            {"title": row.record_id},
        ],
        "title": held.title or source.title,
        "source": source.title,
        "protected": held.protected,
        "contents": presented.content_rows(held),
        "rows": presented.record_rows(row, held, asked_by=_asked_by(row.inquiry.requested_by)),
        "query_url": query_url,
    }
    return frame.show(request, "web/evidence_record.html", context)
