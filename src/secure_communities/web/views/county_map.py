# SPDX-License-Identifier: Apache-2.0
"""The county map: one month of the programme, county by county, with the table that says the same without a script."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from secure_communities.platform import clock
from secure_communities.platform.agencies.models import State
from secure_communities.platform.agencies.rules import Coverage
from secure_communities.platform.agencies.selectors import nff_effect
from secure_communities.prioritize.counties import rules, selectors
from secure_communities.prioritize.rollout import selectors as rollout
from secure_communities.prioritize.rollout.models import RolloutPlan
from secure_communities.prioritize.rollout.parameters import index_of
from secure_communities.web.forms.county_map import CountyMapForm
from secure_communities.web.presenters import county_map as shown
from secure_communities.web.views import frame

NO_SUCH_PLAN = "There is no such plan: leave the number out for the approved one, or take one from the planner."


@require_safe
@frame.staff_page
def county_map(request: HttpRequest) -> HttpResponse:
    """The map of a month and its table. `sort`: a column, with `-` before it the other way round."""
    plans, plan = _plans(request.GET.get("plan", ""))
    timeline, (states, reduced) = selectors.timeline(plan=plan, at=clock.now()), _states()
    form = CountyMapForm(
        request.GET,
        months=[(name, name) for name in map(rules.month_name, range(timeline.last, timeline.first - 1, -1))],
        month=rules.month_name(timeline.now), plans=plans, plan=str(plan.pk) if plan else "",
        states=sorted(states.items(), key=lambda one: one[1]), kinds=shown.CHOICES,
    )  # fmt: skip
    values = form.values
    month = index_of(values["month"])
    found = shown.rows(timeline, month, states, reduced)
    in_state = shown.chosen(found, kind="", state=values["state"])
    listed, sort, columns = _sorted(shown.chosen(in_state, kind=values["kind"], state=""), request, values)
    page = Paginator(listed, frame.PAGE_SIZE).get_page(request.GET.get("page"))
    codes = {one.fips for one in timeline.counties}
    context = {
        "form": form, "values": values, "month": values["month"], "plan": plan, "to_come": month > timeline.now,
        "is_now": month == timeline.now,
        "filters": {
            "form": form, "action": reverse("web:map"), "count": f"{len(listed):,}", "noun": "counties", "chips": [],
            "hidden": [("sort", sort)] if sort else [],
        },
        "legends": [
            {"show": show, "title": title, "entries": [
                {**one, "href": _address({**values, "kind": one["key"], "show": show})}
                for one in shown.legend(in_state, show)
            ]}
            for show, title in form.fields["show"].choices  # type: ignore[attr-defined]
        ],
        "columns": columns,
        "rows": [shown.cells(one, reverse("web:jurisdiction", args=[one.county.fips])) for one in page],
        "page": page,
        "atlas": shown.ATLAS,
        "figures": f"{reverse('web:map-figures')}{f'?plan={plan.pk}' if plan else ''}",
        "without_shape": len(codes - shown.shapes()), "without_county": len(shown.shapes() - codes),
        "without_shape_href": _address({**values, "kind": shown.NO_SHAPE}),
    }  # fmt: skip
    return frame.show(request, "web/county_map.html", context, status=422 if form.errors else 200)


@require_safe
@frame.staff_page
def figures(request: HttpRequest) -> HttpResponseBase:
    """All months of all counties for the map, answered with 304 while nothing has changed."""
    asked = request.GET.get("plan", "")
    plans, plan = _plans(asked)
    if asked and asked not in dict(plans):
        return JsonResponse({"error": NO_SUCH_PLAN}, status=404)
    content = shown.payload(selectors.timeline(plan=plan, at=clock.now()), *_states())
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
    found = get_conditional_response(request, etag=etag, response=answer) or answer
    # Figures of places, none of people: a browser may keep them, and asks each time whether they still hold.
    found["Cache-Control"], found["Vary"] = "private, no-cache", "Cookie"
    return found


def _plans(asked: str) -> tuple[list[tuple[str, str]], RolloutPlan | None]:
    """The plans to choose from, and the one asked for: the approved one where none, or no such plan, is named."""
    counts = rollout.approved()
    plans = {str(one.pk): one for one in RolloutPlan.objects.defer("inputs", "result")}
    choices = [(key, f"{key}: {one.title}{' (approved)' if one == counts else ''}") for key, one in plans.items()]
    return [*choices, *([] if counts else [("", "No plan")])], plans.get(asked, counts)


def _states() -> tuple[dict[str, str], frozenset[str]]:
    """The names of the states by their digits, and those in which later arrests are not searched (S10)."""
    states = State.objects.all()
    reduced = frozenset(one.fips for one in states if nff_effect(one).coverage is Coverage.FIRST_ARRESTS_ONLY)
    return {one.fips: one.name for one in states}, reduced


def _address(values: dict[str, Any]) -> str:
    return f"{reverse('web:map')}?{urlencode({key: value for key, value in values.items() if value})}"


def _sorted(
    found: list[shown.Row], request: HttpRequest, values: dict[str, str]
) -> tuple[list[shown.Row], str, list[dict[str, Any]]]:
    """The rows in the order asked for, that order as the address has it, and the columns with their links."""
    asked = request.GET.get("sort", "")
    key, down = asked.removeprefix("-"), asked.startswith("-")
    known = key in shown.SORTS
    columns = [
        {
            "key": name, "title": title, "numeric": numeric,
            "sort_url": _address({**values, "sort": f"-{name}" if asked == name else name}),
            "sorted": ("descending" if down else "ascending") if name == key else None,
        }
        for name, title, numeric in shown.COLUMNS
    ]  # fmt: skip
    order = shown.SORTS[key if known else "kind"]
    return sorted(found, key=order, reverse=down and known), asked if known else "", columns
