# SPDX-License-Identifier: Apache-2.0
"""Codes of the first stage: exact, blind to place, tolerant of turning; the scan keeps what is best, ties by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from secure_communities.biometrics import code_learning, scan_kernels, scan_reference
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.descriptor import best_points
from secure_communities.biometrics.first_stage import best_of, encode, factors, make_tables, tables, weigh
from secure_communities.biometrics.template import Template

from .builders import a_finger, another_impression


def stack(fingers: list[Template]) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    points = np.zeros((len(fingers), p.MOST_MINUTIAE, 4), np.uint16)
    counts = np.zeros(len(fingers), np.uint8)
    for row, finger in enumerate(fingers):
        best = best_points(finger)
        points[row, : len(best)], counts[row] = best, len(best)
    return points, counts


def apart(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> int:
    return int(np.bitwise_count(first ^ second).sum())


@given(st.integers(0, 2**32), st.integers(0, 60))
@settings(max_examples=25, deadline=None)
def test_the_kernel_makes_the_codes_of_the_reference(seed: int, count: int) -> None:
    points, counts = stack([a_finger(np.random.default_rng(seed), count=count)])
    expected = scan_reference.encode(points[0, :count], tables())
    assert np.array_equal(encode(points, counts)[0], expected)


@given(st.integers(0, 2**32), st.integers(-40, 40), st.integers(-25, 25))
@settings(max_examples=20, deadline=None)
def test_a_code_does_not_depend_on_place_or_on_the_order_of_minutiae(seed: int, right: int, down: int) -> None:
    rng = np.random.default_rng(seed)
    points, counts = stack([a_finger(rng)])
    moved = points.copy()
    moved[0, : counts[0], 0] += np.uint16(right % 65536)
    moved[0, : counts[0], 1] += np.uint16(down % 65536)
    moved[0, : counts[0]] = rng.permutation(moved[0, : counts[0]])
    assert np.array_equal(encode(points, counts), encode(moved, counts))


@given(st.integers(0, 2**32), st.floats(-180, 180))
@settings(max_examples=20, deadline=None)
def test_a_turned_finger_keeps_most_of_its_code(seed: int, turn: float) -> None:
    rng = np.random.default_rng(seed)
    finger = a_finger(rng)
    codes = encode(*stack([finger, another_impression(finger, rng, turn=turn, kept=1.0, jitter=0.3), a_finger(rng)]))
    assert apart(codes[0], codes[1]) < min(190, apart(codes[0], codes[2]))


def test_a_finger_of_too_few_minutiae_has_no_code_and_no_weight(rng: np.random.Generator) -> None:
    assert not encode(*stack([a_finger(rng, count=p.FEWEST_COMPARED - 1)])).any()
    assert weigh(p.FEWEST_COMPARED - 1) == 0
    assert [weigh(count) for count in (4, 20, 60)] == [1, 5, 10]


def test_bits_are_balanced_over_people(rng: np.random.Generator) -> None:
    histograms = code_learning.sample_histograms(persons=20, impressions=1, seed=9)
    sums = np.rint(histograms[:, 0] * 1e6).astype(np.int64) @ tables().projection.astype(np.int64)
    assert 0.35 < (sums > 0).mean() < 0.65


def made_up_rows(rng: np.random.Generator, rows: int) -> dict[str, Any]:
    masks = rng.integers(0, 1024, rows).astype(np.uint16)
    masks[rng.random(rows) < 0.1] = 0
    there = (masks[None] >> np.arange(10)[:, None]) & 1
    # few different words, so that many scores are equal
    codes = rng.integers(0, 3, (10, rows, 8)).astype(np.uint64) * there[:, :, None].astype(np.uint64)
    return {"codes": codes, "masks": masks}


@pytest.mark.parametrize(("batch", "rows", "keep"), [(1, 1, 1), (1, 700, 40), (5, 600, 7), (3, 300, 1000)])
def test_the_scan_keeps_the_best_rows_for_every_probe_of_a_batch(
    rng: np.random.Generator, batch: int, rows: int, keep: int
) -> None:
    made = made_up_rows(rng, rows)
    probes = rng.integers(0, 3, (batch, 10, 8)).astype(np.uint64)
    weights = rng.integers(0, 11, (batch, 10)).astype(np.int32)
    middles = np.bitwise_count(probes).sum(axis=2).astype(np.int32)
    scale = np.stack([factors(each) for each in weights])
    best, where, held = np.zeros((batch, keep), np.int64), np.zeros((batch, keep), np.int64), np.zeros(batch, np.int64)
    for start in range(0, rows, 256):
        scan_kernels.scan(
            made["codes"], made["masks"], start, min(start + 256, rows), 1000, probes, weights, middles, scale,
            best, where, held,
        )  # fmt: skip
    for n in range(batch):
        scores = scan_reference.scan(made["codes"], made["masks"], probes[n], weights[n], scale[n])
        there = np.flatnonzero(scale[n][made["masks"]])
        order = there[np.lexsort((there, -scores[there]))][:keep]
        found = best_of([(where[n, : held[n]], best[n, : held[n]])], keep)
        assert np.array_equal(found[0], order + 1000)
        assert np.array_equal(found[1], scores[order])


def test_the_best_of_parts_is_the_best_of_the_whole_with_ties_by_row(rng: np.random.Generator) -> None:
    rows, scores = rng.permutation(100), rng.integers(0, 5, 100)
    whole = best_of([(rows, scores)], 20)
    parts = best_of([(rows[:30], scores[:30]), (rows[30:], scores[30:]), (rows[:0], scores[:0])], 20)
    assert np.array_equal(whole[0], parts[0]) and np.array_equal(whole[1], parts[1])
    assert list(zip(-whole[1], whole[0], strict=True)) == sorted(zip(-whole[1], whole[0], strict=True))
    assert [len(part) for part in best_of([], 5)] == [0, 0]


def test_a_row_with_few_of_the_fingers_is_not_put_last_for_that() -> None:
    weights = np.array([4] * 10, np.int32)
    scale = factors(weights)
    assert (scale[1023], scale[0]) == (256, 0)
    assert scale[0b11] == round(256 * 5**0.5)
    weights[:5] = 0
    assert factors(weights)[0b11111] == 0


def test_learning_finds_codes_that_tell_sampled_people_apart() -> None:
    histograms = code_learning.sample_histograms(persons=30, impressions=3, seed=4)
    learned = make_tables(code_learning.learn(histograms[:200], seed=1))
    bits = np.rint(histograms[200:] * 1e6).astype(np.int64) @ learned.projection.astype(np.int64) > 0
    same = (bits[:, 0] != bits[:, 1]).sum(axis=1)
    others = (bits[:, 0] != np.roll(bits[:, 1], 1, axis=0)).sum(axis=1)
    assert np.median(same) < others.min()
