# SPDX-License-Identifier: Apache-2.0
"""Made-up comparisons whose likelihood ratio is known exactly: log odds of scores are normal for mates and others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.calibration import Labelled
from secure_communities.biometrics.simulation import Crowd

MATES, OTHERS, SPREAD = 1.5, -3.0, 1.0
Values = NDArray[np.float64]


def scores_of(mated: NDArray[np.bool_], rng: np.random.Generator) -> Values:
    """Scores 0–1 of comparisons."""
    odds = rng.normal(np.where(mated, MATES, OTHERS), SPREAD)
    return 1 / (1 + np.exp(-odds))


def true_bans(scores: Values) -> Values:
    """The log10 likelihood ratio that the two normal distributions give."""
    odds = np.log(scores / (1 - scores))
    return ((odds - OTHERS) ** 2 - (odds - MATES) ** 2) / (2 * SPREAD**2) / np.log(10)


def labelled(rng: np.random.Generator, *, mates: int = 4_000, others: int = 60_000) -> Labelled:
    """Single fingers; counts and qualities mean nothing."""
    mated = np.arange(mates + others) < mates
    size = mates + others
    return Labelled(
        scores_of(mated, rng),
        rng.integers(10, 60, size).astype(float),
        rng.integers(40, 100, size).astype(float),
        mated,
    )


def people(rng: np.random.Generator, *, subjects: int = 60, alike: float = 0.0) -> Crowd:
    """Ten-prints: every person's probe against everybody. `alike`: how much the fingers of one comparison share."""
    mated = np.eye(subjects, dtype=bool)[:, :, None]
    shape = (subjects, subjects, 10)
    shared = np.sqrt(alike) * rng.standard_normal((subjects, subjects, 1))
    odds = np.where(mated, MATES, OTHERS) + SPREAD * (shared + np.sqrt(1 - alike) * rng.standard_normal(shape))
    whose = np.arange(subjects)
    return Crowd(
        1 / (1 + np.exp(-odds)),
        np.full(shape, 30.0),
        np.full(shape, 80.0),
        whose,
        whose,
        np.zeros(subjects, int),
        False,
    )


def images(rng: np.random.Generator, *, fingers: int = 40, impressions: int = 6) -> Crowd:
    """Impressions of single fingers, each against each."""
    whose = np.repeat(np.arange(fingers), impressions)
    mated = whose[:, None] == whose
    scores = np.triu(scores_of(mated, rng), 1)
    scores = scores + scores.T
    scores[np.diag_indices(len(whose))] = np.nan
    shape = (*scores.shape, 1)
    counts = np.broadcast_to(np.minimum.outer(*[rng.integers(10, 60, len(whose))] * 2)[:, :, None], shape)
    qualities = np.broadcast_to(np.minimum.outer(*[rng.integers(40, 100, len(whose))] * 2)[:, :, None], shape)
    encounters = np.tile(np.arange(impressions), fingers)
    return Crowd(scores[:, :, None], counts.astype(float), qualities.astype(float), whose, whose, encounters, True)
