# SPDX-License-Identifier: Apache-2.0
"""Slaps, and whole cards."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from secure_communities.biometrics.synthetic import cards
from secure_communities.biometrics.synthetic.cards import card_images, compress, compress_card, synthesize_cards
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.slap import Conditions, slap_image


@pytest.mark.parametrize(("position", "order"), [(13, [2, 3, 4, 5]), (14, [10, 9, 8, 7])])
def test_the_fingers_of_a_slap_stand_in_the_order_of_the_hand_without_touching(position: int, order: list[int]) -> None:
    slap = slap_image(Identity(11), position, impression=0)
    assert slap.pixels.shape == (1000, 1600)
    assert list(slap.boxes) == order
    for (_, end, _, _), (start, _, _, _) in pairwise(slap.boxes.values()):
        assert end < start
    for left, right, top, bottom in slap.boxes.values():
        assert 0 <= left < right < 1600
        assert 0 <= top < bottom < 1000
        assert np.mean(slap.pixels[top:bottom, left:right] < 128) > 0.15


def test_the_long_fingers_reach_highest_and_the_little_one_lowest() -> None:
    boxes = slap_image(Identity(12), 13, impression=0).boxes
    highest_first = sorted(boxes, key=lambda finger: boxes[finger][2])
    assert highest_first[0] in (3, 4)
    assert highest_first[-1] == 5


def test_a_missing_finger_leaves_no_trace() -> None:
    whole = slap_image(Identity(11), 13, impression=0)
    slap = slap_image(Identity(11), 13, impression=0, missing=frozenset({4}))
    assert list(slap.boxes) == [2, 3, 5]
    left, right, top, bottom = whole.boxes[4]
    assert slap.pixels[top:bottom, left:right].min() > 200


def test_only_slap_positions_are_slaps() -> None:
    with pytest.raises(ValueError, match="slap position 2"):
        slap_image(Identity(11), 2, impression=0)


def test_a_print_survives_compression_at_about_fifteen_to_one() -> None:
    pixels = slap_image(Identity(11), 11, impression=0).pixels
    print_ = compress(pixels, position=11)
    assert (print_.height, print_.width) == pixels.shape
    assert 10 < pixels.size / len(print_.data) < 30
    with Image.open(io.BytesIO(print_.data)) as image:
        assert np.abs(np.asarray(image).astype(int) - pixels).mean() < 16


def test_a_card_has_no_image_of_a_missing_thumb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "POSITIONS", (1, 6))
    monkeypatch.setattr(cards, "SLAPS", (11, 12))
    images = card_images(Identity(13), 0, missing=(1,))
    assert sorted(images) == [6, 12]
    assert all(image.dtype == np.uint8 for image in images.values())


def test_cards_come_in_the_order_asked_for_whoever_draws_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "POSITIONS", (1,))
    monkeypatch.setattr(cards, "SLAPS", (11,))
    people = [Identity(seed) for seed in (3, 1, 2)]
    drawn = list(synthesize_cards(people, workers=1))
    assert [identity for identity, _ in drawn] == people
    assert sorted(compress_card(drawn[0][1])) == [1, 11]


@pytest.mark.slow
def test_two_processes_draw_the_same_cards_as_one() -> None:
    people = [Identity(seed) for seed in (41, 42, 43, 44, 45)]
    for (one, alone), (two, shared) in zip(
        synthesize_cards(people, workers=1), synthesize_cards(people, workers=2), strict=True
    ):
        assert one == two
        assert all(np.array_equal(alone[position].pixels, shared[position].pixels) for position in range(1, 15))


def test_rough_conditions_leave_the_true_box_at_the_crease_and_print_a_joint_below() -> None:
    rough = Conditions(turn=0.0, joints=0.9, specks=5, strokes=2, rules=1, halo=10.0)
    plain, soiled = (
        slap_image(Identity(11), 13, impression=0, conditions=one) for one in (Conditions(turn=0.0), rough)
    )
    for finger, (left, right, _, bottom) in soiled.boxes.items():
        assert bottom <= plain.boxes[finger][3] + 2  # the crease only shortens
        below = soiled.pixels[bottom + 40 : bottom + 120, left:right]
        assert np.mean(below < 150) > 0.1


def test_both_thumbs_lie_side_by_side_the_left_one_on_the_left() -> None:
    boxes = slap_image(Identity(11), 15, impression=0).boxes
    assert boxes[6][1] < boxes[1][0]
