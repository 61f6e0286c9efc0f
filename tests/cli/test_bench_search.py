# SPDX-License-Identifier: Apache-2.0
"""The counting behind `./run bench search`: what is a find, what a false hit, and within which limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.searching import people, rates
from secure_communities.biometrics.decision import current_thresholds
from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.search import Hit
from secure_communities.biometrics.segment import Segment


def sure(row: int, *, fingers: int = 10) -> Hit:
    """A hit far inside the HIT zone."""
    zone = current_thresholds().zones[fingers]
    assert zone.hit is not None
    each = (zone.hit + 1) / fingers
    return Hit(row, zone.hit + 1, dict.fromkeys(range(1, fingers + 1), 0.9), dict.fromkeys(range(1, fingers + 1), each))


def test_a_mate_counts_as_found_only_when_first_and_in_the_zone() -> None:
    tally = rates.Tally()
    tally.take([sure(5)], 5, fingers=10)
    tally.take([sure(4), sure(5)], 5, fingers=10)
    tally.take([Hit(5, -20.0, {1: 0.1}, {1: -20.0})], 5, fingers=10)
    tally.take([], 5, fingers=10)
    assert (tally.searches, tally.first, tally.found, tally.compared, tally.false_hits) == (4, 2, 1, 3, 1)


def test_a_stranger_in_the_zone_is_a_false_hit() -> None:
    tally = rates.Tally()
    tally.take([sure(4)], None, fingers=10)
    tally.take([Hit(4, -20.0, {1: 0.1}, {1: -20.0})], None, fingers=10)
    assert (tally.searches, tally.false_hits, tally.best_other[1]) == (2, 1, -20.0)


def test_limits_are_exact_and_none_of_three_thousand_is_below_one_in_a_thousand_or_so() -> None:
    none = rates.share(0, 3000)
    assert none["share"] == 0 and none["limits"] == [0.0, pytest.approx(0.00123, abs=1e-5)]
    assert rates.share(0, 0)["share"] is None


def test_a_segment_filled_at_once_is_the_one_that_is_filled_row_by_row(tmp_path: Path) -> None:
    points, counts = people.sampler.sample_points(range(3), seed=4, most=60)
    filled = Segment.make(tmp_path / "filled", 4)
    filled.fill(counts, points, people.QUALITY, people.sampler.WIDTH, people.sampler.HEIGHT)
    gallery = Gallery.open(tmp_path / "register", segment_rows=4)
    for person in range(3):
        gallery.append(
            {
                finger: people.sampler.to_template(
                    points[person, finger - 1, : counts[person, finger - 1]], position=finger
                )
                for finger in range(1, 11)
            }
        )
    [(segment, _)] = gallery.segments()
    assert np.array_equal(filled.masks[:3], segment.masks[:3])
    assert np.array_equal(filled.counts[:, :3], segment.counts[:, :3])
    assert np.array_equal(filled.codes[:, :3], segment.codes[:, :3])
    for finger, person in np.ndindex(10, 3):  # in any order among minutiae of equal quality
        assert sorted(filled.points[finger, person].tolist()) == sorted(segment.points[finger, person].tolist())
    assert all(filled.rows["check"][:3] == [filled.digest(place) for place in range(3)])
