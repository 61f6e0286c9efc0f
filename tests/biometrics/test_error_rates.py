# SPDX-License-Identifier: Apache-2.0
"""Trade-offs counted by hand, intervals that follow the fingers, persons put together, ranks and gaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.biometrics.error_rates import RATES, Trade, cumulative_match, interval, resample, separation
from secure_communities.biometrics.pseudo_subjects import STRANGERS, derangements, join, put_together, turns

SCORES = st.lists(st.floats(0, 1, width=32), min_size=2, max_size=40)


def test_the_trade_off_has_a_corner_for_every_error_that_can_be_bought_off() -> None:
    trade = Trade(np.array([0.9, 0.5, 0.3]), np.array([0.1, 0.4, 0.6, 0.2]))
    assert trade.det() == [pytest.approx(each) for each in ((0, 2 / 3), (0.25, 1 / 3), (0.5, 0))]


def test_a_genuine_score_of_zero_is_only_found_by_matching_everybody() -> None:
    trade = Trade(np.array([0.0, 0.8]), np.array([0.0, 0.1, 0.2]))
    assert trade.det() == [(0.0, 0.5), (1.0, 0.0)]
    assert trade.summary().zerofmr == 0.5


@given(SCORES, SCORES)
@settings(max_examples=100, deadline=None)
def test_rates_lie_between_zero_and_one_and_fall_as_more_false_matches_are_allowed(
    genuine: list[float], impostor: list[float]
) -> None:
    rates = Trade(np.array(genuine), np.array(impostor)).summary()
    assert 0 <= rates.eer <= 1
    assert 0 <= rates.fmr100 <= rates.fmr1000 <= rates.zerofmr <= 1


@given(SCORES, SCORES, st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_a_pair_of_weight_n_counts_as_n_pairs(genuine: list[float], impostor: list[float], times: int) -> None:
    own, cross = np.array(genuine), np.array(impostor)
    weights = np.ones(len(own))
    weights[0] = times
    repeated = np.append(own, np.full(times - 1, own[0]))
    weighted, plain = Trade(own, cross).summary(weights, np.ones(len(cross))), Trade(repeated, cross).summary()
    assert [getattr(weighted, name) for name in RATES] == pytest.approx([getattr(plain, name) for name in RATES])


def labelled(bad_finger: float) -> tuple[Trade, np.ndarray, np.ndarray]:
    """Ten fingers of ten genuine pairs; all pairs of the last finger score `bad_finger`, the others 0.9."""
    own = np.repeat(np.arange(10), 10)
    cross = np.array([(a, b) for a in range(10) for b in range(a + 1, 10) for _ in range(4)])
    genuine = np.where(own == 9, bad_finger, 0.9)
    return Trade(genuine, np.full(len(cross), 0.1)), own, cross


def test_intervals_are_of_fingers_not_of_pairs() -> None:
    trade, own, cross = labelled(0.0)
    assert trade.summary().fmr100 == pytest.approx(0.1)
    samples = resample(trade, own, cross, rounds=400)
    low, high = interval(samples)[RATES.index("fmr100")]
    assert low == 0 and 0.2 <= high <= 0.5  # of 100 independent pairs it would be 0.05 to 0.16
    assert interval(resample(labelled(0.9)[0], own, cross, rounds=100)) == [(0, 0)] * 4


def test_the_same_seed_gives_the_same_intervals() -> None:
    trade, own, cross = labelled(0.05)
    assert np.array_equal(resample(trade, own, cross, rounds=50), resample(trade, own, cross, rounds=50))
    assert not np.array_equal(resample(trade, own, cross, rounds=50), resample(trade, own, cross, rounds=50, seed=2))


def test_scores_of_one_kind_only_are_refused() -> None:
    with pytest.raises(ValueError, match="both genuine and impostor"):
        Trade(np.array([0.5]), np.empty(0))


def test_ranks_and_gaps() -> None:
    assert cumulative_match(np.array([1, 1, 2, 4]), longest=4) == [0.5, 0.75, 0.75, 1]
    apart = separation(np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.5]))
    assert (apart.worst_genuine, apart.best_impostor, apart.gap) == (1.0, 0.5, 0.5)
    assert apart.spread == pytest.approx(np.sqrt((1 + 0.125) / 2))


@pytest.mark.parametrize(("count", "expected"), [(2, 1), (3, 2), (4, 9), (6, STRANGERS), (10, STRANGERS)])
def test_a_stranger_has_no_finger_in_its_place(count: int, expected: int) -> None:
    orders = derangements(count)
    assert len(orders) == len({tuple(order) for order in orders.tolist()}) == expected
    assert not (orders == np.arange(count)).any()
    assert all(sorted(order) == list(range(count)) for order in orders.tolist())


def test_single_fingers_meet_every_other_finger_once() -> None:
    assert sorted(turns(4)[:, 0].tolist()) == [1, 2, 3]


def test_persons_sum_their_fingers_and_strangers_do_so_out_of_place() -> None:
    images = np.arange(40).reshape(10, 4)  # ten fingers, four impressions
    finger = np.repeat(np.arange(10), 4)
    evidence = np.where(finger[:, None] == finger[None, :], 1.0, 0.01)
    ten, two, one = (put_together(evidence, images, fingers=count) for count in (10, 2, 1))
    assert ten is not None and two is not None and one is not None
    assert ten.genuine.tolist() == pytest.approx([10.0] * 6) and ten.impostor.shape == (6, STRANGERS)
    assert np.allclose(ten.impostor, 0.1)
    assert len(two.genuine) == 5 * 6 and two.impostor.max() == pytest.approx(0.02)
    assert one.impostor.shape == (60, 9)
    assert ten.ranks.tolist() == [1] * 6
    both = join([ten, ten])
    assert (len(both.genuine), both.impostor.shape) == (12, (12, STRANGERS))


def test_eight_impressions_of_ten_fingers_give_28_mates_and_1680_strangers() -> None:
    persons = put_together(np.zeros((80, 80)), np.arange(80).reshape(10, 8), fingers=10)
    assert persons is not None
    assert (len(persons.genuine), persons.impostor.size) == (28, 1680)
    assert persons.ranks.min() == STRANGERS + 1  # evidence of nothing puts the mate behind every stranger


def test_a_set_of_too_few_fingers_makes_no_person() -> None:
    assert put_together(np.zeros((8, 8)), np.arange(8).reshape(4, 2), fingers=10) is None
    assert put_together(np.zeros((4, 4)), np.arange(4).reshape(4, 1), fingers=2) is None
