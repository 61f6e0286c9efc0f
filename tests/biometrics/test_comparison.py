# SPDX-License-Identifier: Apache-2.0
"""The kernels against the plain reference, and the laws a comparison must obey."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from secure_communities.biometrics import comparison_kernels, reference
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import compare, compare_features, match, score_many, warm
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
@example(747, 5, 0.625)  # two alignments of one pair each, equally good
@settings(max_examples=60, deadline=None)
def test_scores_and_pairs_agree_with_the_reference(seed: int, count: int, kept: float) -> None:
    rng = np.random.default_rng(seed)
    finger = a_finger(rng, count=count)
    probe, candidate = features(another_impression(finger, rng, kept=kept)), features(finger)
    score, pairs = compare_features(probe, candidate)
    expected, expected_pairs = reference.compare(probe, candidate)
    np.testing.assert_allclose(match(probe, candidate).motion, reference.match(probe, candidate).motion, atol=1e-6)
    assert score == pytest.approx(expected, abs=reference.SCORE_TOLERANCE)
    assert [tuple(pair) for pair in pairs.tolist()] == expected_pairs


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
    assert min(mates) > 0.5 > max(strangers)


@pytest.mark.parametrize("turn", [-45, -30, -15, 0, 15, 30, 45])
def test_turning_a_finger_does_not_lose_it_and_is_measured(rng: np.random.Generator, turn: float) -> None:
    finger = a_finger(rng)
    found = compare(finger, another_impression(finger, rng, turn=turn))
    assert found.score > 0.5
    assert found.alignment is not None
    assert found.alignment.angle == pytest.approx(turn, abs=3)


def test_the_alignment_carries_the_probe_onto_the_candidate(rng: np.random.Generator) -> None:
    finger = a_finger(rng)
    other = another_impression(finger, rng, turn=20)
    for probe, candidate in ((finger, other), (other, finger)):
        found = compare(probe, candidate)
        assert found.alignment is not None
        angle = np.deg2rad(found.alignment.angle)
        for i, j in found.pairs:
            x, y = float(probe.minutiae["x"][i]), float(probe.minutiae["y"][i])
            there = candidate.minutiae[j]
            assert x * np.cos(angle) + y * np.sin(angle) + found.alignment.dx == pytest.approx(there["x"], abs=12)
            assert y * np.cos(angle) - x * np.sin(angle) + found.alignment.dy == pytest.approx(there["y"], abs=12)


def test_moving_a_finger_changes_nothing(rng: np.random.Generator) -> None:
    finger, other = a_finger(rng), a_finger(rng)
    moved = finger.minutiae.copy()
    moved["x"] += 37
    moved["y"] += 21
    there = Template(1, moved, 450, 450, 80, "made up")
    assert compare(there, finger).pairs == compare(finger, finger).pairs
    assert compare(there, finger).score == pytest.approx(compare(finger, finger).score, abs=1e-9)
    assert compare(there, other).score == pytest.approx(compare(finger, other).score, abs=1e-9)


@given(SEEDS, st.integers(0, 70))
@settings(max_examples=40, deadline=None)
def test_the_score_does_not_depend_on_who_is_the_probe(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    finger = a_finger(rng, count=count)
    other = another_impression(finger, rng)
    one, two = compare(finger, other), compare(other, finger)
    assert one.score == two.score
    assert one.pairs == tuple((j, i) for i, j in two.pairs)


@given(SEEDS, st.integers(0, 90))
@settings(max_examples=40, deadline=None)
def test_the_score_does_not_depend_on_the_order_of_the_minutiae(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    finger = a_finger(rng, count=count)
    other = another_impression(finger, rng)
    shuffled = Template(1, finger.minutiae[rng.permutation(count)], finger.width, finger.height, 80, "made up")
    assert compare(shuffled, other).score == compare(finger, other).score


def test_stored_minutiae_may_come_in_any_order(rng: np.random.Generator) -> None:
    finger = a_finger(rng)
    stored, probe = features(finger), features(another_impression(finger, rng))
    points = np.zeros((1, p.MOST_MINUTIAE, 4), np.uint16)
    points[0, : len(stored)] = rng.permutation(stored.points)
    assert score_many(probe, points, np.full(1, len(stored), np.uint8))[0] == compare_features(probe, stored)[0]


def test_a_small_part_of_a_finger_is_recognised(rng: np.random.Generator) -> None:
    finger = a_finger(rng, count=44)
    part = finger.minutiae[finger.minutiae["x"] < 190]
    assert 10 <= len(part) <= 24
    other = another_impression(Template(1, part, 400, 400, 80, "made up"), rng, kept=1.0, turn=12)
    strangers = [compare(a_finger(rng, count=44), other).score for _ in range(20)]
    assert compare(other, finger).score > max(strangers)


def test_stretched_skin_is_followed(rng: np.random.Generator) -> None:
    finger = a_finger(rng, count=44)
    bent = finger.minutiae.copy()
    bent["x"] = np.rint(bent["x"] + 14 * np.sin(bent["y"] / 130))
    bent["y"] = np.rint(bent["y"] + 12 * np.cos(bent["x"] / 150))
    found = compare(Template(1, bent, 450, 450, 80, "made up"), finger)
    assert sum(i == j for i, j in found.pairs) >= 36


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
    for kernel in (comparison_kernels.describe, comparison_kernels.match, comparison_kernels.score_rows):
        assert len(kernel.signatures) <= 2, kernel.signatures  # a row of the gallery, and a finger by itself


def test_the_engine_works_where_no_cache_can_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    program = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = [c.UserProvidedCacheLocator]\n"
        "from secure_communities.biometrics import alignment_kernels as kernels\n"
        "import numpy as np\n"
        "assert type(kernels.place._cache).__name__ == 'NullCache'\n"
        "placed = np.zeros((2, 1))\n"
        "kernels.place(np.ones((4, 1)), np.array([0.0, 1.0, 5.0, 6.0]), placed)\n"
        "assert placed.tolist() == [[4.0], [7.0]]\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(blocked / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
