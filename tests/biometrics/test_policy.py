# SPDX-License-Identifier: Apache-2.0
"""A whole calibration of made-up people: zones at their rates, the held-out check, the report, the file."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.calibration_check import check, heavier_by
from secure_communities.biometrics.calibration_report import page, write_report
from secure_communities.biometrics.decision import Thresholds
from secure_communities.biometrics.evidence import Evidence, calibration_data
from secure_communities.biometrics.fusion import fuse_rows
from secure_communities.biometrics.policy import (
    Policy,
    dependence,
    fit,
    known_scores,
    make_policy,
    single_bans,
    to_text,
)
from secure_communities.biometrics.simulation import Crowd

from . import crowds


@pytest.fixture(scope="module")
def own() -> dict[str, Crowd]:
    return {"people": crowds.people(np.random.default_rng(5)), "images": crowds.images(np.random.default_rng(6))}


@pytest.fixture(scope="module")
def policy(own: dict[str, Crowd]) -> Policy:
    return make_policy(own, version="made-up", margin=0.0)


@pytest.fixture(scope="module")
def report(policy: Policy, own: dict[str, Crowd]) -> dict[str, Any]:
    fresh = crowds.images(np.random.default_rng(7), fingers=12, impressions=8)
    return {**check(policy, own, {"fresh": fresh}, seed=1, trials=400), "margin": 0.0}


def test_evidence_is_fitted_on_images_and_on_people_only_for_want_of_them(own: dict[str, Crowd]) -> None:
    assert len(fit(own).qualities) == p.QUALITY_CELLS
    assert len(fit({"people": own["people"]}).qualities) == 1


def test_zones_are_strictly_ordered_and_one_finger_is_never_a_hit(policy: Policy) -> None:
    zones = policy.thresholds.zones
    assert sorted(zones) == list(range(1, 11))
    assert zones[1].hit is None
    for zone in zones.values():
        if zone.hit is not None:
            assert zone.possible is not None and p.LEAST_POSSIBLE <= zone.possible < zone.hit
            assert zone.hit >= p.LEAST_HIT


def test_different_people_reach_a_zone_no_more_often_than_it_says(policy: Policy, rng: np.random.Generator) -> None:
    """At a rate that can be counted, on people who were not fitted."""
    strict = dataclasses.replace(policy.thresholds, zones={})
    assert strict.possible_rate == p.POSSIBLE_RATE
    from secure_communities.biometrics.zones import reached_at

    fresh = crowds.people(rng, subjects=150)
    other = fresh.probes[:, None] != fresh.candidates
    for fingers in (2, 4):
        level = reached_at(policy.reaching, fingers, 1e-3)
        rows = [getattr(fresh, name)[other][:, :fingers] for name in ("scores", "counts", "qualities")]
        totals = fuse_rows(*rows, evidence=policy.evidence)[0]
        assert level is not None
        assert (totals >= level).sum() <= 1e-3 * len(totals) + 3 * np.sqrt(1e-3 * len(totals))


def test_a_margin_moves_zones_that_stand_for_a_rate_by_that_much_a_finger(
    own: dict[str, Crowd], policy: Policy
) -> None:
    moved = make_policy(own, version="moved", margin=0.25)
    before, after = policy.thresholds.zones[2], moved.thresholds.zones[2]
    assert before.hit is not None and before.hit > p.LEAST_HIT
    assert after.hit == pytest.approx(before.hit + 0.5, abs=0.011)
    assert moved.thresholds.zones[10].hit == p.LEAST_HIT  # more than the rate asks for already
    assert moved.thresholds.support == pytest.approx(policy.thresholds.support + 0.25)


def test_fingers_that_share_a_capture_are_found_to_depend(policy: Policy, rng: np.random.Generator) -> None:
    assert dependence(crowds.people(rng, alike=0.0), policy.evidence) < 0.06
    assert dependence(crowds.people(rng, alike=0.6), policy.evidence) > 0.3


def test_the_held_out_check_finds_our_own_people_calibrated(report: dict[str, Any]) -> None:
    for name in ("people", "images", "fresh"):
        single = report["populations"][name]["single"]
        assert single["cllr"] < 1.2 * single["min_cllr"] + 0.01
        assert report["populations"][name]["heavier_by"] == 0
    assert report["populations"]["images"]["held_out"] == "half of the subjects"
    ten = report["populations"]["people"]["fused"]["10"]
    assert (ten["missed_hit"], ten["false_hit"], ten["false_possible"]) == (0, 0, 0)


def test_a_heavier_tail_is_found_and_measured(policy: Policy, rng: np.random.Generator) -> None:
    usual = crowds.images(rng)
    odds = np.log(usual.scores / (1 - usual.scores))
    mated = (usual.probes[:, None] == usual.candidates)[:, :, None]
    heavy = dataclasses.replace(usual, scores=1 / (1 + np.exp(-np.where(mated, odds, odds + 1.0))))
    assert heavier_by(policy, usual) == 0
    # One unit of log odds is worth 4.5 / ln 10 bans under the law of these crowds.
    assert 1.0 < heavier_by(policy, heavy) < 2.6


def test_the_report_has_its_tables_and_pictures(report: dict[str, Any], tmp_path: Path) -> None:
    files = write_report(report, tmp_path)
    assert sorted(file.name for file in files) == [
        "det.png",
        "reliability.png",
        "report.json",
        "report.md",
        "tippett.png",
    ]
    assert json.loads((tmp_path / "report.json").read_text()) == json.loads(json.dumps(report))
    text = page(report)
    for words in ("Cllr", "HIT from", "fresh", "Tails", "10,000,000"):
        assert words in text
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files if file.suffix == ".png")


def test_the_file_gives_back_zones_and_evidence(policy: Policy) -> None:
    data = json.loads(to_text(policy, {"seed": 5}))
    assert Thresholds.from_data(data) == policy.thresholds
    assert Evidence.from_data(data["evidence"]).to_data() == policy.evidence.to_data()
    assert data["made"] == {"seed": 5}


def test_people_without_enough_comparisons_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="too few"):
        make_policy({"people": crowds.people(rng, subjects=9)}, version="x")


def test_bans_of_a_crowd_are_those_of_mates_and_of_others(policy: Policy, own: dict[str, Crowd]) -> None:
    mated, other = single_bans(own["images"], policy.evidence)
    assert (len(mated), len(other)) == (40 * 15, 40 * 39 // 2 * 36)
    assert mated.mean() > 1 > -1 > other.mean()


def test_the_shipped_calibration_was_made_for_this_comparison() -> None:
    """Scores of known fingers are kept with the table: after a change of the comparison, calibrate again."""
    assert known_scores() == pytest.approx(calibration_data()["known_scores"], abs=2e-3)
