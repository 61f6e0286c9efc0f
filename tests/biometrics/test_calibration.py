# SPDX-License-Identifier: Apache-2.0
"""Evidence fitted on comparisons of known likelihood ratio comes out as that ratio, monotone and bounded."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from secure_communities.biometrics.calibration import Labelled, fit_evidence, fit_tail, log_odds
from secure_communities.biometrics.evidence import Evidence
from secure_communities.biometrics.likelihood import cllr, min_cllr

from .crowds import OTHERS, SPREAD, labelled, scores_of, true_bans


@pytest.fixture(scope="module")
def table() -> Evidence:
    return fit_evidence({"made up": labelled(np.random.default_rng(2))}, compared=60_000, dependence=0.03)


def bans(table: Evidence, found: Labelled) -> tuple[np.ndarray, np.ndarray]:
    values = table.bans_of(found.scores, found.counts, found.qualities)
    return values[found.mated], values[~found.mated]


def test_fitted_evidence_is_the_known_ratio_where_there_is_data(table: Evidence) -> None:
    scores = 1 / (1 + np.exp(-np.linspace(-1.9, 1.0, 12)))
    found = table.bans_of(scores, np.full(12, 30), np.full(12, 80))
    wrong = found - true_bans(scores)
    assert np.sqrt((wrong**2).mean()) < 0.3
    assert np.abs(wrong).max() < 0.6


def test_on_new_comparisons_it_costs_hardly_more_than_the_best_recalibration(table: Evidence) -> None:
    mated, other = bans(table, labelled(np.random.default_rng(3)))
    assert cllr(mated, other) < 1.1 * min_cllr(mated, other) + 0.003


def test_no_finger_is_worth_more_than_the_comparisons_that_were_made(table: Evidence) -> None:
    assert table.bans.max() <= np.log10(60_000) + 1e-4
    few = fit_evidence(
        {"few": labelled(np.random.default_rng(4), mates=300, others=3_000)}, compared=3_000, dependence=0
    )
    assert few.bans.max() <= np.log10(3_000) + 1e-4
    assert few.bans.min() >= -np.log10(300 + 100) - 1e-4


def test_a_lower_quality_that_makes_mates_score_low_weakens_what_a_low_score_says_against(
    rng: np.random.Generator,
) -> None:
    good = labelled(rng, mates=3_000, others=30_000)
    poor = labelled(rng, mates=3_000, others=30_000)
    failed = poor.mated & (rng.random(len(poor)) < 0.3)
    scores = np.where(failed, scores_of(np.zeros(len(poor), bool), rng), poor.scores)
    both = Labelled(
        np.concatenate([good.scores, scores]),
        np.concatenate([good.counts, poor.counts]),
        np.repeat([90.0, 30.0], 33_000),
        np.concatenate([good.mated, poor.mated]),
    )
    table = fit_evidence({"both": both}, compared=60_000, dependence=0.0)
    low = 1 / (1 + np.exp(-OTHERS))
    assert table.bans_of(low, 30, 30) > -0.8
    assert table.bans_of(low, 30, 90) < -1.3


def test_a_population_counts_once_however_large_it_is(rng: np.random.Generator) -> None:
    small, large = labelled(rng, mates=500, others=5_000), labelled(rng, mates=5_000, others=50_000)
    shifted = dataclasses.replace(large, scores=1 / (1 + np.exp(-log_odds(large.scores) + 1.0 * large.mated)))
    table = fit_evidence({"small": small, "large": shifted}, compared=55_000, dependence=0.0)
    twice = fit_evidence(
        {"small": small, "half": shifted.where(np.arange(55_000) % 2 == 0)}, compared=55_000, dependence=0
    )
    scores = 1 / (1 + np.exp(-np.linspace(-2, 1, 7)))
    assert np.abs(table.bans_of(scores, 30, 80) - twice.bans_of(scores, 30, 80)).max() < 0.35


def test_scores_without_a_quality_teach_every_quality_alike(rng: np.random.Generator) -> None:
    found = labelled(rng)
    table = fit_evidence(
        {"no quality": dataclasses.replace(found, qualities=np.full(len(found), np.nan))},
        compared=60_000,
        dependence=0.0,
    )
    assert len(table.qualities) == 1


def test_a_fitted_tail_extends_a_normal_one_conservatively(rng: np.random.Generator) -> None:
    tail = fit_tail(scores_of(np.zeros(50_000, bool), rng))
    assert tail.shape >= 0
    for beyond in (2.8, 3.5, 4.2):
        exact = 0.5 * np.exp(-(beyond**2) / 2) / beyond  # about the normal tail
        assert tail.exceeding(np.array([OTHERS + SPREAD * beyond]))[0] > 0.5 * exact / np.sqrt(2 * np.pi) * 2


def test_too_little_data_is_refused_with_the_number_needed(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match=r"50 mated comparisons are too few, 100"):
        fit_evidence({"few": labelled(rng, mates=50)}, compared=1_000, dependence=0.0)
    with pytest.raises(ValueError, match=r"1000 non-mated scores are too few to fit a tail, 2,000"):
        fit_evidence({"few": labelled(rng, mates=200, others=1_000)}, compared=1_000, dependence=0.0)
    with pytest.raises(ValueError, match="all alike"):
        fit_tail(np.full(3_000, 0.2))
