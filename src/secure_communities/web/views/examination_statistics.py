# SPDX-License-Identifier: Apache-2.0
"""Statistics of examination, and the closed comparisons behind each number.

Figures of single examiners are for lead examiners and auditors only; open comparisons are counted nowhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.identify.examination import figures, statistics
from secure_communities.identify.examination.models import Decision, Examination
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.accounts.models import User
from secure_communities.web.forms.examination_statistics import StatisticsFilter
from secure_communities.web.presenters import examination_statistics as shown
from secure_communities.web.views import frame


@require_safe
@frame.staff_page
def overview(request: HttpRequest) -> HttpResponse:
    """All figures of the comparisons that were closed within a span of days."""
    names, form, found = _asked(request)
    compared = figures.counted(found)
    one = int(form.values["examiner"]) if form.values["examiner"] else None
    here = {key: value for key, value in form.values.items() if value}

    def link(**more: Any) -> str:
        return f"{reverse('web:examination-rows')}?{urlencode({**here, **more})}"

    summary, days = statistics.summarise(compared, examiner=one), statistics.workload(compared)
    days = [day for day in days if one is None or day.examiner == one]
    taking_part = sorted({each.examiner for comparison in compared for each in comparison.decisions})
    context = {
        "trail": [{"title": "Statistics"}],
        "filters": _filters(form, len(compared), "comparisons closed", reverse("web:examination-statistics")),
        "tiles": shown.tiles(summary, link=link),
        "measures": shown.measures(summary, link=link),
        "measure_columns": shown.MEASURE_COLUMNS,
        "days": shown.day_totals(days) if names is None else shown.days(days, names),
        "day_columns": shown.DAY_COLUMNS,
        "examiners": None
        if names is None or one is not None
        else shown.examiners(
            {each: statistics.summarise(compared, examiner=each) for each in taking_part}, names, link=link
        ),
        "examiner_columns": shown.EXAMINER_COLUMNS,
    }
    return frame.show(request, "web/examination_statistics.html", context)


@require_safe
@frame.staff_page
def rows(request: HttpRequest) -> HttpResponse:
    """The closed comparisons behind a number."""
    _, form, found = _asked(request)
    measure = request.GET.get("measure", "")
    examiner = int(form.values["examiner"]) if form.values["examiner"] else None
    if examiner is not None:
        found = found.filter(decisions__examiner_id=examiner)
    title = "Comparisons closed"
    if measure in shown.MEASURES:
        share = getattr(statistics.summarise(figures.counted(found), examiner=examiner), measure)
        found = found.filter(pk__in=share.numbers)
        title = shown.MEASURES[measure][0]
    page = Paginator(found.prefetch_related("decisions"), frame.PAGE_SIZE).get_page(request.GET.get("page"))
    opens = bool(may(request.user, Permission.SUBMISSION_VIEW))
    context = {
        "trail": [
            {"title": "Statistics", "href": reverse("web:examination-statistics")},
            {"title": title},
        ],
        "title": title,
        "filters": _filters(
            form, page.paginator.count, "comparisons", reverse("web:examination-rows"),
            hidden=[("measure", measure)] if measure in shown.MEASURES else [],
        ),
        "rows": [
            shown.row(one, href=reverse("web:submission", args=[one.submission.control_number]) if opens else "")
            for one in page
        ],
        "columns": shown.ROW_COLUMNS,
        "page": page,
    }  # fmt: skip
    return frame.show(request, "web/examination_rows.html", context)


def _asked(request: HttpRequest) -> tuple[dict[int, str] | None, StatisticsFilter, QuerySet[Examination]]:
    """Names of examiners where the reader may know them, the filter, and the comparisons it asks for."""
    now = clock.now()
    names = _names() if may(request.user, Permission.EXAMINER_FIGURES, at=now) else None
    ordered = None if names is None else sorted(names.items(), key=lambda item: item[1])
    form = StatisticsFilter(request.GET, examiners=ordered)
    start = now - timedelta(days=int(form.values["days"]))
    found = figures.closed_between(start, now + timedelta(seconds=1), reader=request.user, at=now)
    if form.values["register"]:
        found = found.filter(register=form.values["register"])
    return names, form, found


def _names() -> dict[int, str]:
    """Who decided in a closed comparison: a new name here must not tell that somebody decided an open one."""
    closed = Decision.objects.filter(examination__closed_at__isnull=False)
    took_part = User.objects.filter(pk__in=closed.values("examiner_id"))
    return {one.pk: f"{one.display_name} ({one.username})" for one in took_part}


def _filters(
    form: StatisticsFilter, count: int, noun: str, action: str, *, hidden: list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    return {
        "form": form, "action": action, "count": count, "noun": noun, "chips": [], "clear_url": action,
        "hidden": hidden or [],
    }  # fmt: skip
