# SPDX-License-Identifier: Apache-2.0
"""The kernels against the plain reference, and the laws a comparison must obey."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.biometrics import kernels, reference
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import COUNTED, ROOTS, compare, compare_features, score_many, warm
from secure_communities.biometrics.descriptor import features, to_minutiae
from secure_communities.biometrics.template import Template

from .builders import a_finger, another_impression

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(0, 90))
@settings(max_examples=40, deadline=None)
def test_codes_agree_with_the_reference_bit_for_bit(seed: int, count: int) -> None:
    finger = a_finger(np.random.default_rng(seed), count=count)
    assert np.array_equal(features(finger).codes, reference.features(finger).codes)


@given(SEEDS, st.integers(0, 90), st.floats(0.2, 1.0))
@settings(max_examples=60, deadline=None)
def test_scores_and_pairs_agree_with_the_reference(seed: int, count: int, kept: float) -> None:
    rng = np.random.default_rng(seed)
    finger = a_finger(rng, count=count)
    probe, candidate = features(another_impression(finger, rng, kept=kept)), features(finger)
    score, pairs = compare_features(probe, candidate)
    expected, expected_pairs = reference.compare(probe, candidate)
    assert score == pytest.approx(expected, abs=reference.SCORE_TOLERANCE)
    assert [tuple(pair) for pair in pairs.tolist()] == expected_pairs


@given(SEEDS, st.integers(4, 60))
@settings(max_examples=40, deadline=None)
def test_first_stage_scores_agree_with_the_reference(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    finger = a_finger(rng, count=count)
    probe, candidate = features(another_impression(finger, rng)), features(finger)
    points, codes = np.zeros((1, p.MOST_MINUTIAE, 4), np.uint16), np.zeros((1, p.MOST_MINUTIAE, p.WORDS), np.uint64)
    points[0, : len(candidate)], codes[0, : len(candidate)] = candidate.points, candidate.codes
    scores = np.empty(1)
    kernels.scan(
        probe.points, probe.codes, points, codes, np.full(1, len(candidate), np.uint8), 0, 1, p.DIRECTION_LIMIT,
        COUNTED, p.FEWEST_COMPARED, ROOTS, scores,
    )  # fmt: skip
    assert scores[0] == pytest.approx(reference.greedy_score(probe, candidate), abs=reference.SCORE_TOLERANCE)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_stored_minutiae_score_as_described_ones_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    fingers = [a_finger(rng, count=count) for count in (0, 3, 4, 36, 70)]
    made = [features(finger) for finger in fingers]
    points, counts = np.zeros((5, p.MOST_MINUTIAE, 4), np.uint16), np.array([len(m) for m in made], np.uint8)
    for row, one in enumerate(made):
        points[row, : len(one)] = one.points
    probe = features(another_impression(fingers[3], rng))
    expected = [-1, -1, *(compare_features(probe, candidate)[0] for candidate in made[2:])]
    assert score_many(probe, points, counts).tolist() == expected


def test_mates_score_far_above_strangers(rng: np.random.Generator) -> None:
    fingers = [a_finger(rng) for _ in range(12)]
    mates = [compare(another_impression(finger, rng), finger).score for finger in fingers]
    strangers = [compare(a, b).score for a in fingers for b in fingers if a is not b]
    assert min(mates) > 4 * max(strangers)


@pytest.mark.parametrize("turn", [-40, -15, 0, 15, 40])
def test_turning_a_finger_does_not_lose_it(rng: np.random.Generator, turn: float) -> None:
    finger = a_finger(rng)
    assert compare(another_impression(finger, rng, turn=turn), finger).score > 0.1


def test_moving_a_finger_changes_nothing(rng: np.random.Generator) -> None:
    finger, other = a_finger(rng), a_finger(rng)
    moved = finger.minutiae.copy()
    moved["x"] += 37
    moved["y"] += 21
    there = Template(1, moved, 450, 450, 80, "made up")
    assert compare(there, finger) == compare(finger, finger)
    assert compare(there, other).score == pytest.approx(compare(finger, other).score, abs=1e-12)


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_the_score_does_not_depend_on_who_is_the_probe(seed: int) -> None:
    rng = np.random.default_rng(seed)
    finger = a_finger(rng)
    other = another_impression(finger, rng)
    assert compare(finger, other).score == pytest.approx(compare(other, finger).score, abs=0.02)


def test_pairs_name_the_minutiae_of_the_templates_one_to_one(rng: np.random.Generator) -> None:
    finger = a_finger(rng, count=30)
    shuffled = Template(1, finger.minutiae[rng.permutation(30)], 400, 400, 80, "made up")
    pairs = compare(finger, shuffled).pairs
    assert len(pairs) == len({i for i, _ in pairs}) == len({j for _, j in pairs}) > 6
    for i, j in pairs:
        assert finger.minutiae[i] == shuffled.minutiae[j]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_finger_with_hardly_any_minutiae_scores_zero(rng: np.random.Generator, count: int) -> None:
    assert compare(a_finger(rng, count=count), a_finger(rng)).score == 0
    assert compare(a_finger(rng), a_finger(rng, count=count)).pairs == ()


def test_only_the_best_minutiae_are_compared_and_they_come_back_unchanged(rng: np.random.Generator) -> None:
    finger = a_finger(rng, count=120)
    made = features(finger)
    assert len(made) == p.MOST_MINUTIAE
    left_out = np.sort(finger.minutiae["quality"])[: 120 - p.MOST_MINUTIAE]
    assert to_minutiae(made.points)["quality"].min() >= left_out.max()
    assert set(to_minutiae(made.points).tolist()) <= set(finger.minutiae.tolist())


def test_each_kernel_is_compiled_for_one_set_of_types(rng: np.random.Generator) -> None:
    warm()
    compare(a_finger(rng), a_finger(rng))
    for kernel in (kernels.describe, kernels.relax, kernels.scan, kernels.relax_rows):
        assert len(kernel.signatures) <= 2, kernel.signatures  # a row of the gallery, and a finger by itself


def test_the_engine_works_where_no_cache_can_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    program = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = [c.UserProvidedCacheLocator]\n"
        "from secure_communities.biometrics import kernels\n"
        "import numpy as np\n"
        "assert type(kernels._logistic._cache).__name__ == 'NullCache'\n"
        "assert kernels._logistic(1.0, 1.0, 2.0) == 0.5\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(blocked / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
