# SPDX-License-Identifier: Apache-2.0
"""Laws of a comparison that hold whatever the fingers are: who is the probe, where the print lies, how it is turned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.template import Template

from .builders import SIZE, a_finger, another_impression

SEEDS = st.integers(0, 2**32 - 1)
laws = settings(max_examples=25, deadline=None)


def two(seed: int) -> tuple[Template, Template]:
    """A finger and another impression of it."""
    rng = np.random.default_rng(seed)
    finger = a_finger(rng)
    return finger, another_impression(finger, rng)


def turned(finger: Template, degrees: float) -> Template:
    """The same minutiae turned about the middle of a larger image, rounded to whole pixels and directions."""
    rows, angle = finger.minutiae.copy(), np.deg2rad(degrees)
    x, y = rows["x"] - SIZE / 2, SIZE / 2 - rows["y"].astype(float)
    rows["x"] = np.rint(x * np.cos(angle) - y * np.sin(angle) + SIZE)
    rows["y"] = np.rint(SIZE - (x * np.sin(angle) + y * np.cos(angle)))
    rows["direction"] = (rows["direction"].astype(int) + round(degrees * 256 / 360)) & 255
    return Template(finger.position, rows, 2 * SIZE, 2 * SIZE, finger.quality, finger.extractor)


@given(SEEDS)
@laws
def test_it_does_not_matter_which_print_is_the_probe(seed: int) -> None:
    finger, again = two(seed)
    assert compare(finger, again).score == pytest.approx(compare(again, finger).score, abs=0.02)


@given(SEEDS, st.integers(0, 200), st.integers(0, 200))
@laws
def test_it_does_not_matter_where_the_print_lies(seed: int, across: int, down: int) -> None:
    finger, again = two(seed)
    rows = again.minutiae.copy()
    rows["x"] += across
    rows["y"] += down
    moved = Template(again.position, rows, SIZE + across, SIZE + down, again.quality, again.extractor)
    there, here = compare(finger, moved), compare(finger, again)
    assert there.score == pytest.approx(here.score, abs=1e-9)
    assert there.pairs == here.pairs


@given(SEEDS, st.floats(-30, 30))
@laws
def test_a_print_turned_by_up_to_30_degrees_scores_alike(seed: int, degrees: float) -> None:
    finger, again = two(seed)
    upright = compare(finger, again).score
    assert compare(finger, turned(again, degrees)).score == pytest.approx(upright, abs=0.12)
    assert compare(turned(finger, degrees), turned(again, degrees)).score == pytest.approx(upright, abs=0.12)


@given(SEEDS, SEEDS)
@laws
def test_two_fingers_stay_two_fingers_however_one_is_turned(seed: int, other: int) -> None:
    finger, again = two(seed)
    stranger = a_finger(np.random.default_rng([other, 2]))
    own = compare(finger, again).score
    for degrees in (-30, 0, 30):
        assert compare(finger, turned(stranger, degrees)).score < own - 0.1


@given(SEEDS, SEEDS)
@laws
def test_it_does_not_matter_in_which_order_minutiae_are_listed(seed: int, order: int) -> None:
    finger, again = two(seed)
    rows = again.minutiae.copy()
    rows["quality"] = np.arange(len(rows)) + 30  # no two alike, so that the best are the same ones in any order
    shuffled = np.random.default_rng(order).permutation(len(rows))
    first, second = (
        Template(again.position, chosen, SIZE, SIZE, again.quality, again.extractor)
        for chosen in (rows, rows[shuffled])
    )
    plain, mixed = compare(finger, first), compare(finger, second)
    assert mixed.score == pytest.approx(plain.score, abs=1e-9)
    assert {(i, int(shuffled[j])) for i, j in mixed.pairs} == set(plain.pairs)


@given(SEEDS)
@laws
def test_a_finger_scores_best_against_itself(seed: int) -> None:
    finger, again = two(seed)
    assert compare(finger, finger).score >= compare(finger, again).score - 1e-9
