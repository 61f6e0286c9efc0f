# SPDX-License-Identifier: Apache-2.0
"""The measures of likelihood ratios give what their definitions say on distributions that are known."""

from __future__ import annotations

import numpy as np
import pytest

from secure_communities.biometrics.likelihood import cllr, min_cllr, reliability, tippett, upper_limit


@pytest.fixture
def normal(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Bans of a calibrated system: ratios of two normal distributions, natural log mean ±s²/2."""
    spread = 2.5
    return tuple(rng.normal(sign * spread**2 / 2, spread, 40_000) / np.log(10) for sign in (1, -1))


def test_evidence_that_says_nothing_costs_one_bit() -> None:
    assert cllr(np.zeros(5), np.zeros(9)) == pytest.approx(1.0)
    assert min_cllr(np.zeros(5), np.zeros(9)) == pytest.approx(1.0)


def test_sure_and_right_costs_nothing_sure_and_wrong_much() -> None:
    assert cllr(np.full(5, 6.0), np.full(5, -6.0)) < 1e-5
    assert min_cllr(np.full(5, 6.0), np.full(5, -6.0)) == 0.0
    assert cllr(np.full(5, -6.0), np.full(5, 6.0)) == pytest.approx(6 * np.log2(10), rel=1e-3)


def test_calibrated_evidence_costs_hardly_more_than_the_best_recalibration(
    normal: tuple[np.ndarray, np.ndarray],
) -> None:
    mated, other = normal
    assert cllr(mated, other) == pytest.approx(min_cllr(mated, other), rel=0.03)


def test_overstated_evidence_costs_more_and_the_best_recalibration_undoes_it(
    normal: tuple[np.ndarray, np.ndarray],
) -> None:
    mated, other = normal
    assert cllr(3 * mated, 3 * other) > 1.3 * cllr(mated, other)
    assert min_cllr(3 * mated, 3 * other) == pytest.approx(min_cllr(mated, other))


def test_the_reliability_diagram_of_calibrated_evidence_lies_on_the_line(
    normal: tuple[np.ndarray, np.ndarray],
) -> None:
    rows = reliability(*normal)
    assert sum(row["mated"] for row in rows) == sum(row["other"] for row in rows) == 40_000
    for row in rows:
        if min(row["mated"], row["other"]) > 200:
            assert row["observed"] == pytest.approx(row["stated"], abs=0.15)


def test_a_tippett_curve_falls_from_all_to_none() -> None:
    curve = tippett(np.array([-1.0, 0.2, 0.2, 3.0]))
    assert curve[0] == (-1.0, 1.0)
    assert (0.0, 0.75) in curve
    assert curve[-1] == (3.0, 0.25)
    shares = [share for _, share in curve]
    assert shares == sorted(shares, reverse=True)


def test_the_limit_of_a_rate_follows_clopper_and_pearson() -> None:
    assert upper_limit(0, 3_000) == pytest.approx(3 / 3_000, rel=0.01)
    assert upper_limit(2, 100) == pytest.approx(0.0616, abs=0.0002)
    assert upper_limit(5, 5) == 1.0
