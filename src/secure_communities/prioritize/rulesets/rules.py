# SPDX-License-Identifier: Apache-2.0
"""When a rule set may be activated, and what a shadow run reports. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

RUN_GOOD_FOR: Final = timedelta(days=7)
LATEST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Run:
    """What an activation asks of the shadow run before it."""

    candidate_hash: str
    against_hash: str
    asked_by: int
    finished_at: datetime | None


def refusal(
    run: Run | None, *, wanted_hash: str, active_hash: str, by: int, effective_from: datetime, at: datetime
) -> str | None:
    """Why the rules may not be activated, or None."""
    if effective_from < at:
        return "Rules come into force now or later: the past stays as it was decided."
    if effective_from > at + LATEST:
        return f"Decide it nearer to the day: at most {LATEST.days} days ahead."
    if wanted_hash == active_hash:
        return "These rules order the work already."
    if run is None or run.candidate_hash != wanted_hash or run.against_hash != active_hash:
        return "First let a shadow run compare these rules with the ones in force."
    if run.finished_at is None:
        return "The shadow run has not finished."
    if at - run.finished_at > RUN_GOOD_FOR:
        return f"The shadow run is older than {RUN_GOOD_FOR.days} days: let it run again."
    if run.asked_by == by:
        return "You asked for the shadow run: another supervisor activates the rules."
    return None


@dataclass(frozen=True, slots=True)
class Compared:
    """One case under both rule sets."""

    before: str
    basis_before: str
    after: str
    basis_after: str
    provisional: bool
    step: str

    @property
    def moved(self) -> bool:
        """Whether the visible answer differs."""
        return (self.before, self.basis_before) != (self.after, self.basis_after)


@dataclass(slots=True)
class Report:
    """Counts of a run: before × after split by basis (S6), and by the step that decides under the candidate.

    `unread`: cases whose stored inputs could not be read, which are in no other count.
    """

    matrix: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    steps: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    provisional: int = 0
    unread: int = 0

    def add(self, cases: Iterable[tuple[Compared, int]]) -> None:
        """Count cases, each so many times."""
        for one, times in cases:
            self.matrix[one.before, one.basis_before, one.after, one.basis_after] += times
            self.provisional += times * one.provisional
            if one.moved:
                self.steps[one.step, one.before, one.after] += times

    def __add__(self, other: Report) -> Report:
        """Both counts together."""
        return Report(
            self.matrix + other.matrix, self.steps + other.steps, self.provisional + other.provisional,
            self.unread + other.unread,
        )  # fmt: skip

    def plain(self) -> dict[str, Any]:
        """As stored."""
        return {
            "matrix": [[*key, count] for key, count in sorted(self.matrix.items())],
            "steps": [[*key, count] for key, count in self.steps.most_common()],
            "provisional": self.provisional,
            "unread": self.unread,
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Report:
        """From what is stored."""
        report = cls(provisional=plain.get("provisional", 0), unread=plain.get("unread", 0))
        report.matrix.update({(a, b, c, d): count for a, b, c, d, count in plain.get("matrix", [])})
        report.steps.update({(a, b, c): count for a, b, c, count in plain.get("steps", [])})
        return report

    @property
    def cases(self) -> int:
        """Every case compared."""
        return sum(self.matrix.values())

    @property
    def moved(self) -> int:
        """Cases whose answer or basis differs."""
        return sum(count for (a, b, c, d), count in self.matrix.items() if (a, b) != (c, d))
