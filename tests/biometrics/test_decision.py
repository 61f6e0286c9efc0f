# SPDX-License-Identifier: Apache-2.0
"""The three zones and their rules, the shipped thresholds, and the reasons given for a decision."""

from __future__ import annotations

import json

import numpy as np
import pytest

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.decision import (
    Outcome,
    Thresholds,
    Zone,
    current_thresholds,
    decide,
    explain,
    explain_hit,
    register_rate,
)
from secure_communities.biometrics.evidence import BadCalibration
from secure_communities.biometrics.search import Hit

POLICY = Thresholds("test", 1e-9, 1e-6, 0.03, {n: Zone(None if n == 1 else 0.5, 0.1) for n in range(1, 11)})


def a_hit(score: float, *, row: int = 0, fingers: int = 10, supporting: int | None = None) -> Hit:
    supporting = fingers if supporting is None else supporting
    evidence = {n: 0.2 if n <= supporting else 0.01 for n in range(1, fingers + 1)}
    return Hit(row, score, dict.fromkeys(evidence, 0.5), evidence)


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


def test_what_speaks_for_a_match_is_evidence_not_score() -> None:
    blind = Hit(0, 9.0, dict.fromkeys(range(1, 11), 0.9), dict.fromkeys(range(1, 11), 0.01))
    assert decide([blind], fingers=10, thresholds=POLICY).outcome is Outcome.POSSIBLE


def test_fingers_without_a_zone_are_never_a_match() -> None:
    policy = Thresholds("test", 1e-9, 1e-6, 0.03, {1: Zone(None, None), 2: Zone(0.9, 0.3)})
    assert decide([a_hit(9.0, fingers=1)], fingers=1, thresholds=policy).outcome is Outcome.NO_HIT
    assert decide([a_hit(9.0, fingers=3)], fingers=3, thresholds=policy).outcome is Outcome.NO_HIT


def test_the_shipped_zones_say_their_rates_and_are_strictly_ordered() -> None:
    thresholds = current_thresholds()
    assert thresholds.version == p.CALIBRATION
    assert sorted(thresholds.zones) == list(range(1, 11))
    assert (thresholds.hit_rate, thresholds.possible_rate) == (p.HIT_RATE, p.POSSIBLE_RATE)
    assert thresholds.zones[1].hit is None
    assert thresholds.support >= p.LEAST_SUPPORT
    for fingers in range(2, 11):
        zone = thresholds.zones[fingers]
        assert zone.hit is not None and zone.possible is not None
        assert p.LEAST_POSSIBLE <= zone.possible < zone.hit


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zones": {"11": {"hit": 1, "possible": 0.5}}}, "11 fingers"),
        ({"zones": {"2": {"hit": 0.5, "possible": 1}}}, "2 fingers is upside down"),
        ({"zones": {"2": {"hit": 0.5, "possible": 0.5}}}, "upside down"),
        ({"zones": {"2": {"hit": 0.5, "possible": None}}}, "upside down"),
        ({"zones": {"2": {"hit": float("inf"), "possible": 0.5}}}, "not made of numbers"),
        ({"zones": {"2": {"hit": 0.5}}}, "cannot be read"),
        ({"hit_rate": 0.5, "possible_rate": 0.1}, "must be below"),
        ({"hit_rate": "many"}, "cannot be read"),
        ({"support": float("nan")}, "speaks for the match"),
        ({"zones": []}, "cannot be read"),
    ],
)
def test_zones_that_make_no_sense_are_refused_with_the_reason(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadCalibration, match=said):
        Thresholds.from_data({**POLICY.to_data(), **change})


def test_zones_come_back_as_they_were_written() -> None:
    assert Thresholds.from_data(json.loads(json.dumps(POLICY.to_data()))) == POLICY


@pytest.mark.parametrize(("subjects", "rate"), [(0, 0.0), (1, 1e-6), (1_000_000, 1 - np.exp(-1)), (10**9, 1.0)])
def test_the_rate_of_a_whole_search_grows_with_the_register(subjects: int, rate: float) -> None:
    assert register_rate(1e-6, subjects) == pytest.approx(rate, rel=1e-5)


def test_a_hit_is_explained_finger_by_finger() -> None:
    said = explain(decide([a_hit(2.0)], fingers=10, thresholds=POLICY), fingers=10, thresholds=POLICY)
    assert said[0].startswith("10 fingers compared, of 10 usable in the search; together +2.0 bans")
    assert "right thumb +0.2" in said[1] and "left little +0.2" in said[1]
    assert "In the zone of HIT" in said[-2]
    assert "1e-09" in said[-1]


@pytest.mark.parametrize(
    ("hits", "fingers", "reason"),
    [
        ([a_hit(0.3)], 10, "+0.5 bans are needed for HIT"),
        ([a_hit(2.0, supporting=4)], 10, "4 of 10 fingers speak for the match by themselves, 5 must"),
        ([a_hit(2.0, fingers=1)], 1, "1 finger alone is never enough for HIT"),
        ([a_hit(2.0), a_hit(1.9, row=1)], 10, "2 candidates are in the zone of HIT and contradict each other"),
        ([a_hit(2.0, supporting=4), a_hit(1.9, row=1)], 10, "A candidate in the zone of HIT is not the best one"),
        ([a_hit(0.01)], 10, "No candidate reached the evidence needed for POSSIBLE"),
    ],
)
def test_what_kept_a_decision_from_being_a_hit_is_said(hits: list[Hit], fingers: int, reason: str) -> None:
    decision = decide(hits, fingers=fingers, thresholds=POLICY)
    assert decision.outcome is not Outcome.HIT
    assert reason in " ".join(explain(decision, fingers=fingers, thresholds=POLICY))


def test_fingers_against_a_match_are_named_as_such() -> None:
    mixed = Hit(0, 0.3, {1: 0.9, 2: 0.0, 7: 0.2}, {1: 0.9, 2: -0.62, 7: 0.02})
    said = explain_hit(mixed, fingers=3, thresholds=POLICY)
    assert "right index -0.6 against it." in said
    assert "left index +0.0 for it, but too little to count alone." in said
    none = Hit(0, -3.0, {1: 0.0}, {1: -3.0})
    assert "No match" in explain_hit(none, fingers=1, thresholds=POLICY)[-1]
    assert "10^3.0 times as probable of two people" in explain_hit(none, fingers=1, thresholds=POLICY)[0]
