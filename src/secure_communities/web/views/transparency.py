# SPDX-License-Identifier: Apache-2.0
"""What is published and what would be, for staff; and, for everybody and signed in or not, what was published.

The pages for everybody read published files alone: no figure is computed for them from records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from secure_communities.oversight.programme.selectors import states
from secure_communities.oversight.transparency import files, selectors, services
from secure_communities.oversight.transparency.files import Kind
from secure_communities.oversight.transparency.models import Publication
from secure_communities.oversight.transparency.periods import NoPeriod, Quarter, quarter_named, quarter_on
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.agencies.models import State
from secure_communities.platform.refusals import Refusal
from secure_communities.web.presenters import transparency as shown
from secure_communities.web.views import frame

COLUMNS = (
    {"key": "state", "title": "State"},
    {"key": "quarter", "title": "Quarter"},
    {"key": "standing", "title": "Standing"},
    {"key": "public", "title": "For everybody"},
)
PUBLIC_COLUMNS = (
    {"key": "state", "title": "State"},
    {"key": "period", "title": "Period"},
    {"key": "published", "title": "Published"},
    {"key": "report", "title": "Report"},
    {"key": "coverage", "title": "Who submits"},
)
TYPES = {"pdf": "application/pdf", "json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8"}
View = Callable[..., HttpResponse]


# -- for staff ---------------------------------------------------------------------------------------------------------


@require_safe
@frame.staff_page
def listing(request: HttpRequest) -> HttpResponse:
    """Every state and quarter since the first booking, with what was published of it."""
    published = {(one.state_id, one.year, one.quarter): one for one in selectors.publications()}
    pairs = [(quarter, state) for quarter in _quarters() for state in states()]
    page = Paginator(pairs, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    now = clock.now()
    rows = [
        _listed(state, quarter, published.get((state.pk, quarter.year, quarter.number)), over=quarter.end <= now)
        for quarter, state in page
    ]
    context = {"columns": COLUMNS, "rows": rows, "page": page, "public_url": reverse("web:published")}
    return frame.show(request, "web/transparency.html", context)


def _quarters() -> list[Quarter]:
    """From the first booking on, the latest first."""
    found, last = [], quarter_on(clock.now().date())
    one = selectors.first_quarter()
    while one is not None and one <= last:
        found.append(one)
        one = one.next
    return found[::-1]


def _listed(state: State, quarter: Quarter, published: Publication | None, *, over: bool) -> dict[str, Any]:
    standing = {"text": "Not over yet", "tone": "neutral"}
    if published:
        standing = {"text": "Published", "tone": "good", "note": f"{published.published_at:%Y-%m-%d}"}
    elif over:
        standing = {"text": "Not published", "tone": "attention"}
    return {
        "state": state.name,
        "quarter": {
            "text": str(quarter), "href": reverse("web:transparency-report", args=[state.usps, str(quarter)])
        },
        "standing": standing,
        "public": {
            "text": "Open", "href": reverse("web:published-report", args=[state.usps, str(quarter)])
        } if published else None,
    }  # fmt: skip


@require_safe
@frame.staff_page
def report(request: HttpRequest, state: str, period: str) -> HttpResponse:
    """A state's quarter as it was published, or as it would be."""
    place, quarter = _asked(state, period)
    now = clock.now()
    found = Publication.objects.filter(state=place, year=quarter.year, quarter=quarter.number).first()
    if found:
        content = files.content_of(selectors.file_of(place.usps, str(quarter), Kind.REPORT_JSON))
    else:
        content = selectors.preview(place, quarter, at=now)
    here = reverse("web:transparency-report", args=[place.usps, str(quarter)])
    context = {
        "trail": [{"title": "Transparency", "href": reverse("web:transparency")}, {"title": f"{place.name} {quarter}"}],
        "published": found, "stands": selectors.stands(found) if found else None,
        "lead": "As published: nobody can change it any more." if found else "As it would be published now."
        if quarter.end <= now else "As far as the quarter went until today (UTC).",
        "may_publish": not found and quarter.end <= now and bool(may(request.user, Permission.TRANSPARENCY_PUBLISH)),
        "over": quarter.end <= now,
        "publish_url": reverse("web:transparency-publish", args=[place.usps, str(quarter)]),
        **_shown(request, content, here),
    }  # fmt: skip
    if found:
        context |= {"public_url": reverse("web:published-report", args=[place.usps, str(quarter)])}
        context |= {"files": _files(place.usps, str(quarter)), "sha256": files.digest(content)}
    return frame.show(request, "web/transparency_report.html", context)


@require_POST
@frame.staff_page
def publish(request: HttpRequest, state: str, period: str) -> HttpResponse:
    """Publish a state's quarter. It cannot be taken back."""
    place, quarter = _asked(state, period)
    try:
        services.publish(state=place, quarter=quarter, by=request.user, at=clock.now())
    except Refusal as error:
        return frame.refuse(request, 409, "Not published", str(error))
    messages.success(request, f"Published: everybody can read {place.name} {quarter} from now on.")
    return HttpResponseRedirect(reverse("web:transparency-report", args=[place.usps, str(quarter)]))


def _asked(state: str, period: str) -> tuple[State, Quarter]:
    try:
        return get_object_or_404(State, usps=state), quarter_named(period)
    except NoPeriod as error:
        raise Http404(str(error)) from None


# -- for everybody -----------------------------------------------------------------------------------------------------


def published_alone(view: View) -> View:
    """A page for everybody: what is not published is not there."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (Publication.DoesNotExist, NoPeriod, Http404):
            return frame.refuse(request, 404, "Nothing is published here", "The list shows every report there is.")

    return answer


@require_safe
@published_alone
def public_list(request: HttpRequest) -> HttpResponse:
    """Every published quarter, and every year whose four quarters are published."""
    found = list(selectors.publications())
    page = Paginator(_with_years(found), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"columns": PUBLIC_COLUMNS, "rows": [_public_row(*one) for one in page], "page": page}
    return frame.show(request, "web/published.html", context)


def _with_years(found: list[Publication]) -> list[tuple[State, str, Any]]:
    """Quarters, and before the last one of a year the year, where all four are there."""
    made: dict[tuple[Any, int], list[Publication]] = {}
    for one in found:
        made.setdefault((one.state_id, one.year), []).append(one)
    rows = []
    for one in found:
        quarters = made[one.state_id, one.year]
        if one.quarter == 4 and len(quarters) == 4:
            rows.append((one.state, str(one.year), max(each.published_at for each in quarters)))
        rows.append((one.state, f"{one.year}-Q{one.quarter}", one.published_at))
    return rows


def _public_row(state: State, period: str, at: Any) -> dict[str, Any]:
    return {
        "state": state.name, "period": period, "published": {"at": at, "style": "day"},
        "report": {"text": "Report", "href": reverse("web:published-report", args=[state.usps, period])},
        "coverage": {
            "text": "CSV", "href": reverse("web:published-file", args=[state.usps, period, Kind.COVERAGE_CSV])
        },
    }  # fmt: skip


@require_safe
@published_alone
def public_report(request: HttpRequest, state: str, period: str) -> HttpResponse:
    """A published report, from its own bytes."""
    content = files.content_of(selectors.file_of(state, period, Kind.REPORT_JSON))
    context = {
        "trail": [{"title": "Published reports", "href": reverse("web:published")}, {"title": f"{state} {period}"}],
        "files": _files(state, period), "sha256": files.digest(content), "lead": "As published.",
        **_shown(request, content, reverse("web:published-report", args=[state, period])),
    }  # fmt: skip
    return frame.show(request, "web/transparency_report.html", context)


@require_safe
@published_alone
def public_file(request: HttpRequest, state: str, period: str, kind: str) -> HttpResponse:
    """A published file, byte for byte."""
    try:
        content = selectors.file_of(state, period, Kind(kind))
    except ValueError:
        raise Http404("no such kind of file") from None
    answer = HttpResponse(content, content_type=TYPES[kind.rpartition(".")[2]])
    name = f"{state}-{period}-{kind}".lower()
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
    return answer


def _files(state: str, period: str) -> list[dict[str, str]]:
    kinds = [kind for kind in Kind if kind is not Kind.REPORT_PDF or not period.isdigit()]
    return [
        {"title": kind.value, "href": reverse("web:published-file", args=[state, period, kind.value])} for kind in kinds
    ]


def _shown(request: HttpRequest, content: Mapping[str, Any], here: str) -> dict[str, Any]:
    """A content as a page of counties, or the one county that was opened."""
    places = shown.places(content)
    county = request.GET.get("county", "")
    opened = [one for one in places if one[0] == county]
    page = Paginator(opened or places, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    counties, county = [code for code, _ in page], county if opened else ""
    return {
        "content": content, "title": f"{content['state']['name']}, {content['period']}", "page": page,
        "county": opened[0][1] if opened else "", "here": here, "tiles": shown.tiles(content),
        "tables": shown.tables(content, counties, county=county, here=here),
        "share_columns": shown.SHARES, "shares": shown.shares(content, counties),
        "coverage_columns": shown.COVERAGE,
        "coverage": shown.coverage(content, counties, county=county, here=here),
        "switch_columns": shown.SWITCHES, "switches": shown.switches(content, county),
    }  # fmt: skip
