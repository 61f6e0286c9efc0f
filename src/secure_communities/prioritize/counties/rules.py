# SPDX-License-Identifier: Apache-2.0
"""One county month by month: what the register says, how many ORIs submit, how ready it is, what is planned. Pure.

Months are counted from year 0. Steps are values that hold from their month until the next step; what the register says
in a month is what it says on the month's last day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final

from secure_communities.planning.ranking import Input
from secure_communities.platform.agencies.rules import Entry
from secure_communities.platform.agencies.vocabulary import Consent, Exit

Steps = tuple[tuple[int, ...], ...]  # each: its month, then its values
READINESS: Final = tuple(one for one in Input if one is not Input.SERIOUS_BOOKINGS)
LEVELS: Final = 5
MONTHS_BACK: Final = 360  # what an entry says of other centuries is a slip, and no reason to draw every month between
MONTHS_AHEAD: Final = 120


class Said(IntEnum):
    """What the register says of a county itself. An entry of a single ORI says nothing of its county."""

    NOTHING = 0
    AGREED = 1
    PENDING = 2
    OBJECTED = 3
    WITHDREW = 4
    ENDED = 5


class Kind(StrEnum):
    """What a county is in a month, in the order of the legend."""

    ALL = "all"  # it takes part, and every ORI submitted
    MOST = "most"  # half of them or more
    FEW = "few"  # fewer than half
    SILENT = "silent"  # it takes part, and none submitted
    AGREED = "agreed"  # it takes part in a month to come
    PLANNED = "planned"  # on line by the plan, not by the register
    BESIDE = "beside"  # ORIs submitted, though the county itself does not take part
    OUT = "out"  # it withdrew or objects
    NONE = "none"


_KINDS: Final = tuple(Kind)
_PLACES: Final = {one: place for place, one in enumerate(Kind)}
_OF_CONSENT: Final[Mapping[Consent, Said]] = {
    Consent.AGREED: Said.AGREED, Consent.PENDING: Said.PENDING, Consent.OBJECTED: Said.OBJECTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One ORI: the days it is in force (half-open), the past months in which it submitted, and whether it has now."""

    starts_on: date
    ends_on: date | None
    sent: frozenset[int] = frozenset()
    sends: bool = False


@dataclass(frozen=True, slots=True)
class County:
    """One county over time.

    `said`: (month, Said). `oris`: (month, ORIs that submitted, ORIs in force), up to the present month. `ready`:
    (month, level, percent, inputs known). `kinds`: (month, place of the kind in `Kind`). `planned`: None without one.
    """

    fips: str
    name: str
    said: Steps = ()
    oris: Steps = ()
    ready: Steps = ()
    planned: int | None = None
    kinds: Steps = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """All counties from the first month to the last; `now` is the present month, later ones are to come."""

    first: int
    now: int
    last: int
    counties: tuple[County, ...]


def month_number(day: date) -> int:
    """The month of a day, counted from year 0."""
    return day.year * 12 + day.month - 1


def month_name(number: int) -> str:
    """The month of that number, as `2026-12`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def at(steps: Steps, month: int) -> tuple[int, ...] | None:
    """The values that hold in a month; None before the first step."""
    found = None
    for step in steps:
        if step[0] > month:
            break
        found = step[1:]
    return found


def said(entries: Iterable[Entry]) -> Steps:
    """What the register says of a county month by month, by its entries of one purpose."""
    days: list[tuple[date, Said]] = []
    for entry in sorted(entries, key=lambda one: (one.starts_on, one.number)):
        days.append((entry.starts_on, _OF_CONSENT[entry.consent]))
        if entry.ends_on is not None:
            days.append((entry.ends_on, Said.WITHDREW if entry.exit is Exit.WITHDREW else Said.ENDED))
    latest: dict[int, tuple[int, ...]] = {}
    for day, words in sorted(days, key=lambda one: one[0]):
        latest[month_number(day)] = (int(words),)
    return _steps(latest)


def oris(terms: Iterable[Term], *, now: int) -> Steps:
    """How many ORIs submitted and how many were in force, month by month up to the present one.

    An ORI counts in every month of which it is in force on a day.
    """
    more, submitted = Counter[int](), Counter[int]()  # by month: ORIs more than in the month before; those that sent
    for term in terms:
        begin, end = month_number(term.starts_on), now + 1
        if term.ends_on is not None:
            if term.ends_on <= term.starts_on:
                continue
            end = min(end, month_number(term.ends_on) + (term.ends_on.day > 1))
        more.update({begin: 1})
        more.subtract({end: 1})
        submitted.update(month for month in term.sent if begin <= month < end)
        submitted.update({now: int(term.sends and begin <= now < end)})
    counts, in_force = {}, 0
    for month in sorted(more.keys() | submitted.keys() | {one + 1 for one in submitted}):
        in_force += more[month]
        if month <= now:
            counts[month] = (submitted[month], in_force)
    return _steps(counts)


def ready(measures: Iterable[tuple[str, float, date]]) -> Steps:
    """The mean of the five inputs of readiness by month, from (name, share, day) in the order of their days.

    An input that is not known adds nothing, as in the ranking (ADR 30). Levels are fifths, from 0 to 4.
    """
    known: dict[str, float] = {}
    found: dict[int, tuple[int, ...]] = {}
    for name, share, day in measures:
        known[name] = share
        mean = sum(known.values()) / len(READINESS)
        level = min(LEVELS - 1, int(mean * LEVELS + 1e-9))
        found[month_number(day)] = (level, round(mean * 100), len(known))
    return _steps(found)


def kind(register: Said, *, submitted: int, in_force: int, planned: bool, to_come: bool) -> Kind:
    """What a county is in a month. Who submits in a month to come is not known."""
    if register is Said.AGREED:
        if to_come:
            return Kind.AGREED
        if not submitted:
            return Kind.SILENT
        return Kind.ALL if submitted == in_force else Kind.MOST if 2 * submitted >= in_force else Kind.FEW
    if register in (Said.OBJECTED, Said.WITHDREW):
        return Kind.OUT
    if submitted and not to_come:
        return Kind.BESIDE
    return Kind.PLANNED if planned else Kind.NONE


def kinds(register: Steps, submitting: Steps, planned: int | None, *, now: int) -> Steps:
    """What a county is, month by month."""
    of_register = {step[0]: Said(step[1]) for step in register}
    of_oris = {step[0]: step[1:] for step in submitting}
    months = {now + 1, *of_register, *of_oris, *(() if planned is None else (planned,))}
    words, found = Said.NOTHING, {}
    counts: tuple[int, ...] = (0, 0)
    for month in sorted(months):
        words, counts = of_register.get(month, words), of_oris.get(month, counts)
        what = kind(
            words, submitted=counts[0], in_force=counts[1], planned=planned is not None and planned <= month,
            to_come=month > now,
        )  # fmt: skip
        found[month] = (_PLACES[what],)
    return _steps(found)


@lru_cache(maxsize=10_000)
def county(
    fips: str, name: str, *, entries: tuple[Entry, ...], terms: tuple[Term, ...],
    measures: tuple[tuple[str, float, date], ...], planned: int | None, now: int,
) -> County:  # fmt: skip
    """One county from what is on record of it. Few of three thousand change from one reading to the next."""
    register, submitting = said(entries), oris(terms, now=now)
    return County(
        fips, name, register, submitting, ready(measures), planned, kinds(register, submitting, planned, now=now)
    )


def timeline(counties: Iterable[County], *, now: int) -> Timeline:
    """All counties over the months in which anything begins, ends, is sent or is planned; a year back at least.

    Months before `MONTHS_BACK` and after `MONTHS_AHEAD` are left out.
    """
    found = tuple(counties)
    registers = [one.said for one in found if one.said]
    planned = [one.planned for one in found if one.planned is not None]
    sent = [next((step[0] for step in one.oris if step[1]), now) for one in found]
    first = min([now - 11, *(steps[0][0] for steps in registers), *sent, *planned])
    last = max([now, *(steps[-1][0] for steps in registers), *planned])
    return Timeline(max(first, now - MONTHS_BACK), now, min(last, now + MONTHS_AHEAD), found)


def kind_in(one: County, month: int) -> Kind:
    """What a county is in a month."""
    found = at(one.kinds, month)
    return _KINDS[found[0]] if found else Kind.NONE


def _steps(values: Mapping[int, tuple[int, ...]]) -> Steps:
    """Steps in the order of their months, without those that change nothing."""
    found: list[tuple[int, ...]] = []
    for month in sorted(values):
        if not found or found[-1][1:] != values[month]:
            found.append((month, *values[month]))
    return tuple(found)
