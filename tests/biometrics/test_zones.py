# SPDX-License-Identifier: Apache-2.0
"""Chances that somebody else reaches a level: counted, derived where rare, summed over fingers, on known laws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.zones import chances, fused_chances, level_of, reach, reached_at, worst

SPREAD = 3.0  # natural log units of calibrated normal evidence: mean ±s²/2


def bans(rng: np.random.Generator, sign: int, size: int) -> np.ndarray:
    found = rng.normal(sign * SPREAD**2 / 2, SPREAD, size) / np.log(10)
    return np.clip(found, -p.MOST_BANS, p.MOST_BANS)


def truly(level: float) -> float:
    """The chance that a non-mate of this law reaches a level (below MOST_BANS)."""
    return float(stats.norm.sf(level * np.log(10), -(SPREAD**2) / 2, SPREAD))


def test_what_was_counted_often_is_what_was_counted(rng: np.random.Generator) -> None:
    found = chances(bans(rng, 1, 4_000), bans(rng, -1, 100_000))
    for level in (-3.0, -1.0, 0.0, 1.0):
        assert reach(found.reaching, np.array([level]))[0] == pytest.approx(truly(level), rel=0.1)


def test_rates_far_rarer_than_counted_follow_from_the_evidence_of_mates(rng: np.random.Generator) -> None:
    found = chances(bans(rng, 1, 20_000), bans(rng, -1, 5_000))
    assert found.counted_to < 2.0
    for level in (3.0, 4.0, 5.0):
        assert np.log10(reach(found.reaching, np.array([level]))[0]) == pytest.approx(np.log10(truly(level)), abs=0.15)


def test_chances_never_rise_with_the_evidence(rng: np.random.Generator) -> None:
    found = chances(bans(rng, 1, 500), bans(rng, -1, 3_000))
    assert (np.diff(found.reaching) <= 0).all()
    assert found.reaching[0] == 1.0


def test_the_population_that_reaches_a_level_most_often_rules(rng: np.random.Generator) -> None:
    usual = chances(bans(rng, 1, 2_000), bans(rng, -1, 5_000))
    heavy = chances(bans(rng, 1, 2_000), bans(rng, -1, 5_000) + 0.7)
    assert (worst({"usual": usual, "heavy": heavy}) == np.maximum(usual.reaching, heavy.reaching)).all()


def test_few_comparisons_make_no_rate() -> None:
    with pytest.raises(ValueError, match="too few"):
        chances(np.ones(10), np.zeros(1_999))


@pytest.mark.parametrize("fingers", [2, 5, 10])
def test_the_chance_of_sums_is_that_of_simulated_sums(rng: np.random.Generator, fingers: int) -> None:
    other = bans(rng, -1, 50_000)
    sums, chance = fused_chances(chances(bans(rng, 1, 5_000), other).reaching, fingers)
    drawn = np.sort(rng.choice(other, (200_000, fingers)).sum(axis=1))
    for rate in (0.1, 0.01, 0.001):
        level = drawn[-int(rate * len(drawn))]
        assert chance[np.searchsorted(sums, level)] == pytest.approx(rate, rel=0.15)


@pytest.mark.parametrize("fingers", [2, 3])
def test_a_level_stands_for_its_rate_under_a_known_law(rng: np.random.Generator, fingers: int) -> None:
    reaching = chances(bans(rng, 1, 200_000), bans(rng, -1, 200_000)).reaching
    for rate in (1e-3, 1e-6):
        level = reached_at(reaching, fingers, rate)
        assert level is not None
        exact = stats.norm.sf(level * np.log(10), -fingers * SPREAD**2 / 2, SPREAD * np.sqrt(fingers))
        assert np.log10(exact) == pytest.approx(np.log10(rate), abs=0.3)


def test_a_rate_beyond_what_a_finger_can_say_lies_above_all_it_can_say() -> None:
    reaching = chances(np.full(200, 3.0), np.append(np.full(5_000, -2.0), 3.0)).reaching
    level = reached_at(reaching, 1, 1e-6)
    assert level is not None and 3.0 < level < 3.05
    assert level_of(reaching, 1e-6) == pytest.approx(level)
    assert level_of(np.ones(1_201), 1e-6) == p.MOST_BANS
    assert reached_at(np.ones(1_201), 1, 1e-6) is None
