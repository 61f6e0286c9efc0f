# SPDX-License-Identifier: Apache-2.0
"""The figures of the programme, the rows behind each number, and both as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.oversight.programme import selectors
from secure_communities.oversight.programme.selectors import Asked
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import may
from secure_communities.platform.exports import About, Format, Table
from secure_communities.prioritize.rulesets import selectors as rulesets
from secure_communities.web.forms.programme import ProgrammeFilter
from secure_communities.web.presenters import programme as shown
from secure_communities.web.presenters.programme_rows import Listing, listing
from secure_communities.web.views import files, frame

TITLE = "Figures of the programme"
OF_A_MEASURE = ("measure", "wave", "ori", "reason", "answer", "basis", "provisional", "state_of")


@require_safe
@frame.staff_page
def overview(request: HttpRequest) -> HttpResponse:
    """All figures of the bookings of a span of days."""
    form, asked = _asked(request)
    found, link = _sections(form, asked)
    tiles = shown.tiles(found, link=link)
    context = {
        "trail": [{"title": "Programme"}],
        "filters": _filters(form, tiles[0]["value"], "bookings received", reverse("web:programme")),
        "tiles": tiles,
        "sections": [one.shown() for one in found],
        "files": _files("web:programme-file", form.values, list(Format)),
    }
    return frame.show(request, "web/programme.html", context)


@require_safe
@frame.staff_page
def rows(request: HttpRequest) -> HttpResponse:
    """The rows behind one number."""
    form, asked = _asked(request)
    found = _listing(request, asked)
    page = Paginator(found.found, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    opens = bool(may(request.user, Permission.SUBMISSION_VIEW))
    measure = _measure(request)
    context = {
        "trail": [{"title": "Programme", "href": _address("web:programme", form.values)}, {"title": found.title}],
        "title": found.title,
        "filters": _filters(
            form, f"{page.paginator.count:,}", "rows", reverse("web:programme-rows"), hidden=list(measure.items())
        ),
        "columns": [{"key": str(at), "title": title, "mono": at == 0} for at, title in enumerate(found.columns)],
        "rows": [_row(found.row(one), opens=opens) for one in page],
        "page": page,
        "files": _files("web:programme-rows-file", {**form.values, **measure}, list(Format)),
    }
    return frame.show(request, "web/programme_rows.html", context)


@require_safe
@frame.staff_page
def figures_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All figures as one file; CSV holds them one under another with the name of their table."""
    form, asked = _asked(request)
    found, _ = _sections(form, asked)
    tables = [one.table() for one in found]
    about = About(TITLE, clock.now(), filters=form.in_words(), notes=["A match is not a status."])
    if files.format_of(kind) is Format.CSV:
        return files.sent([_one_under_another(tables)], about, Format.CSV)
    return files.sent(tables, about, files.format_of(kind))


@require_safe
@frame.staff_page
def rows_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows behind one number as a file."""
    form, asked = _asked(request)
    found = _listing(request, asked)
    table = Table(found.title, found.columns, (found.row(one) for one in found.found.iterator(chunk_size=2000)))
    return files.sent([table], About(found.title, clock.now(), filters=form.in_words()), files.format_of(kind))


def _asked(request: HttpRequest) -> tuple[ProgrammeFilter, Asked]:
    form = ProgrammeFilter(request.GET, states=[(one.fips, one.name) for one in selectors.states()])
    now, days = clock.now(), form.values["days"]
    start = None if days == "all" else now - timedelta(days=int(days))
    return form, Asked(start, now + timedelta(seconds=1), form.values["state"])


def _sections(form: ProgrammeFilter, asked: Asked) -> tuple[list[shown.Section], shown.Link]:
    def link(**more: Any) -> str:
        return _address("web:programme-rows", {**form.values, **more})

    now = clock.now()
    return shown.sections(asked, rulesets.active_rule_set(now), at=now, link=link), link


def _listing(request: HttpRequest, asked: Asked) -> Listing:
    now = clock.now()
    return listing(_measure(request), asked, rulesets.active_rule_set(now), at=now)


def _measure(request: HttpRequest) -> dict[str, str]:
    return {key: request.GET[key][:40].replace("\x00", "") for key in OF_A_MEASURE if key in request.GET}


def _address(name: str, values: dict[str, str], **parts: str) -> str:
    kept = {key: value for key, value in values.items() if value or key == "wave"}
    return f"{reverse(name, kwargs=parts)}?{urlencode(kept)}"


def _filters(
    form: ProgrammeFilter, count: str, noun: str, action: str, *, hidden: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    return {
        "form": form, "action": action, "count": count, "noun": noun, "chips": [], "clear_url": action,
        "hidden": list(hidden),
    }  # fmt: skip


def _files(name: str, values: dict[str, str], kinds: Iterable[Format]) -> list[dict[str, str]]:
    return [{"title": kind.value.upper(), "href": _address(name, values, kind=kind.value)} for kind in kinds]


def _row(cells: list[Any], *, opens: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        str(at): ("yes" if cell else "no") if isinstance(cell, bool) else cell for at, cell in enumerate(cells)
    }
    if opens:
        row["0"] = {"text": cells[0], "href": reverse("web:submission", args=[cells[0]])}
    return row


def _one_under_another(tables: Sequence[Table]) -> Table:
    def lines() -> Iterable[list[Any]]:
        for table in tables:
            for row in table.rows:
                for title, cell in zip(table.columns[1:], row[1:], strict=True):
                    yield [table.title, row[0], title, cell]

    return Table(TITLE, ("Table", "Row", "Column", "Value"), lines())
