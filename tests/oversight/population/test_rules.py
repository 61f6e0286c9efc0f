# SPDX-License-Identifier: Apache-2.0
"""The exact interval against published tables and by simulation; estimates that say when there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.oversight.population.rules import (
    LEAST_SEARCHED,
    Estimate,
    NotEnough,
    Seen,
    estimate,
    exact_interval,
    further,
)

# Exact limits of a Poisson count at 95 % (Garwood 1936; the same in textbooks of epidemiology).
TABLE = {
    0: (0.0, 3.689), 1: (0.0253, 5.572), 2: (0.242, 7.225), 3: (0.619, 8.767), 5: (1.623, 11.668), 10: (4.795, 18.390),
    20: (12.217, 30.888), 50: (37.111, 65.919), 100: (81.364, 121.627),
}  # fmt: skip


@pytest.mark.parametrize("count", TABLE)
def test_the_interval_is_that_of_the_tables(count: int) -> None:
    assert exact_interval(count) == pytest.approx(TABLE[count], abs=6e-4)


@given(st.integers(0, 60), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_ends_leave_half_of_what_is_left_on_each_side(count: int, confidence: float) -> None:
    low, high = exact_interval(count, confidence)

    def at_most(number: int, mean: float) -> float:
        return sum(math.exp(-mean + n * math.log(mean) - math.lgamma(n + 1)) for n in range(number + 1))

    assert at_most(count, high) == pytest.approx((1 - confidence) / 2, rel=1e-6)
    if count:
        assert 1 - at_most(count - 1, low) == pytest.approx((1 - confidence) / 2, rel=1e-6)


@pytest.mark.parametrize("mean", [0.7, 4.0, 23.0])
def test_the_interval_holds_the_mean_at_least_as_often_as_it_says(mean: float) -> None:
    counts = np.random.default_rng(5).poisson(mean, 4000)
    held = [low <= mean <= high for low, high in (exact_interval(int(one)) for one in counts)]
    assert np.mean(held) >= 0.945


def test_half_of_the_agencies_silent_doubles_what_was_found() -> None:
    found = estimate(Seen(agencies=10, sizes=[200] * 5, matched=50))
    assert isinstance(found, Estimate)
    assert (found.unseen, found.value) == (1000, 100)
    low, high = exact_interval(50, 0.975)
    assert (found.low, found.high) == pytest.approx((50 + low, 50 + high)), "agencies of one size: the rate alone"


def test_the_reach_of_further_agencies_is_students() -> None:
    """Of 8, 10, 12 one more: 10 ± 4.303 · 2 · √(1 + 1/3), by the table of t with 2 degrees of freedom."""
    assert further([8, 10, 12], 1) == pytest.approx((10, max(0, 10 - 9.937), 19.937), abs=1e-3)


def test_agencies_of_very_different_size_make_the_interval_wide() -> None:
    even, uneven = (estimate(Seen(6, sizes, 50)) for sizes in ([200] * 4, [10, 20, 70, 700]))
    assert isinstance(even, Estimate) and isinstance(uneven, Estimate) and even.value == uneven.value
    assert uneven.high - uneven.low > 3 * (even.high - even.low)


def test_the_interval_holds_what_full_coverage_would_find_as_often_as_it_says() -> None:
    """What the silent agencies would find is taken as the mean of its chance: their bookings times the rate."""
    drawn = np.random.default_rng(11)
    held = []
    for _ in range(1500):
        sizes = np.maximum(0, drawn.normal(300, 90, 9)).round().astype(int)
        matched, unseen = drawn.poisson(0.1 * sizes[:6].sum()), 0.1 * sizes[6:].sum()
        found = estimate(Seen(9, [int(one) for one in sizes[:6]], int(matched)))
        assert isinstance(found, Estimate)
        held.append(found.low <= matched + unseen <= found.high)
    assert np.mean(held) >= 0.95


def test_where_every_agency_submits_what_was_found_is_all() -> None:
    assert estimate(Seen(2, [500, 300], 31)) == Estimate(0, 31, 31, 31)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=30), st.integers(0, 50), st.floats(0, 1))
def test_no_estimate_is_below_what_was_found_or_outside_its_interval(
    sizes: list[int], silent: int, share: float
) -> None:
    matched = int(sum(sizes) * share)
    found = estimate(Seen(len(sizes) + silent, sizes, matched))
    if isinstance(found, Estimate):
        assert matched <= found.low <= found.value + 1e-9 and found.value <= found.high + 1e-9
    else:
        assert silent and (len(sizes) < 3 or sum(sizes) < 100)


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (Seen(3, [], 0), "No agency submitted"),
        (Seen(4, [30, 30, LEAST_SEARCHED - 61], 4), "Fewer than 100"),
        (Seen(3, [400, 100], 40), "Fewer than 3 agencies"),
    ],
)
def test_not_enough_data_is_an_answer(seen: Seen, why: str) -> None:
    found = estimate(seen)
    assert isinstance(found, NotEnough) and why in found.why


@pytest.mark.parametrize("seen", [Seen(1, [5, 5], 1), Seen(2, [5], 6), Seen(2, [5], -1), Seen(2, [-1, 5], 1)])
def test_what_cannot_be_is_refused(seen: Seen) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        estimate(seen)
