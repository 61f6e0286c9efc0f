# SPDX-License-Identifier: Apache-2.0
"""What closed comparisons say about the work: load, time, disagreement, doubt, reversals. Pure.

In: closed comparisons with their decisions. Out: counts, each with the comparisons behind it, shares with an interval,
medians. Small numbers stay small numbers: a share is never told without its interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from secure_communities.identify.examination.rules import Finding, Verdict

Z95 = 1.959963984540054  # the two-sided 95 % point of the normal distribution


@dataclass(frozen=True, slots=True)
class Taken:
    """One decision: by whom (a number), what, of which candidate, when; seconds from first sight to decision."""

    examiner: int
    verdict: Verdict
    candidate: int | None
    at: datetime
    lead: bool = False
    seconds: int | None = None
    pairs_shown: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What a lead saw before reading what the others said."""

    examiner: int
    verdict: Verdict
    candidate: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One closed comparison: its number, how it ended, of which candidate, decisions and looks in their order."""

    number: int
    finding: Finding
    confirmed: int | None
    decisions: tuple[Taken, ...]
    looks: tuple[Look, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether it went to a lead examiner."""
        return any(one.lead for one in self.decisions)


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, the comparisons behind the count, a 95 % interval (Wilson 1927); of nothing, none."""

    count: int
    of: int
    numbers: tuple[int, ...] = ()

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper end."""
        return wilson(self.count, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a set of comparisons amounts to."""

    comparisons: int
    decisions: int
    disputed: Share  # comparisons that went to a lead
    inconclusive: Share  # decisions that were inconclusive, of all decisions by examiners
    reversed: Share  # conclusions of leads that differ from their own first look
    overruled: Share  # decisions by examiners that the finding went against
    seconds: float | None  # median from first sight to decision
    timed: int  # decisions of which the seconds are known
    pairs: Share  # decisions before which the engine's pairs were shown


@dataclass(frozen=True, slots=True)
class Day:
    """Decisions of one examiner on one UTC day."""

    day: date
    examiner: int
    decisions: int


def wilson(count: int, of: int, z: float = Z95) -> tuple[float, float]:
    """The interval of a share of `count` in `of` > 0 after Wilson (J. Am. Stat. Assoc. 22, 1927), within 0 and 1."""
    if not 0 <= count <= of or of <= 0:
        raise ValueError(f"{count} of {of} is no share")
    share = count / of
    spread = 1 + z * z / of
    middle = (share + z * z / (2 * of)) / spread
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / spread
    return max(0.0, middle - half), min(1.0, middle + half)


def against(one: Taken, comparison: Comparison) -> bool | None:
    """Whether the finding went against a decision; None where finding or decision says neither.

    An identification stands when its candidate was confirmed; an exclusion when nothing was.
    """
    if comparison.finding in (Finding.INCONCLUSIVE, Finding.OPEN, Finding.LEAD_NEEDED):
        return None
    if one.verdict is Verdict.INCONCLUSIVE:
        return None
    if one.verdict is Verdict.IDENTIFICATION:
        return not (comparison.finding is Finding.CONFIRMED and one.candidate == comparison.confirmed)
    return comparison.finding is Finding.CONFIRMED


def summarise(comparisons: Sequence[Comparison], *, examiner: int | None = None) -> Summary:
    """Figures of all, or of one examiner's decisions and the comparisons the examiner took part in."""
    mine = [one for one in comparisons if examiner is None or any(each.examiner == examiner for each in one.decisions)]
    taken = [(each, one) for one in mine for each in one.decisions if examiner is None or each.examiner == examiner]
    plain = [(each, one) for each, one in taken if not each.lead]
    judged = [(each, one) for each, one in plain if against(each, one) is not None]
    leads = [(each, one) for each, one in taken if each.lead and _look_of(each, one) is not None]
    seconds = [each.seconds for each, _ in taken if each.seconds is not None]
    return Summary(
        comparisons=len(mine),
        decisions=len(taken),
        disputed=_share(mine, lambda one: one.disputed),
        inconclusive=_share_of(plain, lambda each, _: each.verdict is Verdict.INCONCLUSIVE),
        reversed=_share_of(leads, lambda each, one: _differs(each, _look_of(each, one))),
        overruled=_share_of(judged, lambda each, one: bool(against(each, one))),
        seconds=float(median(seconds)) if seconds else None,
        timed=len(seconds),
        pairs=_share_of(taken, lambda each, _: each.pairs_shown),
    )


def workload(comparisons: Iterable[Comparison]) -> list[Day]:
    """Decisions of each examiner on each UTC day, newest day first; only days with any."""
    counted: dict[tuple[date, int], int] = {}
    for one in comparisons:
        for each in one.decisions:
            key = (each.at.date(), each.examiner)
            counted[key] = counted.get(key, 0) + 1
    newest_first = sorted(counted, key=lambda key: (-key[0].toordinal(), key[1]))
    return [Day(day, examiner, counted[day, examiner]) for day, examiner in newest_first]


def _look_of(taken: Taken, comparison: Comparison) -> Look | None:
    return next((one for one in comparison.looks if one.examiner == taken.examiner), None)


def _differs(taken: Taken, look: Look | None) -> bool:
    return look is not None and (taken.verdict, taken.candidate) != (look.verdict, look.candidate)


def _share(comparisons: Sequence[Comparison], holds: Callable[[Comparison], bool]) -> Share:
    found = tuple(one.number for one in comparisons if holds(one))
    return Share(len(found), len(comparisons), found)


def _share_of(taken: Sequence[tuple[Taken, Comparison]], holds: Callable[[Taken, Comparison], bool]) -> Share:
    found = [one.number for each, one in taken if holds(each, one)]
    return Share(len(found), len(taken), tuple(dict.fromkeys(found)))
