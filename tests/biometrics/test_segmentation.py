# SPDX-License-Identifier: Apache-2.0
"""Slaps cut into fingertips: drawn ones against the truth, and NIST's inked card with its writing and punched hole."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from secure_communities.biometrics.boxes import use_boxes
from secure_communities.biometrics.plain import declared_missing, sender_boxes
from secure_communities.biometrics.segmentation import Box, NotASlap, Segmentation, Side, cut, segment
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.slap import Conditions, Slap, slap_image
from secure_communities.interchange.images import decode_server
from secure_communities.interchange.itl import parse

NIST = Path(__file__).resolve().parents[1] / "golden" / "nist"
ROUGH = Conditions(turn=14.0, gap=(256.0, 256.0), joints=0.8, halo=20.0, specks=20, strokes=4, rules=1)


@cache
def a_slap(position: int = 13, conditions: Conditions = ROUGH, missing: frozenset[int] = frozenset()) -> Slap:
    return slap_image(Identity(4711), position, impression=1, missing=missing, conditions=conditions)


def boxes(found: Segmentation) -> dict[int, Box]:
    return {one.finger: one.box for one in found.segments}


def overlaps(slap: Slap, found: Segmentation) -> dict[int, float]:
    own = boxes(found)
    return {finger: own[finger].overlap(Box(*box)) if finger in own else 0.0 for finger, box in slap.boxes.items()}


@pytest.mark.parametrize("position", [13, 14])
def test_turned_touching_soiled_fingers_with_joints_below_are_cut_at_their_creases(position: int) -> None:
    slap = a_slap(position)
    found = segment(slap.pixels, position=position)
    assert min(overlaps(slap, found).values()) >= 0.7
    assert abs(found.turn - 14) < 10
    assert found.side is (Side.RIGHT if position == 13 else Side.LEFT)
    assert not found.absent and not found.remarks


@pytest.mark.parametrize("position", [11, 12, 15])
def test_thumbs_are_found_one_or_two(position: int) -> None:
    slap = a_slap(position, Conditions(joints=0.6))
    assert min(overlaps(slap, segment(slap.pixels, position=position)).values()) >= 0.7


def test_a_finger_declared_missing_is_not_looked_for_and_the_others_keep_their_names() -> None:
    slap = a_slap(13, Conditions(), frozenset({4}))
    found = segment(slap.pixels, position=13, missing=frozenset({4}))
    assert list(boxes(found)) == [2, 3, 5] and min(overlaps(slap, found).values()) >= 0.7
    assert not found.absent


def test_a_finger_missing_without_a_word_is_reported() -> None:
    found = segment(a_slap(13, Conditions(), frozenset({3})).pixels, position=13)
    assert found.absent == (3,)
    assert "no fingertip was found for finger 3" in found.remarks[0]


def test_a_left_hand_sent_as_a_right_one_is_remarked_by_its_shape() -> None:
    found = segment(a_slap(14).pixels, position=13)
    assert found.side is Side.LEFT and any("left hand" in remark for remark in found.remarks)


def test_boxes_are_in_the_pixels_that_were_sent_whatever_their_resolution() -> None:
    slap = a_slap()
    large = np.asarray(Image.fromarray(slap.pixels).resize((3200, 2000)))
    found = boxes(segment(large, position=13, ppi=1000))
    for finger, (left, right, top, bottom) in slap.boxes.items():
        assert found[finger].overlap(Box(2 * left, 2 * right, 2 * top, 2 * bottom)) >= 0.7


@pytest.mark.parametrize("pixels", [np.full((1000, 1600), 245, np.uint8), np.zeros((1000, 1600), np.uint8)])
def test_an_empty_image_has_no_fingers(pixels: np.ndarray) -> None:
    found = segment(pixels, position=13)
    assert not found.segments and found.absent == (2, 3, 4, 5)


def test_noise_is_no_hand_and_costs_no_more() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1000, 1600)).astype(np.uint8)
    assert len(segment(noise, position=14).segments) <= 1


@pytest.mark.parametrize(
    ("pixels", "position", "ppi", "message"),
    [
        (np.zeros((400, 400), np.uint8), 2, 500.0, "not a plain image"),
        (np.zeros((400, 400, 3), np.uint8), 13, 500.0, "8-bit gray"),
        (np.zeros((30, 400), np.uint8), 13, 500.0, "400×30"),
        (np.zeros((400, 5000), np.uint8), 13, 500.0, "5000×400"),
        (np.zeros((400, 400), np.uint8), 13, float("nan"), "resolution"),
    ],
)
def test_what_cannot_be_segmented_is_refused_with_the_reason(
    pixels: np.ndarray, position: int, ppi: float, message: str
) -> None:
    with pytest.raises(NotASlap, match=message):
        segment(pixels, position=position, ppi=ppi)


def test_a_cut_fingertip_shows_nothing_of_its_neighbours() -> None:
    slap = a_slap()
    found = segment(slap.pixels, position=13)
    one = found.segments[1]
    part = cut(slap.pixels, one)
    assert part.shape[0] <= one.box.bottom - one.box.top + 24
    assert part.shape[1] <= one.box.right - one.box.left + 24
    corners = [part[:6, :6], part[:6, -6:], part[-6:, :6], part[-6:, -6:]]
    assert sum(corner.std() < 1 for corner in corners) >= 2  # painted over: the finger is turned


def test_sane_boxes_of_the_sender_are_used_and_others_are_named() -> None:
    slap = a_slap()
    found = segment(slap.pixels, position=13)
    height, width = slap.pixels.shape
    true = {finger: Box(*box) for finger, box in slap.boxes.items()}
    taken, refused = use_boxes(found, true, width=width, height=height)
    assert boxes(taken) == true and not refused

    def refusal(changed: dict[int, Box]) -> str:
        kept, sentences = use_boxes(found, true | changed, width=width, height=height)
        assert all(boxes(kept)[finger] == boxes(found)[finger] for finger in changed if finger in boxes(found))
        return "; ".join(sentences)

    assert "outside the image" in refusal({5: Box(1400, 1700, 400, 700)})
    assert "no size of a fingertip" in refusal({2: Box(300, 310, 300, 600)})
    assert "does not show" in refusal({7: true[5]})
    assert "order of the hand" in refusal({2: true[3], 3: true[2]})
    assert "ridges lie elsewhere" in refusal({5: Box(true[5].left, true[5].right, 10, 140)})


@cache
def of_nist(name: str) -> dict[int, tuple[np.ndarray, frozenset[int]]]:
    parsed = parse((NIST / name).read_bytes())
    return {
        view.positions[0]: (
            decode_server().decode(view.data, view.compression, width=view.width, height=view.height).pixels,
            declared_missing(parsed),
        )
        for view in parsed.images()
        if view.type in (4, 14) and view.positions[0] > 10
    }


def test_an_inked_card_with_writing_ruled_lines_and_a_punched_hole_is_segmented() -> None:
    images = of_nist("type-4-tpcard.an2")
    middles = {
        13: {2: (260, 640), 3: (550, 270), 4: (920, 210), 5: (1360, 580)},
        14: {10: (290, 780), 9: (590, 320), 8: (900, 130), 7: (1280, 370)},
        11: {1: (260, 550)},
        12: {6: (200, 640)},
    }
    for position, fingers in middles.items():
        found = segment(images[position][0], position=position)
        assert set(boxes(found)) == set(fingers)
        for finger, (x, y) in fingers.items():
            box = boxes(found)[finger]
            assert box.left < x < box.right and box.top < y < box.bottom, (position, finger, box)
        if position in (13, 14):
            assert found.side is (Side.RIGHT if position == 13 else Side.LEFT)


def test_boxes_and_missing_fingers_are_read_from_the_records() -> None:
    card = parse((NIST / "type-4-tpcard.an2").read_bytes())
    assert not declared_missing(card)
    assert all(not sender_boxes(record) for record in card.records)
