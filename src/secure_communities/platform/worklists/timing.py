# SPDX-License-Identifier: Apache-2.0
"""The clock of an item: which standard it runs by, when it started, when it is due, what is announced next. Pure.

In: names and times. Out: a `Timed` whose `columns()` are those of an item.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from secure_communities.platform.worklists import registry
from secure_communities.policy import clocks
from secure_communities.policy.clocks import ClockName, Standard


@dataclass(frozen=True, slots=True)
class Timed:
    """A running clock, and how many of its moments were announced."""

    standard: Standard
    started: datetime
    due: datetime
    noticed: int = 0

    @property
    def moments(self) -> tuple[clocks.Moment, ...]:
        """All moments in their order."""
        return clocks.moments(self.standard, started=self.started, due=self.due)

    @property
    def next_notice(self) -> datetime | None:
        """When the next moment comes, if there is one."""
        ahead = self.moments[self.noticed :]
        return ahead[0].at if ahead else None

    def columns(self) -> dict[str, Any]:
        """As an item stores it."""
        return {
            "clock": self.standard.name.value, "clock_version": self.standard.version, "clock_started_at": self.started,
            "due_at": self.due, "noticed": self.noticed, "next_notice_at": self.next_notice,
        }  # fmt: skip


def start(
    *, worklist: str, clock: ClockName | None, started: datetime | None, due: datetime | None, at: datetime
) -> Timed:
    """The clock of a new item, by its list unless named.

    A due time without a start is one of a clock that runs already (a draft returned): it started one target before.
    """
    listed = registry.find(worklist)
    name = clock or (listed.clock if listed else ClockName.GENERAL)
    standard = clocks.standard(name, on=(started or at).date())
    if started is None:
        started = at if due is None else min(at, due - standard.target)
    due = due or standard.due(started)
    return Timed(standard, min(started, due - timedelta(seconds=1)), due)


def of(item: Any) -> Timed:
    """The clock of an item, by the version it was opened under."""
    name = ClockName(item.clock) if item.clock else ClockName.GENERAL
    standard = clocks.standard(name, version=item.clock_version)
    return Timed(standard, item.clock_started_at, item.due_at, item.noticed)
