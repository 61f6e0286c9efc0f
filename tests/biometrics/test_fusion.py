# SPDX-License-Identifier: Apache-2.0
"""Fingers are summed as evidence: the sum is its shares, missing fingers are silent, order and hand do not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.biometrics.evidence import current_evidence
from secure_communities.biometrics.fusion import FingerScore, Fused, compare_tenprints, fuse, fuse_rows

from .builders import a_finger, a_person, the_same_person
from .test_evidence import A_TABLE

finger_scores = st.builds(
    FingerScore, st.floats(0, 1), st.integers(4, 60), st.integers(4, 60), st.integers(0, 100), st.integers(0, 100)
)
people = st.dictionaries(st.integers(1, 10), finger_scores, min_size=1)


@given(people)
def test_the_total_is_the_sum_of_what_the_fingers_contribute(person: dict[int, FingerScore]) -> None:
    fused = fuse(person)
    assert sorted(fused.contributions) == sorted(person)
    assert fused.total == pytest.approx(sum(fused.contributions.values()), abs=1e-9)


@given(people, st.randoms(use_true_random=False))
def test_it_matters_neither_in_which_order_nor_on_which_hand_the_fingers_are(
    person: dict[int, FingerScore], random: object
) -> None:
    backwards = dict(sorted(person.items(), reverse=True))
    other_hand = {finger % 10 + 1: one for finger, one in person.items()}
    assert fuse(backwards) == fuse(person)
    assert fuse(other_hand).total == pytest.approx(fuse(person).total, abs=1e-9)


@given(people)
def test_sides_may_be_exchanged(person: dict[int, FingerScore]) -> None:
    turned = {
        finger: FingerScore(one.score, one.candidate_count, one.probe_count, one.candidate_quality, one.probe_quality)
        for finger, one in person.items()
    }
    assert fuse(turned) == fuse(person)


@given(st.lists(people, min_size=1, max_size=6))
def test_many_candidates_at_once_agree_with_each_alone_to_the_last_bit(persons: list[dict[int, FingerScore]]) -> None:
    scores, counts, qualities = (np.full((len(persons), 10), -1.0) for _ in range(3))
    for row, person in enumerate(persons):
        for finger, one in person.items():
            scores[row, finger - 1] = one.score
            counts[row, finger - 1] = min(one.probe_count, one.candidate_count)
            qualities[row, finger - 1] = min(one.probe_quality, one.candidate_quality)
    totals, parts = fuse_rows(scores, counts, qualities)
    for row, person in enumerate(persons):
        fused = fuse(person)
        assert fused.total == totals[row]
        assert fused.contributions == {finger: parts[row, finger - 1] for finger in sorted(person)}


def test_no_finger_is_neither_for_nor_against() -> None:
    assert fuse({}) == Fused(0.0, {})


def test_fingers_missing_on_either_side_or_too_poor_to_compare_say_nothing(rng: np.random.Generator) -> None:
    person = a_person(rng)
    again = {**the_same_person(person, rng), 4: a_finger(rng, position=4, count=3)}
    found = compare_tenprints({f: one for f, one in person.items() if f != 2}, {f: again[f] for f in again if f != 7})
    assert sorted(found) == [1, 3, 5, 6, 8, 9, 10]


def test_more_minutiae_than_are_compared_make_no_difference() -> None:
    many, most = FingerScore(0.9, 200, 90, 80, 80), FingerScore(0.9, 60, 60, 80, 80)
    assert fuse({1: many}) == fuse({1: most})


def test_ten_alike_fingers_count_for_less_than_ten_times_one() -> None:
    one = FingerScore(1.0, 30, 30, 90, 90)
    assert fuse({1: one}, evidence=A_TABLE).total == pytest.approx(5.0)
    assert fuse(dict.fromkeys(range(1, 11), one), evidence=A_TABLE).total == pytest.approx(50 / 1.45)
    assert 0 < current_evidence().dependence < 0.5
