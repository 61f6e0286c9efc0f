# SPDX-License-Identifier: Apache-2.0
"""How many people answer 2,000 queries a day within four hours: time runs in events, work goes through a desk.

Two desks: one in memory, for the search of a staffing; one that calls the real services of the worklists on the
database. Both serve in the order of `worklists.rules`. Beside them stands the formula for M/M/c.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

from secure_communities.platform.worklists import rules

PER_DAY = 2_000
TARGET = timedelta(hours=4)
RESEARCH, SIGNING = "bench.research", "bench.signing"
MINUTES = {RESEARCH: 15.0, SIGNING: 3.0}  # mean time of an item, exponential
CITIZENS = 0.02  # share of items that S3 puts first
ACT_EVERY = timedelta(minutes=20)  # whoever works longer saves something meanwhile, which renews the hold
# Arrivals by hour of the day (UTC), relative: bookings peak in the evening and the night of the United States.
PROFILE = (1.5, 1.5, 1.4, 1.35, 1.3, 1.2, 1.1, 1.0, 0.8, 0.65, 0.5, 0.4,
           0.4, 0.45, 0.55, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)  # fmt: skip
SHIFT_HOURS = 8
START = datetime(2026, 11, 23, tzinfo=UTC)


class Desk(Protocol):
    """Where work is opened, taken and finished. A job is whatever the desk understands."""

    def open(self, kind: str, query: int, *, first: bool, sent: datetime, at: datetime, author: int | None) -> None:
        """Open an item of a query; its clock runs since `sent`."""

    def take(self, kind: str, worker: int, at: datetime) -> tuple[int, Any] | None:
        """The next item for a worker: the query and the job."""

    def act(self, job: Any, worker: int, at: datetime) -> None:
        """The worker does something with the job meanwhile."""

    def finish(self, job: Any, worker: int, at: datetime) -> None:
        """The item is done."""


@dataclass
class Memory:
    """A desk in memory."""

    queues: dict[str, list[tuple[str, int, int | None]]] = field(default_factory=lambda: {RESEARCH: [], SIGNING: []})

    def open(self, kind: str, query: int, *, first: bool, sent: datetime, at: datetime, author: int | None) -> None:
        key = rules.order_key(rules.FIRST if first else rules.USUAL, opened_at=at, due_at=sent + TARGET)
        heapq.heappush(self.queues[kind], (key, query, author))

    def take(self, kind: str, worker: int, at: datetime) -> tuple[int, Any] | None:
        queue, passed, found = self.queues[kind], [], None
        while queue and found is None:
            item = heapq.heappop(queue)
            if item[2] == worker:
                passed.append(item)
            else:
                found = item
        for item in passed:
            heapq.heappush(queue, item)
        return (found[1], None) if found else None

    def act(self, job: Any, worker: int, at: datetime) -> None:
        """Nothing runs out in memory."""

    def finish(self, job: Any, worker: int, at: datetime) -> None:
        """It was taken out when it was taken."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """People on duty in each of the three shifts (0–8, 8–16, 16–24 UTC), by kind of work."""

    specialists: tuple[int, int, int]
    officers: tuple[int, int, int]

    def on_duty(self, kind: str, at: datetime) -> int:
        return (self.specialists if kind == RESEARCH else self.officers)[at.hour // SHIFT_HOURS]


def staffing(specialists: int, officers: int) -> Staffing:
    """So many people on duty on average, shared out to the shifts as the work arrives."""
    shares = [sum(PROFILE[shift * SHIFT_HOURS : (shift + 1) * SHIFT_HOURS]) for shift in range(3)]

    def shared(people: int) -> tuple[int, int, int]:
        whole = [people * 3 * share / sum(shares) for share in shares]
        given = [max(1, math.floor(one)) for one in whole]
        for shift in sorted(range(3), key=lambda one: given[one] - whole[one])[: max(0, people * 3 - sum(given))]:
            given[shift] += 1
        return (given[0], given[1], given[2])

    return Staffing(shared(specialists), shared(officers))


def arrivals(days: int, rng: random.Random, *, per_day: int = PER_DAY, flat: bool = False) -> Iterator[datetime]:
    """Moments at which queries come: a Poisson stream through the profile of the day, or a flat one."""
    most = 1.0 if flat else max(PROFILE) / (sum(PROFILE) / 24)
    rate = per_day / 24 * most  # an hour
    at, mean = START, sum(PROFILE) / 24
    while True:
        at += timedelta(hours=rng.expovariate(rate))
        if at >= START + timedelta(days=days):
            return
        if flat or rng.random() < PROFILE[at.hour] / mean / most:
            yield at


def simulate(
    desk: Desk, staffed: Staffing, *, days: int, warm_up: int = 1, seed: int = 1, flat: bool = False,
    per_day: int = PER_DAY,
) -> dict[str, Any]:  # fmt: skip
    """Run so many days; the figures are of the queries that came after the warm-up. All are served to the end."""
    rng, serial = random.Random(seed), count()
    events: list[tuple[datetime, int, str, tuple[Any, ...]]] = []
    sent: dict[int, tuple[datetime, bool]] = {}
    idle: dict[str, set[int]] = {RESEARCH: set(), SIGNING: set()}
    taken: list[tuple[datetime, timedelta, bool]] = []

    def plan(at: datetime, what: str, *rest: Any) -> None:
        heapq.heappush(events, (at, next(serial), what, rest))

    def begin(kind: str, worker: int, at: datetime) -> None:
        """A worker asks for the next item; without one, or off duty, the worker waits to be called."""
        shift, slot = divmod(worker % 100_000, 1_000)
        if shift != at.hour // SHIFT_HOURS or slot >= staffed.on_duty(kind, at):
            idle[kind].discard(worker)
            return
        got = desk.take(kind, worker, at)
        if got is None:
            idle[kind].add(worker)
            return
        idle[kind].discard(worker)
        query, job = got
        ends = at + timedelta(minutes=rng.expovariate(1 / MINUTES[kind]))
        beat = at + ACT_EVERY
        while beat < ends:
            plan(beat, "act", job, worker)
            beat += ACT_EVERY
        plan(ends, "end", kind, worker, query, job)

    def call(kind: str, at: datetime) -> None:
        for worker in sorted(idle[kind])[:2]:  # the second in case the first wrote the draft
            begin(kind, worker, at)
            if worker not in idle[kind]:
                return

    for number, at in enumerate(arrivals(days, rng, flat=flat, per_day=per_day)):
        plan(at, "arrive", number, rng.random() < CITIZENS)
    for shift in range(-1, days * 3 + 12):
        plan(START + timedelta(hours=SHIFT_HOURS * shift), "shift", shift % 3)
    waiting = 0
    while events:
        at, _, what, rest = heapq.heappop(events)
        if what == "arrive":
            number, first = rest
            sent[number] = (at, first)
            waiting += 1
            desk.open(RESEARCH, number, first=first, sent=at, at=at, author=None)
            call(RESEARCH, at)
        elif what == "shift" and at >= START:
            for kind, base in ((RESEARCH, 0), (SIGNING, 100_000)):
                idle[kind].clear()  # those of the shift before go home when they have finished
                for slot in range(staffed.on_duty(kind, at)):
                    begin(kind, base + rest[0] * 1_000 + slot, at)
        elif what == "act":
            desk.act(rest[0], rest[1], at)
        elif what == "end":
            kind, worker, query, job = rest
            desk.finish(job, worker, at)
            came, first = sent[query]
            if kind == RESEARCH:
                desk.open(SIGNING, query, first=first, sent=came, at=at, author=worker)
                call(SIGNING, at)
            else:
                waiting -= 1
                taken.append((came, at - came, first))
            begin(kind, worker, at)
    counted = [span for came, span, _ in taken if came >= START + timedelta(days=warm_up)]
    citizens = [span for came, span, first in taken if first and came >= START + timedelta(days=warm_up)]
    late_first = sum(span > TARGET for span in citizens)
    return {
        "specialists_by_shift": list(staffed.specialists), "officers_by_shift": list(staffed.officers),
        "queries": len(counted), "unanswered": waiting, **_spans(counted, ""), **_spans(citizens, "possible_citizens_"),
        "possible_citizens_late": late_first,
        "within_target": round(sum(span <= TARGET for span in counted) / max(1, len(counted)), 4),
    }  # fmt: skip


def _spans(spans: list[timedelta], prefix: str) -> dict[str, float]:
    ordered = sorted(span.total_seconds() / 60 for span in spans) or [0.0]
    return {
        f"{prefix}p50_minutes": round(ordered[len(ordered) // 2], 1),
        f"{prefix}p95_minutes": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
    }


def smallest(*, days: int, seed: int = 1) -> tuple[Staffing, list[dict[str, Any]]]:
    """The fewest people with which 95 of 100 queries are answered within the target, and the table of the search."""
    table = []
    for specialists in range(math.ceil(PER_DAY / 24 * MINUTES[RESEARCH] / 60) - 1, 40):
        officers = math.ceil(PER_DAY / 24 * MINUTES[SIGNING] / 60) + 1
        staffed = staffing(specialists, officers)
        figures = simulate(Memory(), staffed, days=days, seed=seed)
        table.append({"specialists_on_average": specialists, **figures})
        if figures["p95_minutes"] <= TARGET.total_seconds() / 60:
            return staffed, table
    raise RuntimeError("no staffing below 40 meets the target")


def erlang_c(servers: int, load: float) -> float:
    """The probability that an arrival waits in M/M/c, for `load` in Erlangs below the number of servers."""
    blocking = 1.0
    for number in range(1, servers + 1):
        blocking = load * blocking / (number + load * blocking)
    return blocking / (1 - load / servers * (1 - blocking))


def by_formula(servers: int, *, per_day: int = PER_DAY, minutes: float = MINUTES[RESEARCH]) -> dict[str, float]:
    """Waiting and total time of research alone in M/M/c (flat arrivals, exponential times): p50 and p95, minutes."""
    rate, service = per_day / 24 / 60, 1 / minutes
    load = rate / service
    waits, drain = erlang_c(servers, load), (servers - load) * service

    def beyond(span: float) -> float:
        """P(wait + service > span)."""
        if math.isclose(drain, service):
            return math.exp(-service * span) * (1 + waits * drain * span)
        mixed = waits * drain / (drain - service)
        return (
            (1 - waits) * math.exp(-service * span)
            + mixed * math.exp(-service * span)
            + (waits - mixed) * math.exp(-drain * span)
        )

    def quantile(share: float) -> float:
        low, high = 0.0, 100_000.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if beyond(middle) > 1 - share else (low, middle)
        return round(high, 1)

    return {
        "servers": servers, "load_erlangs": round(load, 2), "waits_share": round(waits, 3),
        "p50_minutes": quantile(0.5), "p95_minutes": quantile(0.95),
    }  # fmt: skip
