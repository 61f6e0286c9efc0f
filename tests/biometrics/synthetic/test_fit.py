# SPDX-License-Identifier: Apache-2.0
"""The sampler held against other prints: what is measured, and that a fit comes nearer."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from secure_communities.biometrics.synthetic.fit import LIMITS, as_rounded, fit_sampler, observe_sampled
from secure_communities.biometrics.synthetic.histograms import draw_resemblance
from secure_communities.biometrics.synthetic.resemblance import (
    Observations,
    compare_observations,
    kolmogorov_smirnov,
    pool,
    quantile_distance,
)
from secure_communities.biometrics.synthetic.sampler import FITTED, MODEL, NOISE, Model, Noise
from secure_communities.cli.sampling import fit_noise, tuning_set


@pytest.fixture(scope="module")
def sampled() -> Observations:
    return observe_sampled(8, seed=1)


def test_distances_are_zero_for_the_same_and_grow_with_the_difference() -> None:
    values = np.random.default_rng(1).normal(size=500)
    assert quantile_distance(values, values) == 0
    assert kolmogorov_smirnov(values, values) == 0
    assert quantile_distance(values, values + 1) > quantile_distance(values, values + 0.1) > 0
    assert kolmogorov_smirnov(values, values + 20) == 1
    assert quantile_distance(values, values[:0]) == math.inf


def test_mates_are_found_to_lie_as_they_were_turned() -> None:
    turned = replace(NOISE, turn=math.radians(20), careless=0.0, bend=0.3, jitter=0.3, missing=0.05, spurious=0.05)
    still = replace(turned, turn=0.0)
    assert np.median(observe_sampled(4, seed=2, noise=still).turn) < 1.5
    assert 8 < np.median(observe_sampled(4, seed=2, noise=turned).turn) < 20


def test_lost_minutiae_are_not_found_again() -> None:
    few, many = (observe_sampled(4, seed=2, noise=replace(NOISE, missing=share)).found.mean() for share in (0.02, 0.4))
    assert few > many + 0.1


def test_the_parameters_in_use_are_those_that_were_written() -> None:
    data = json.loads(FITTED.read_text())
    assert Model(**data["model"]) == MODEL
    assert Noise(**data["noise"]) == NOISE
    assert as_rounded(NOISE) == data["noise"]
    assert all(getattr(NOISE, name, 0) <= limit for name, limit in LIMITS.items())


def test_sampled_scores_tell_mates_from_others(sampled: Observations) -> None:
    assert np.quantile(sampled.genuine, 0.1) > np.quantile(sampled.impostor, 0.9)
    compared = compare_observations(sampled, pool([sampled, sampled]))
    assert compared["genuine"]["kolmogorov_smirnov"] == 0
    assert compared["genuine"]["n"] == [80, 160]


def test_the_picture_is_drawn(sampled: Observations, tmp_path: Path) -> None:
    draw_resemblance(tmp_path / "picture.png", sampled, sampled)
    assert (tmp_path / "picture.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.slow
def test_a_fit_comes_nearer_to_other_prints_than_its_start() -> None:
    aim = observe_sampled(40, seed=5, noise=replace(Noise(), turn=0.35, missing=0.3, jitter=3.0))
    fit = fit_sampler(aim, people=15, seed=1)
    before = observe_sampled(40, seed=6, model=fit.model, noise=Noise())
    after = observe_sampled(40, seed=6, model=fit.model, noise=fit.noise)
    assert quantile_distance(aim.turn, after.turn) < quantile_distance(aim.turn, before.turn)
    assert quantile_distance(aim.genuine, after.genuine) < quantile_distance(aim.genuine, before.genuine)


@pytest.mark.slow
def test_the_command_compares_images_with_sampled_prints(tmp_path: Path) -> None:
    folder, out = tmp_path / "set", tmp_path / "sampler.json"
    drawn = CliRunner().invoke(tuning_set, [str(folder), "--fingers", "2", "--impressions", "2"])
    assert drawn.exit_code == 0, drawn.output
    arguments = ["--real", f"{folder}@500", "--check", "--people", "4", "--out", str(out), "--json"]
    result = CliRunner().invoke(fit_noise, arguments)
    assert result.exit_code == 0, result.output
    report = json.loads(out.read_text())
    assert report["compared"]["genuine"]["n"][0] == 2
    assert report["noise"] == as_rounded(NOISE)
