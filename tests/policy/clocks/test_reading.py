# SPDX-License-Identifier: Apache-2.0
"""A clock read at any moment, and the moments it announces."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.policy.clocks import Act, ClockName, Stage, moments, read, standard

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOCK = standard(ClockName.DETERMINATION)
DUE = CLOCK.due(START)


def at(part: float) -> datetime:
    return START + (DUE - START) * part


@pytest.mark.parametrize(
    ("part", "stage", "warning"),
    [(0, "running", 0), (0.49, "running", 0), (0.5, "warning", 0.5), (0.75, "warning", 0.75), (0.9, "warning", 0.9),
     (0.999, "warning", 0.9), (1, "late", 0.9), (3, "late", 0.9), (-0.1, "running", 0)],
)  # fmt: skip
def test_the_stage_changes_exactly_at_its_moment(part: float, stage: str, warning: float) -> None:
    reading = read(CLOCK, started=START, due=DUE, now=at(part))
    assert (reading.stage, reading.warning) == (stage, warning)
    assert reading.left == DUE - at(part)


def test_the_moments_come_in_order_and_lateness_stands_before_its_escalation() -> None:
    told = [(one.part, one.act, one.level) for one in moments(CLOCK, started=START, due=DUE)]
    assert told == [
        (0.5, Act.WARN, 0), (0.75, Act.WARN, 0), (0.9, Act.WARN, 0), (1.0, Act.LATE, 0), (1.0, Act.ESCALATE, 1),
        (1.5, Act.ESCALATE, 2),
    ]  # fmt: skip


def test_a_naive_time_and_a_clock_that_is_due_before_it_starts_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read(CLOCK, started=START, due=DUE, now=datetime(2026, 11, 22))
    with pytest.raises(ValueError, match="after it starts"):
        moments(CLOCK, started=START, due=START)


@given(st.sampled_from(list(ClockName)), st.integers(1, 10**7), st.integers(-(10**7), 3 * 10**7))
def test_reading_and_moments_never_disagree(name: ClockName, span: int, seconds: int) -> None:
    clock, due, now = standard(name), START + timedelta(seconds=span), START + timedelta(seconds=seconds)
    reading = read(clock, started=START, due=due, now=now)
    come = [one for one in moments(clock, started=START, due=due) if one.at <= now]
    assert (reading.stage is Stage.LATE) == any(one.act is Act.LATE for one in come)
    assert [one.at for one in come] == sorted(one.at for one in come)
    passed = max((one.part for one in come if one.act is Act.WARN), default=0.0)
    # a microsecond of rounding may lie between the two at the very moment
    assert passed == reading.warning or abs(reading.used - max(passed, reading.warning)) < 1e-6
