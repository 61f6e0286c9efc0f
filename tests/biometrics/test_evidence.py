# SPDX-License-Identifier: Apache-2.0
"""A finger's score as evidence: monotone, bounded, silent where nothing was compared; bad tables are refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.evidence import BadCalibration, Evidence, calibration_data, current_evidence

A_TABLE = Evidence(
    np.array([10.0, 30.0]),
    np.array([50.0, 90.0]),
    np.array([0.0, 0.5, 1.0]),
    np.array([[[-1.0, 0.0, 3.0], [-1.5, 0.5, 4.0]], [[-2.0, 0.0, 4.0], [-3.0, 1.0, 5.0]]]),
    0.05,
)
shares = st.floats(0, 1)


def test_values_at_the_knots_and_between_them() -> None:
    assert A_TABLE.bans_of([0.5, 1.0], [10, 30], [50, 90]).tolist() == [0.0, 5.0]
    assert A_TABLE.bans_of(0.75, 10, 50) == pytest.approx(1.5)
    assert A_TABLE.bans_of(1.0, 20, 70) == pytest.approx(4.0)


def test_beyond_the_outermost_knots_the_outermost_value_holds() -> None:
    assert A_TABLE.bans_of([1.0, 1.0, 0.0], [60, 0, 60], [100, 0, 100]).tolist() == [5.0, 3.0, -3.0]


def test_what_was_not_compared_says_nothing() -> None:
    assert A_TABLE.bans_of([-1.0, np.nan], [30, 30], [90, 90]).tolist() == [0.0, 0.0]


def test_no_rounding_lifts_evidence_above_its_bound() -> None:
    grid = np.linspace(0.9, 1.0, 2_000)
    for count in (17, 29, 41, 60):
        assert np.abs(current_evidence().bans_of(grid, np.full(2_000, count), np.full(2_000, 77))).max() <= p.MOST_BANS


@given(shares, shares, st.integers(0, 60), st.integers(0, 100))
def test_a_higher_score_is_never_worth_less(one: float, other: float, count: int, quality: int) -> None:
    low, high = sorted((one, other))
    for table in (A_TABLE, current_evidence()):
        bans = table.bans_of([low, high], [count, count], [quality, quality])
        assert bans[0] <= bans[1] + 1e-9
        assert np.abs(bans).max() <= p.MOST_BANS


def test_fingers_of_one_capture_count_for_less_than_independent_ones() -> None:
    assert A_TABLE.shrink([0, 1, 2, 10]).tolist() == pytest.approx([1, 1, 1 / 1.05, 1 / 1.45])


def test_a_table_comes_back_as_it_was_written() -> None:
    data = json.loads(json.dumps(A_TABLE.to_data()))
    assert Evidence.from_data(data).to_data() == A_TABLE.to_data()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"counts": [30, 10]}, "counts .* rise strictly"),
        ({"scores": [0, 0.5, float("nan")]}, "scores .* rise strictly"),
        ({"qualities": []}, "qualities"),
        ({"bans": [[[0, 1, 2]]]}, "shape"),
        ({"bans": [[[2, 1, 0]] * 2] * 2}, "never be worth less"),
        ({"bans": [[[0, 1, 60]] * 2] * 2}, "no more"),
        ({"dependence": 1.5}, "correlation"),
        ({"dependence": None}, "cannot be read"),
        ({"bans": [["much"]]}, "cannot be read"),
    ],
)
def test_tables_that_make_no_sense_are_refused_with_the_reason(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCalibration, match=said):
        Evidence.from_data({**A_TABLE.to_data(), **change})
    with pytest.raises(BadCalibration, match="cannot be read"):
        Evidence.from_data(None)


def test_a_calibration_that_is_not_there_is_named() -> None:
    with pytest.raises(BadCalibration, match=r"1999\.1"):
        calibration_data("1999.1")
