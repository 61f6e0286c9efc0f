# SPDX-License-Identifier: Apache-2.0
"""Who is served before whom, and that nothing starves (S20) while a possible citizen comes first (S3)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.worklists import rules
from secure_communities.platform.worklists.rules import FIRST, LAST, order_key

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
classes = st.integers(FIRST, LAST)
spans = st.integers(0, 60 * 24 * 30)


def key(order_class: int, *, opened: int = 0, span: int = 240) -> str:
    at = START + opened * MINUTE
    return order_key(order_class, opened_at=at, due_at=at + span * MINUTE)


def test_a_possible_citizen_comes_before_work_that_is_years_late() -> None:
    assert key(FIRST, opened=10**6, span=10**5) < key(1, opened=0, span=0)


def test_among_equals_the_one_due_first_comes_first() -> None:
    assert key(5, span=30) < key(5, span=90)
    assert key(FIRST, span=30) < key(FIRST, span=90)


def test_a_lower_class_is_a_head_start_that_waiting_makes_good() -> None:
    assert key(1, opened=0) < key(9, opened=0)
    assert key(9, opened=0) < key(1, opened=60 * 4 + 1)


@pytest.mark.parametrize("wrong", [-1, 10])
def test_there_are_ten_classes(wrong: int) -> None:
    with pytest.raises(ValueError, match="order class"):
        key(wrong)


@given(classes.filter(bool), spans, classes.filter(bool), spans, st.integers(0, 60 * 24 * 30))
def test_no_later_arrival_overtakes_after_the_stated_time(
    mine: int, my_span: int, theirs: int, their_span: int, wait: int
) -> None:
    later = wait * MINUTE > rules.OVERTAKEN_FOR_AT_MOST
    if later:
        assert key(mine, span=my_span) < key(theirs, opened=wait, span=their_span)


@given(classes, classes, st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_the_text_sorts_as_the_moments_do(one: int, other: int, first: int, second: int) -> None:
    a, b = (START + timedelta(microseconds=moment) for moment in (first, second))
    placed = [
        (order_class != FIRST, rules.place(order_class, opened_at=at, due_at=at))
        for order_class, at in ((one, a), (other, b))
    ]
    keys = [order_key(one, opened_at=a, due_at=a), order_key(other, opened_at=b, due_at=b)]
    assert (placed[0] < placed[1]) == (keys[0] < keys[1])


@dataclass(order=True)
class Waiting:
    key: str
    arrived: int
    first: bool


arrivals = st.lists(
    st.tuples(st.integers(0, 12), st.integers(FIRST, LAST), st.integers(0, 8 * 60)), min_size=1, max_size=250
)


@given(arrivals, st.integers(1, 4))
def test_under_any_stream_within_capacity_everything_is_served_and_citizens_first(
    stream: list[tuple[int, int, int]], workers: int
) -> None:
    """Time goes in services: each tick every worker serves one. A burst arrives in each gap, whoever sends it."""
    bound = rules.OVERTAKEN_FOR_AT_MOST // MINUTE
    queue: list[Waiting] = []
    minute, served, arrived = 0, 0, 0
    pending = list(stream)
    while pending or queue:
        for _ in range(workers):  # within capacity: no more arrive in a tick than are served in it
            if pending:
                gap, order_class, span = pending.pop()
                minute += gap
                heapq.heappush(queue, Waiting(key(order_class, opened=minute, span=span), minute, order_class == FIRST))
                arrived += 1
        for _ in range(min(workers, len(queue))):
            item = heapq.heappop(queue)
            assert item.first or not any(one.first for one in queue)
            assert minute - item.arrived <= bound + len(stream)
            served += 1
        minute += 1
    assert served == arrived == len(stream)


def test_an_item_of_the_last_class_is_served_though_better_ones_never_stop_coming() -> None:
    """The worst stream: one server, fully busy, and every newcomer of the best class that is not S3's."""
    queue = [(key(9, opened=0, span=8 * 60), -1)]
    for minute in range(60 * 24):
        heapq.heappush(queue, (key(1, opened=minute, span=0), minute))
        if heapq.heappop(queue)[1] == -1:
            assert minute <= 8 * 60 + 4 * 60 + 1
            return
    pytest.fail("the item starved")
