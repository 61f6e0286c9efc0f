# SPDX-License-Identifier: Apache-2.0
"""What the list of submissions was asked for, and the queries that answer it: a fixed number, however long the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, DurationField, F, Prefetch, Q, QuerySet

from secure_communities.identify.intake import selectors
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.identify.research.states import Query
from secure_communities.identify.responses.models import Message
from secure_communities.identify.responses.rules import MessageKind
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.web.presenters.lists import Tally
from secure_communities.web.views.paging import Order

MEDIAN_OF = 500
MOST_DAYS = 3_660
OPEN_QUERY = Q(query__state__in=[Query.SENT, Query.OPEN, Query.DRAFTED])


@dataclass(frozen=True, slots=True)
class StateFilter:
    """One choice of the state filter: its words, its condition, and whether it speaks of the immigration side."""

    label: str
    condition: Callable[[datetime], Q]
    immigration: bool = False


STATES: Mapping[str, StateFilter] = {
    "checking": StateFilter("Being checked", lambda now: Q(intake_state=Intake.RECEIVED)),
    "refused": StateFilter("File refused", lambda now: Q(intake_state=Intake.REFUSED)),
    "examiner": StateFilter(
        "Waiting for examiners",
        lambda now: Q(criminal_state=Criminal.EXAMINER) | Q(immigration_state=Immigration.EXAMINER),
    ),
    "answered": StateFilter("Criminal side answered", lambda now: Q(criminal_state=Criminal.ANSWERED)),
    "unmatched": StateFilter("No match confirmed", lambda now: Q(immigration_state__in=[
        Immigration.NO_MATCH, Immigration.REJECTED, Immigration.INCONCLUSIVE]), True),
    "query": StateFilter("Query open", lambda now: OPEN_QUERY, True),
    "late": StateFilter("Query late", lambda now: OPEN_QUERY & Q(query__due_at__lt=now), True),
    "determined": StateFilter("Determined", lambda now: Q(query__state=Query.DETERMINED), True),
}  # fmt: skip
# For those who may not know the immigration side the same words speak of the criminal side alone.
CRIMINAL_ONLY: Mapping[str, Q] = {"examiner": Q(criminal_state=Criminal.EXAMINER)}


class Median(Aggregate):
    """PostgreSQL's continuous median."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def choices(*, immigration: bool) -> list[tuple[str, str]]:
    """The states a reader may filter by."""
    return [(key, one.label) for key, one in STATES.items() if immigration or not one.immigration]


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as the address asks for it; what makes no sense in it is left out, never an error."""

    number: str = ""
    ori: str = ""
    state: str = ""
    day: date | None = None
    days: int | None = None
    oldest_first: bool = False
    condition: Q = field(default_factory=Q)

    @classmethod
    def of(cls, query: Mapping[str, str], *, immigration: bool, now: datetime) -> Asked:
        """Read the query string."""
        number, ori = (_plain(query.get(name, ""), most) for name, most in (("number", 40), ("ori", 9)))
        state = query.get("state", "")
        condition = Q()
        if number:
            condition &= _named(number)
        if ori:
            condition &= Q(originator__in=_originators(ori))
        if state in dict(choices(immigration=immigration)):
            alone = None if immigration else CRIMINAL_ONLY.get(state)
            condition &= alone if alone is not None else STATES[state].condition(now)
        else:
            state = ""
        day = _day(query.get("day", ""), now)
        if day:
            condition &= on_day(day)
        days = _days(query.get("days", ""))
        if days:
            condition &= Q(received_at__gte=now - timedelta(days=days))
        return cls(number, ori, state, day, days, query.get("sort") == "received", condition)

    @property
    def order(self) -> Order:
        """In which order the rows come."""
        return Order("received_at", descending=not self.oldest_first)

    @property
    def values(self) -> dict[str, str]:
        """For the form."""
        return {
            "number": self.number, "ori": self.ori, "state": self.state,
            "day": self.day.isoformat() if self.day else "", "days": str(self.days or ""),
        }  # fmt: skip

    def _without(self, *names: str, **more: str) -> str:
        kept = {name: value for name, value in self.values.items() if value and name not in names}
        kept |= {"sort": "received"} if self.oldest_first and "sort" not in names else {}
        return urlencode(kept | more)

    def hidden(self) -> list[tuple[str, str]]:
        """What goes along with the filter form."""
        sort = [("sort", "received")] if self.oldest_first else []
        return [*sort, *([("days", str(self.days))] if self.days else [])]

    def chips(self, here: str, *, immigration: bool) -> list[dict[str, str]]:
        """The filters that are set, each with a link that removes it."""
        words = {
            "number": f"Number: {self.number}" if self.number else "",
            "ori": f"ORI: {self.ori}" if self.ori else "",
            "state": f"State: {dict(choices(immigration=immigration))[self.state]}" if self.state else "",
            "day": f"Day: {self.day:%b} {self.day.day}, {self.day.year}" if self.day else "",
            "days": f"Last {self.days} days" if self.days else "",
        }
        return [{"text": text, "remove_url": f"{here}?{self._without(name)}"} for name, text in words.items() if text]

    def sort_link(self, here: str) -> dict[str, str]:
        """The link that turns the order of the received column, and the order now."""
        more = {} if self.oldest_first else {"sort": "received"}
        return {
            "url": f"{here}?{self._without('sort', **more)}",
            "sorted": "ascending" if self.oldest_first else "descending",
        }


def _plain(text: str, most: int) -> str:
    return text.replace("\0", "").strip().upper()[:most]


def _originators(ori: str) -> list[int]:
    """The ORI as a number, not as a query: only then does the database know that an index answers. None: no rows."""
    return list(OriginatingAgency.objects.filter(ori=ori).values_list("pk", flat=True))


def _named(number: str) -> Q:
    """The beginning of a control number or of a TCN, or a whole ORI: each is answered by an index."""
    if known := _originators(number):
        return Q(originator__in=known)
    begins = Q(control_number__startswith=number) | Q(tcn__startswith=number)
    return begins if number.startswith("SC") else begins | Q(control_number__startswith=f"SC-{number}")


def on_day(day: date) -> Q:
    """Received on a day (UTC), as a range."""
    start = datetime.combine(day, time(), UTC)
    return Q(received_at__gte=start, received_at__lt=start + timedelta(days=1))


def _day(text: str, now: datetime) -> date | None:
    if text == "today":
        return now.date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _days(text: str) -> int | None:
    good = len(text) <= 4 and text.isascii() and text.isdigit() and 0 < int(text) <= MOST_DAYS
    return int(text) if good else None


def submissions(user: Any, asked: Asked, *, now: datetime) -> QuerySet[Submission]:
    """The submissions that fit, unordered."""
    return selectors.visible_to(user, at=now).filter(asked.condition).order_by()


def with_rows(found: QuerySet[Submission]) -> QuerySet[Submission]:
    """The same with all that a row shows at hand."""
    firsts = Message.objects.filter(kind=MessageKind.FIRST).only("submission_id", "created_at")
    found = found.select_related("query", "originator__agency").defer("content", "findings", "timings", "sha256")
    return found.prefetch_related("examinations", Prefetch("messages", queryset=firsts, to_attr="firsts"))


def tally(user: Any, *, immigration: bool, now: datetime) -> Tally:
    """The numbers on the tiles, of what this reader may see. Each is a count of its own that an index answers."""
    mine = selectors.visible_to(user, at=now).order_by()
    today = mine.filter(on_day(now.date()))
    waiting = STATES["examiner"].condition(now) if immigration else CRIMINAL_ONLY["examiner"]
    return Tally(
        today=today.count(),
        examiners=mine.filter(waiting).count(),
        refused=None if immigration else today.filter(STATES["refused"].condition(now)).count(),
        queries=mine.filter(OPEN_QUERY).count() if immigration else None,
        late=mine.filter(STATES["late"].condition(now)).count() if immigration else None,
        median_seconds=_median_seconds(today),
    )


def _median_seconds(today: QuerySet[Submission]) -> float | None:
    """How long the first response took, of the last `MEDIAN_OF` submissions of today that have one."""
    last = today.order_by("-received_at", "-id").values("pk")[:MEDIAN_OF]
    firsts = Message.objects.filter(kind=MessageKind.FIRST, version=1, submission__in=last)
    span = firsts.aggregate(median=Median(F("created_at") - F("submission__received_at")))["median"]
    return span.total_seconds() if span is not None else None
