# SPDX-License-Identifier: Apache-2.0
"""A comparison says which minutiae were paired and how the prints lie on each other, and the picture shows it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.explain import Alignment, align, explain
from secure_communities.biometrics.picture import PAIRED, UNPAIRED, Side, draw_comparison, draw_sheet
from secure_communities.biometrics.template import Kind, Template

from .builders import SIZE, a_finger, another_impression


@given(st.integers(0, 1000), st.floats(-170, 170), st.floats(-80, 80), st.floats(-80, 80))
@settings(max_examples=50, deadline=None)
def test_the_motion_between_two_prints_is_found_again(seed: int, turn: float, across: float, down: float) -> None:
    points = np.random.default_rng(seed).uniform(0, 300, (12, 2))
    found = align(Alignment(turn, across, down, 0.0).apply(points), points)
    assert (found.turn, found.across, found.down) == pytest.approx((turn, across, down), abs=1e-6)
    assert found.residual == pytest.approx(0, abs=1e-6)


def test_a_turn_counts_counter_clockwise_as_seen() -> None:
    right = np.array([[10.0, 0.0]])
    assert Alignment(90, 0, 0, 0).apply(right)[0].tolist() == pytest.approx([0, -10])  # up: rows count downwards


def test_an_explanation_agrees_with_the_comparison_and_finds_how_the_finger_was_turned(
    rng: np.random.Generator,
) -> None:
    finger = a_finger(rng)
    again = another_impression(finger, rng, turn=20, jitter=1)
    found = explain(again, finger)
    assert (found.score, tuple((pair.probe, pair.candidate) for pair in found.pairs)) == (
        compare(again, finger).score, compare(again, finger).pairs
    )  # fmt: skip
    assert found.alignment is not None
    assert found.alignment.turn == pytest.approx(20, abs=3)
    assert found.alignment.residual < 4
    assert all(pair.distance < 12 and abs(pair.turn) < 20 for pair in found.pairs)
    assert all(pair.same_kind for pair in found.pairs)


def test_fingers_without_pairs_are_explained_too(rng: np.random.Generator) -> None:
    found = explain(a_finger(rng, count=2), a_finger(rng))
    assert (found.score, found.pairs, found.alignment) == (0, (), None)
    assert found.to_data()["alignment"] is None


def colours(image: np.ndarray, colour: tuple[int, int, int]) -> int:
    return int((image == np.array(colour)).all(axis=-1).sum())


def test_the_picture_marks_every_minutia_and_tells_paired_ones_apart(rng: np.random.Generator) -> None:
    finger = a_finger(rng)
    again = another_impression(finger, rng)
    pixels = np.full((SIZE, SIZE), 200, np.uint8)
    found = explain(again, finger)
    drawn = draw_comparison(Side(again, "again", pixels), Side(finger, "first"), found, caption=["a score"])
    nothing = draw_comparison(
        Side(again, "again", pixels), Side(finger, "first"), explain(again, a_finger(rng, count=2))
    )
    assert drawn.mode == "RGB" and drawn.width > 2 * 300
    shown, without = np.asarray(drawn), np.asarray(nothing)
    assert colours(shown, PAIRED) > 1.5 * colours(without, PAIRED)
    assert colours(shown, UNPAIRED) < colours(without, UNPAIRED)


def test_kinds_have_shapes_of_their_own() -> None:
    minutiae = np.zeros(1, a_finger(np.random.default_rng(1)).minutiae.dtype)
    minutiae["x"], minutiae["y"], minutiae["quality"] = 100, 100, 90
    pictures = []
    for kind in Kind:
        minutiae["kind"] = kind
        side = Side(Template(1, minutiae.copy(), 200, 200, 50, "made up"), "one")
        pictures.append(np.asarray(draw_comparison(side, side, explain(side.template, side.template))).tobytes())
    assert len(set(pictures)) == 3


def test_a_sheet_holds_all_fingers(rng: np.random.Generator) -> None:
    sides = [Side(a_finger(rng), "one") for _ in range(3)]
    drawn = [draw_comparison(one, one, explain(one.template, one.template), height=200) for one in sides]
    sheet = draw_sheet(drawn, title="two cards", lines=["why"])
    assert sheet.width == 2 * drawn[0].width
    assert sheet.height > 2 * max(one.height for one in drawn)


def test_an_empty_print_is_drawn(rng: np.random.Generator) -> None:
    empty, finger = Side(a_finger(rng, count=0), "none"), Side(a_finger(rng), "some")
    found = explain(empty.template, finger.template)
    assert math.isfinite(draw_comparison(empty, finger, found).width)
