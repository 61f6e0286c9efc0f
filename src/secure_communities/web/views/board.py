# SPDX-License-Identifier: Apache-2.0
"""The board of the worklists and the view of what is late: every open item of the reader's lists, filtered and sorted.

Everything asked for stands in the address. An item's number leads to what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from secure_communities.platform import clock
from secure_communities.platform.access.policy import POLICY, Permission
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.worklists import offers, registry, rules, selectors
from secure_communities.platform.worklists.models import WorkItem
from secure_communities.platform.worklists.selectors import Concern
from secure_communities.web.forms.work import WorkFilter
from secure_communities.web.presenters import work as presented
from secure_communities.web.views import frame, paging

STATES: Mapping[str, str] = {
    "free": "Nobody has them",
    "held": "Somebody has them",
    "mine": "Mine",
    "first": "First of all",
    "late": "Late",
    "close": "Soon late",
    "stuck": "Held, nothing done",
    "called": "Calls to the supervisor",
}
SORTS: Mapping[str, str] = {"place": "order_key", "clock": "due_at", "opened": "opened_at"}
CONCERNS: Mapping[Concern, tuple[str, str]] = {
    Concern.CALLED: ("Calls to you", "Nobody has called you."),
    Concern.LATE: ("Late", "Nothing is late."),
    Concern.CLOSE: ("Soon late", "Nothing is about to be late."),
    Concern.STUCK: ("Held, nothing done", "Everybody who holds something works on it."),
}
MOST = 50  # rows of a concern; the board has them all


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of the board; what makes no sense in it is left out, never an error."""

    number: str
    listed: str
    state: str
    sort: str  # a key of SORTS, with "-" for the opposite direction

    @classmethod
    def of(cls, query: Mapping[str, str], lists: list[str]) -> Asked:
        """Read the query string."""
        listed, state, sort = query.get("list", ""), query.get("state", ""), query.get("sort", "")
        return cls(
            number=query.get("number", "").replace("\0", "").strip().upper()[:40],
            listed=listed if listed in lists else "",
            state=state if state in STATES else "",
            sort=sort if sort.removeprefix("-") in SORTS else "place",
        )

    @property
    def values(self) -> dict[str, str]:
        """For the form."""
        return {"number": self.number, "list": self.listed, "state": self.state}

    @property
    def order(self) -> paging.Order:
        """In which order the rows come."""
        return paging.Order(SORTS[self.sort.removeprefix("-")], descending=self.sort.startswith("-"))

    def link(self, here: str, **changes: str) -> str:
        """The address with something changed; an empty value takes it out."""
        kept = {**self.values, "sort": "" if self.sort == "place" else self.sort, **changes}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{here}?{query}" if query else here

    def sorts(self, here: str) -> dict[str, dict[str, str]]:
        """For each column that sorts: the link that sorts by it, or turns it, and how it is sorted now."""
        links = {}
        for name in SORTS:
            now = self.sort.removeprefix("-") == name
            turned = f"-{name}" if self.sort == name else name
            sorted_now = ("descending" if self.sort.startswith("-") else "ascending") if now else ""
            links[name] = {"url": self.link(here, sort="" if turned == "place" else turned), "sorted": sorted_now}
        return links

    def chips(self, here: str) -> list[dict[str, str]]:
        """The filters that are set, each with a link that removes it."""
        words = {
            "number": f"Number: {self.number}" if self.number else "",
            "list": f"Worklist: {registry.worklist(self.listed).title}" if self.listed else "",
            "state": f"Which: {STATES[self.state]}" if self.state else "",
        }
        return [{"text": text, "remove_url": self.link(here, **{name: ""})} for name, text in words.items() if text]

    def items(self, lists: list[str], *, reader: Any, at: datetime) -> QuerySet[WorkItem]:
        """The open items that fit."""
        found = selectors.with_close_at(selectors.seen_by(reader, [self.listed] if self.listed else lists))
        if self.number:
            found = found.filter(Q(correlation__startswith=self.number) | Q(title__contains=self.number))
        conditions = {
            "free": Q(claimed_by=None) | Q(lease_until__lte=at),
            "held": Q(lease_until__gt=at),
            "mine": Q(claimed_by=reader, lease_until__gt=at),
            "first": Q(order_class=rules.FIRST),
            **{concern.value: selectors.concerning(concern, at=at) for concern in Concern},
        }
        return found.filter(conditions[self.state]) if self.state else found


@require_safe
@frame.staff_page
def board(request: HttpRequest) -> HttpResponse:
    """Every open item of the lists this reader works on or supervises."""
    now, here = clock.now(), reverse("web:worklists")
    lists = _lists(request, now)
    asked = Asked.of(request.GET, lists)
    found = asked.items(lists, reader=request.user, at=now)
    part = paging.part(
        found, order=asked.order, query=request.GET, size=frame.PAGE_SIZE, timed=asked.order.field != "order_key"
    )
    counted, open_on = paging.counted(found), selectors.by_list(lists, reader=request.user)
    choices = [(name, f"{registry.worklist(name).title} ({open_on.get(name, 0)})") for name in lists]
    context = {
        "request": request,
        "tiles": presented.tiles(selectors.tally(lists, reader=request.user, at=now), board=here),
        "filters": {
            "form": WorkFilter(asked.values, lists=choices, states=list(STATES.items())),
            "action": here, "count": counted, "noun": "items of work", "chips": asked.chips(here),
            "clear_url": here, "hidden": [] if asked.sort == "place" else [("sort", asked.sort)],
        },
        "columns": presented.columns(sort=asked.sorts(here)),
        "rows": [presented.row(one, reader=request.user, now=now) for one in part.rows],
        "part": part,
        "counted": counted,
        "supervises": bool(offers.supervised_by(request.user, at=now)),
        "takes": bool(offers.lists_of(request.user, at=now)),
    }  # fmt: skip
    return frame.show(request, "web/worklists.html", context)


def _lists(request: HttpRequest, now: datetime) -> list[str]:
    lists = offers.visible_to(request.user, at=now)
    if not lists:
        raise NotAllowed(Permission.WORK_SUPERVISE, "Your roles work on none of the worklists.")
    return lists


@require_safe
@frame.staff_page
def late(request: HttpRequest) -> HttpResponse:
    """For supervisors: what is called for, late, soon late or stuck, the oldest first."""
    now, here = clock.now(), reverse("web:late-work")
    lists = offers.supervised_by(request.user, at=now)
    if not lists:
        raise NotAllowed(Permission.WORK_SUPERVISE, POLICY[Permission.WORK_SUPERVISE].sentence)
    listed = request.GET.get("list", "")
    shown = [listed] if listed in lists else lists
    tally = selectors.tally(shown, reader=request.user, at=now)
    sections = []
    for concern, (title, empty) in CONCERNS.items():
        asked = selectors.concerns(shown, concern, reader=request.user, at=now) if tally[concern.value] else ()
        found = list(asked[:MOST])
        query = urlencode({"state": concern.value, **({"list": listed} if listed in lists else {})})
        sections.append(
            {
                "id": concern.value, "title": title, "empty": empty, "count": tally[concern.value],
                "rows": [presented.row(one, reader=request.user, now=now) for one in found],
                "more": f"{reverse('web:worklists')}?{query}" if tally[concern.value] > MOST else "",
            }
        )  # fmt: skip
    choices = [{"title": "All my lists", "href": here, "current": shown == lists}]
    choices += [
        {"title": registry.worklist(name).title, "href": f"{here}?list={name}", "current": shown == [name]}
        for name in lists
    ]
    context = {
        "sections": sections, "columns": presented.columns(), "choices": choices if len(lists) > 1 else [],
        "trail": [{"title": "Worklists", "href": reverse("web:worklists")}, {"title": "What is late"}],
    }  # fmt: skip
    return frame.show(request, "web/late_work.html", context)
