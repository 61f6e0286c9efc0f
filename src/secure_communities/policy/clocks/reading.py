# SPDX-License-Identifier: Apache-2.0
"""Read a clock: which stage it has reached, and the moments at which something is to be said. Pure.

In: aware times. Out: a `Reading`, or the `Moment`s in their order. At a moment itself, the moment has come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from secure_communities.policy.clocks.catalogue import Standard


class Stage(StrEnum):
    """How far a running clock is."""

    RUNNING = "running"
    WARNING = "warning"
    LATE = "late"


class Act(StrEnum):
    """What a moment calls for."""

    WARN = "warn"
    LATE = "late"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Moment:
    """At `at`, which is `part` of the allowed time after the start, `act`. `level` counts escalations from 1."""

    at: datetime
    act: Act
    part: float
    level: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """The stage, the part of the time used (0 at the start, 1 when due, more when late), and the last warning passed.

    `warning` is the greatest `warn_at` that has been reached, or 0.
    """

    stage: Stage
    used: float
    warning: float
    left: timedelta


def _check(*times: datetime) -> None:
    if any(time.tzinfo is None for time in times):
        raise ValueError("a clock needs times with a time zone")


def read(clock: Standard, *, started: datetime, due: datetime, now: datetime) -> Reading:
    """Where a clock stands. The due time is the item's own: it may differ from `clock.due(started)` where law says so.

    Raises ValueError for naive times, or when due does not lie after the start.
    """
    _check(started, due, now)
    if due <= started:
        raise ValueError("a clock is due after it starts")
    used = (now - started) / (due - started)
    warning = max((part for part in clock.warn_at if part <= used), default=0.0)
    stage = Stage.LATE if used >= 1 else Stage.WARNING if warning else Stage.RUNNING
    return Reading(stage, used, warning, due - now)


def moments(clock: Standard, *, started: datetime, due: datetime) -> tuple[Moment, ...]:
    """Every moment of a clock, in order of time; at the same time a warning or lateness stands before its escalation.

    Raises ValueError as `read` does.
    """
    _check(started, due)
    if due <= started:
        raise ValueError("a clock is due after it starts")
    span = due - started
    found = [Moment(started + span * part, Act.WARN, part) for part in clock.warn_at]
    found.append(Moment(due, Act.LATE, 1.0))
    found += [Moment(started + span * part, Act.ESCALATE, part, n) for n, part in enumerate(clock.escalate_at, 1)]
    return tuple(sorted(found, key=lambda one: (one.part, one.act is Act.ESCALATE)))
