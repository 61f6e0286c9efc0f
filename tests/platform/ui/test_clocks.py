# SPDX-License-Identifier: Apache-2.0
"""A service clock says how much time is used, in which tone, in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.ui.clocks import Clock, read_clock, words
from secure_communities.platform.ui.tones import Tone

START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
DUE = START + timedelta(hours=4)


def reading(now_after: timedelta, stopped_after: timedelta | None = None) -> Clock:
    stopped = None if stopped_after is None else START + stopped_after
    return read_clock(due=DUE, started=START, now=START + now_after, stopped=stopped)


@pytest.mark.parametrize(
    ("after", "state", "tone", "percent", "remaining"),
    [
        (timedelta(0), "running", Tone.WORKING, 0, "4 h left"),
        (timedelta(hours=1), "running", Tone.WORKING, 25, "3 h left"),
        (timedelta(hours=3), "close", Tone.ATTENTION, 75, "1 h left"),
        (timedelta(hours=4), "close", Tone.ATTENTION, 100, "0 s left"),
        (timedelta(hours=4, minutes=35), "late", Tone.LATE, 100, "35 min late"),
    ],
)
def test_a_running_clock_turns_from_working_to_attention_to_late(
    after: timedelta, state: str, tone: Tone, percent: int, remaining: str
) -> None:
    clock = reading(after)
    assert (clock.state, clock.tone, clock.percent, clock.remaining) == (state, tone, percent, remaining)


def test_a_stopped_clock_no_longer_moves() -> None:
    assert reading(timedelta(hours=3), timedelta(hours=2)) == reading(timedelta(days=9), timedelta(hours=2))


def test_work_done_in_time_is_good_and_work_done_late_stays_late() -> None:
    assert reading(timedelta(hours=9), timedelta(hours=4)).state == "met"
    missed = reading(timedelta(hours=9), timedelta(hours=4, minutes=1))
    assert (missed.state, missed.tone, missed.remaining) == ("missed", Tone.LATE, "Done 1 min late")


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_clock(due=DUE, started=START, now=datetime(2026, 11, 22, 15, 0))


def test_a_clock_due_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="due after it starts"):
        read_clock(due=START, started=START, now=START)


@given(st.timedeltas(timedelta(days=-30), timedelta(days=30)))
def test_the_ring_is_never_drawn_beyond_its_ends(after: timedelta) -> None:
    assert 0 <= reading(after).percent <= 100


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=12, seconds=5), "12 min"),
        (timedelta(hours=3, minutes=5), "3 h 05 min"),
        (timedelta(days=2, hours=3, minutes=59), "2 d 3 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(seconds=-3), "0 s"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(span: timedelta, said: str) -> None:
    assert words(span) == said
