# SPDX-License-Identifier: Apache-2.0
"""The three zones, the shipped thresholds, and how thresholds are made."""

from __future__ import annotations

import json

import numpy as np
import pytest

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.calibration import (
    check_tail,
    fit_tail,
    fused_exceedance,
    make_thresholds,
    worst_tail,
)
from secure_communities.biometrics.decision import (
    BadThresholds,
    Outcome,
    Thresholds,
    Zone,
    current_thresholds,
    decide,
    read_thresholds,
    write_thresholds,
)
from secure_communities.biometrics.search import Hit
from secure_communities.biometrics.simulation import calibrate

POLICY = Thresholds("test", 1e-9, 1e-6, 0.03, {n: Zone(None if n == 1 else 0.5, 0.1) for n in range(1, 11)})


def a_hit(score: float, *, row: int = 0, fingers: int = 10, supporting: int | None = None) -> Hit:
    supporting = fingers if supporting is None else supporting
    return Hit(row, score, {n: 0.2 if n <= supporting else 0.01 for n in range(1, fingers + 1)})


@pytest.mark.parametrize(
    ("score", "outcome", "rate"),
    [
        (0.5, Outcome.HIT, 1e-9),
        (0.499, Outcome.POSSIBLE, 1e-6),
        (0.1, Outcome.POSSIBLE, 1e-6),
        (0.099, Outcome.NO_HIT, 1e-6),
    ],
)
def test_the_zones_meet_at_their_thresholds(score: float, outcome: Outcome, rate: float) -> None:
    decision = decide([a_hit(score)], fingers=10, thresholds=POLICY)
    assert (decision.outcome, decision.false_match_rate, decision.policy_version) == (outcome, rate, "test")
    assert len(decision.candidates) == (outcome is not Outcome.NO_HIT)


def test_no_hits_is_no_hit() -> None:
    assert decide([], fingers=10).outcome is Outcome.NO_HIT


def test_two_sure_candidates_contradict_each_other_and_wait_for_an_examiner() -> None:
    decision = decide([a_hit(2.0, row=1), a_hit(1.8, row=2)], fingers=10, thresholds=POLICY)
    assert decision.outcome is Outcome.POSSIBLE
    assert [hit.row for hit in decision.candidates] == [1, 2]


def test_a_weak_second_candidate_does_not_disturb_a_sure_one() -> None:
    assert decide([a_hit(2.0), a_hit(0.05, row=1)], fingers=10, thresholds=POLICY).outcome is Outcome.HIT
    assert decide([a_hit(2.0), a_hit(0.2, row=1)], fingers=10, thresholds=POLICY).outcome is Outcome.HIT


def test_one_finger_alone_is_never_a_hit() -> None:
    assert decide([a_hit(0.99, fingers=1)], fingers=1, thresholds=POLICY).outcome is Outcome.POSSIBLE
    assert decide([a_hit(0.99, fingers=10, supporting=1)], fingers=10, thresholds=POLICY).outcome is Outcome.POSSIBLE


def test_a_mix_of_two_peoples_fingers_is_never_a_hit() -> None:
    assert decide([a_hit(2.0, supporting=4)], fingers=10, thresholds=POLICY).outcome is Outcome.POSSIBLE
    assert decide([a_hit(2.0, supporting=5)], fingers=10, thresholds=POLICY).outcome is Outcome.HIT


def test_a_candidate_is_judged_by_the_fingers_really_compared() -> None:
    policy = Thresholds("test", 1e-9, 1e-6, 0.03, {2: Zone(0.9, 0.3), 10: Zone(0.5, 0.1)})
    assert decide([a_hit(0.6, fingers=2)], fingers=10, thresholds=policy).outcome is Outcome.POSSIBLE
    assert decide([a_hit(0.6, fingers=10)], fingers=10, thresholds=policy).outcome is Outcome.HIT
    assert decide([a_hit(0.6, fingers=10)], fingers=2, thresholds=policy).outcome is Outcome.POSSIBLE


def test_the_shipped_thresholds_rise_with_the_fingers_and_say_how_they_were_made() -> None:
    thresholds = current_thresholds()
    assert sorted(thresholds.zones) == list(range(1, 11))
    assert (thresholds.hit_rate, thresholds.possible_rate) == (p.HIT_RATE, p.POSSIBLE_RATE)
    assert thresholds.zones[1].hit is None
    for kind in ("hit", "possible"):
        values = [getattr(thresholds.zones[n], kind) for n in range(2, 11)]
        assert values == sorted(values)
    assert thresholds.version != "provisional"


@pytest.mark.parametrize(
    "change",
    [
        {"zones": {"11": {"hit": 1, "possible": 0.5}}},
        {"zones": {"2": {"hit": 0.5, "possible": 1}}},
        {"zones": {"2": {"hit": 0.5}}},
        {"hit_rate": 0.5, "possible_rate": 0.1},
        {"hit_rate": "many"},
        {"zones": []},
    ],
)
def test_thresholds_that_make_no_sense_are_refused(change: dict[str, object]) -> None:
    whole = json.loads(write_thresholds(POLICY, {}))
    with pytest.raises(BadThresholds):
        read_thresholds(json.dumps({**whole, **change}))
    with pytest.raises(BadThresholds):
        read_thresholds("not json")


def test_thresholds_come_back_as_they_were_written() -> None:
    assert read_thresholds(write_thresholds(POLICY, {"how": "by hand"})) == POLICY


@pytest.fixture(scope="module")
def scores() -> np.ndarray:
    return 0.013 + np.random.default_rng(8).exponential(0.002, 20_000)


def test_a_fitted_tail_extends_an_exponential_as_it_should(scores: np.ndarray) -> None:
    tail = fit_tail(scores)
    for rate in (1e-3, 1e-5):
        exact = 0.013 - 0.002 * np.log(rate)
        assert np.log10(tail.exceeding(np.array([exact]))[0]) == pytest.approx(np.log10(rate), abs=0.6)
    assert tail.exceeding(np.zeros(1)) == 1.0


def test_held_out_scores_exceed_as_often_as_the_fit_expects(scores: np.ndarray) -> None:
    for level in check_tail(scores)[:3]:
        assert level["found"] == pytest.approx(level["expected"], abs=4 * np.sqrt(level["expected"]) + 3)


def test_the_population_with_the_heaviest_tail_rules(scores: np.ndarray) -> None:
    heavy = 0.013 + np.random.default_rng(9).pareto(4, 5_000) * 0.002
    name, _ = worst_tail({"light": scores, "heavy": heavy})
    assert name == "heavy"


def test_few_scores_set_no_threshold(scores: np.ndarray) -> None:
    with pytest.raises(ValueError, match="too few"):
        fit_tail(scores[:100])


def test_the_fused_tail_of_two_fingers_is_that_of_simulated_sums(scores: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    sums = rng.choice(scores, 200_000) + rng.choice(scores, 200_000) - 2 * p.NON_MATED_MEAN
    levels, chance = fused_exceedance(fit_tail(scores), 2)
    for quantile in (0.5, 0.99, 0.999):
        level = np.quantile(sums, quantile)
        assert chance[np.searchsorted(levels, level)] == pytest.approx(1 - quantile, rel=0.15)


def test_thresholds_stand_for_their_rates(scores: np.ndarray) -> None:
    tail = fit_tail(scores)
    thresholds = make_thresholds(tail, version="x")
    levels, chance = fused_exceedance(tail, 10)
    zone = thresholds.zones[10]
    assert zone.hit is not None and zone.possible is not None
    at = np.searchsorted(levels, [zone.hit + 1e-9, zone.possible + 1e-9])
    assert (chance[at] <= [1e-9, 1e-6]).all()
    assert zone.hit > zone.possible


def test_calibration_by_sampled_people_misses_no_mate_of_ten_fingers() -> None:
    thresholds, report = calibrate(subjects=range(24), seed=4, images={}, version="test")
    assert report["ruled_by"] == "sampled"
    assert report["missed_sampled"][10]["below_hit"] == 0
    assert report["highest_fused_non_mated"][10] < (thresholds.zones[10].possible or 0)
