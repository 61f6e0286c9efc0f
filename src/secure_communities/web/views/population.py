# SPDX-License-Identifier: Apache-2.0
"""What was found in a year and what full coverage would find: by state and county, with rows behind and files."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.oversight.population import selectors
from secure_communities.oversight.population.rules import ASSUMPTIONS
from secure_communities.oversight.population.selectors import NATION, Booked, Place
from secure_communities.platform import clock, exports
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.exports import About, Format
from secure_communities.prioritize.rulesets import selectors as rulesets
from secure_communities.web.presenters import population as shown
from secure_communities.web.presenters.programme_rows import listing
from secure_communities.web.views import frame

DAYS = 365
TITLE = "Found and expected matches"
FORMATS = (Format.CSV, Format.XLSX)
MEASURES = ("searched", "matched")
PLACE = re.compile(r"\d{2}(\d{3})?", re.ASCII)


@require_safe
@frame.staff_page
def overview(request: HttpRequest) -> HttpResponse:
    """The states; `state` (FIPS) opens the counties of one."""
    since, until = _span()
    places = selectors.places(since=since, until=until)
    state = next((one for one in places if one.part_of == NATION and one.code == request.GET.get("state")), None)
    parts = [one for one in places if one.part_of == (state.code if state else NATION)]
    page = Paginator(parts, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    link = _rows_of if may(request.user, Permission.PROGRAMME_VIEW) else None
    here = reverse("web:population")
    whole = state or places[0]
    context = {
        "trail": [{"title": "Population", "href": here}, {"title": state.title}] if state else
        [{"title": "Population"}],
        "title": state.title if state else "United States",
        "tiles": shown.tiles(whole, link=link),
        "chart": shown.chart(list(page)),
        "columns": shown.COLUMNS,
        "rows": [
            shown.row(one, opens="" if state else f"{here}?{urlencode({'state': one.code})}", link=link)
            for one in page
        ],
        "page": page, "assumptions": ASSUMPTIONS, "since": since, "here": here if state else "",
        "reduced": state.reduced if state else "",
        "files": [
            {"title": kind.value.upper(), "href": reverse("web:population-file", args=[kind.value])} for kind in FORMATS
        ],
    }  # fmt: skip
    return frame.show(request, "web/population.html", context)


@require_safe
@frame.staff_page
def rows(request: HttpRequest) -> HttpResponse:
    """The bookings behind a number: of a county, a state or all, searched or matched."""
    place, measure = request.GET.get("place", ""), request.GET.get("measure", "matched")
    if measure not in MEASURES or (place != NATION and not PLACE.fullmatch(place)):
        raise Http404("no such number")
    since, until = _span()
    asked = Booked(
        since,
        until,
        state=place if len(place) == 2 and place != NATION else "",
        county=place if len(place) == 5 else "",
    )
    found = listing({"measure": measure}, asked, rulesets.active_rule_set(until), at=until)
    page = Paginator(found.found, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    opens = bool(may(request.user, Permission.SUBMISSION_VIEW))
    context = {
        "trail": [{"title": "Population", "href": reverse("web:population")}, {"title": found.title}],
        "title": found.title, "count": f"{page.paginator.count:,}", "place": place,
        "columns": [{"key": str(at), "title": title, "mono": at == 0} for at, title in enumerate(found.columns)],
        "rows": [_cells(found.row(one), opens=opens) for one in page],
        "page": page,
    }  # fmt: skip
    return frame.show(request, "web/population_rows.html", context)


@require_safe
@frame.staff_page
def figures_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Every state and county as a file."""
    found = next((one for one in FORMATS if one.value == kind), None)
    if found is None:
        raise Http404("no such kind of file")
    since, until = _span()
    table = shown.table(selectors.places(since=since, until=until))
    about = About(TITLE, until, filters=[("Received", f"from {since:%Y-%m-%d}")], notes=ASSUMPTIONS)
    content = exports.csv_of(table) if found is Format.CSV else exports.xlsx_of([table], about)
    answer = HttpResponse(content, content_type=exports.CONTENT_TYPES[found])
    answer["Content-Disposition"] = f'attachment; filename="{exports.file_name(about, found)}"'
    return answer


def _span() -> tuple[datetime, datetime]:
    now = clock.now()
    return now - timedelta(days=DAYS), now + timedelta(seconds=1)


def _rows_of(place: Place, measure: str) -> str:
    return f"{reverse('web:population-rows')}?{urlencode({'place': place.code, 'measure': measure})}"


def _cells(cells: list[Any], *, opens: bool) -> dict[str, Any]:
    row: dict[str, Any] = {str(at): cell for at, cell in enumerate(cells)}
    if opens:
        row["0"] = {"text": cells[0], "href": reverse("web:submission", args=[cells[0]])}
    return row
