# SPDX-License-Identifier: Apache-2.0
"""Crowds: who is compared with whom, people put together from fingers, halves that share nobody."""

from __future__ import annotations

import numpy as np
import pytest

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.simulation import compare_all, compare_images, sample_people

from . import crowds
from .builders import a_finger, a_person, another_impression, the_same_person


def test_every_finger_is_compared_with_its_own_number_only(rng: np.random.Generator) -> None:
    people = [a_person(rng, fingers=[1, 2, 6], count=15), a_person(rng, fingers=[2, 6, 7], count=15)]
    probe = the_same_person(people[1], rng)
    scores, counts, qualities = compare_all([probe], people)
    assert scores.shape == (1, 2, 10)
    assert [int(k) + 1 for k in np.flatnonzero(~np.isnan(scores[0, 0]))] == [2, 6]
    assert scores[0, 1, 6] == compare(probe[7], people[1][7]).score
    assert counts[0, 1, 6] == min(len(probe[7]), 15)
    assert qualities[0, 1, 6] == 75


def test_images_without_a_template_are_compared_with_nothing(rng: np.random.Generator) -> None:
    fingers = [a_finger(rng, count=20) for _ in range(3)]
    templates = {(f, i): another_impression(fingers[f], rng) for f in range(3) for i in range(2)}
    crowd = compare_images({**templates, (2, 1): None})
    labelled = crowd.labelled()
    assert (labelled.mated.sum(), len(labelled)) == (2, 10)
    assert labelled.scores[labelled.mated].min() > labelled.scores[~labelled.mated].max()


def test_halves_share_nobody_and_leave_out_comparisons_across(rng: np.random.Generator) -> None:
    crowd = crowds.images(rng, fingers=8, impressions=3)
    halves = [crowd.labelled(half) for half in (0, 1)]
    assert [len(half) for half in halves] == [66, 66]
    assert not set(halves[0].scores.tolist()) & set(halves[1].scores.tolist())


@pytest.mark.parametrize("fingers", [1, 3, 8])
def test_people_are_put_together_from_different_fingers_of_one_encounter(
    rng: np.random.Generator, fingers: int
) -> None:
    crowd = crowds.images(rng, fingers=8, impressions=3)
    drawn = crowd.draw(fingers, rng, trials=50)
    assert drawn.scores.shape == (100, fingers)
    assert drawn.mated.sum() == 50
    known = crowd.labelled()
    for mated in (True, False):
        assert set(drawn.scores[drawn.mated == mated].ravel()) <= set(known.scores[known.mated == mated])
    assert all(len(set(row)) == fingers for row in drawn.scores.tolist())


def test_people_who_miss_fingers_are_drawn_only_where_they_have_enough(rng: np.random.Generator) -> None:
    crowd = crowds.people(rng, subjects=12)
    crowd.scores[:, :6, 4:] = np.nan  # half of those on file have four fingers
    assert len(crowd.draw(4, rng, trials=1_000).mated) == 12 * 12
    assert len(crowd.draw(5, rng, trials=1_000).mated) == 12 * 6
    assert not np.isnan(crowd.draw(4, rng, trials=1_000).scores).any()


def test_sampled_people_resemble_themselves_more_than_others() -> None:
    crowd = sample_people(subjects=4, impressions=2, seed=3)
    assert crowd.scores.shape == (8, 4, 10)
    found = crowd.labelled()
    assert found.mated.sum() == pytest.approx(80, abs=4)
    assert np.isnan(found.qualities).all()
    assert np.median(found.scores[found.mated]) > np.quantile(found.scores[~found.mated], 0.99)
