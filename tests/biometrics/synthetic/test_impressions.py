# SPDX-License-Identifier: Apache-2.0
"""Finger images: what they look like, and what the extractor and the comparison make of them."""

from __future__ import annotations

import numpy as np
import pytest

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.extraction import extract
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image


def touched(image: np.ndarray) -> np.ndarray:
    return np.flatnonzero((image < 128).sum(axis=0) > 5)


def test_the_same_arguments_give_the_same_image_and_another_impression_another() -> None:
    first = finger_image(Identity(4), 2, impression=0)
    assert np.array_equal(first, finger_image(Identity(4), 2, impression=0))
    assert not np.array_equal(first, finger_image(Identity(4), 2, impression=1))


def test_ridges_are_dark_on_a_light_ground_that_reaches_every_edge() -> None:
    image = finger_image(Identity(4), 3, impression=0, kind="plain")
    assert image.dtype == np.uint8
    assert image.shape == (416, 352)
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    assert border.min() > 200
    middle = image[160:260, 130:220]
    assert np.percentile(middle, 10) < 110
    assert np.percentile(middle, 90) > 190


def test_a_rolled_print_shows_more_of_the_finger_than_a_plain_one() -> None:
    rolled = touched(finger_image(Identity(4), 2, impression=0, kind="rolled"))
    plain = touched(finger_image(Identity(4), 2, impression=0, kind="plain"))
    assert np.ptp(rolled) > 1.15 * np.ptp(plain)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="slapped"):
        finger_image(Identity(4), 2, impression=0, kind="slapped")


def test_the_extractor_finds_enough_minutiae_and_mates_score_far_above_strangers() -> None:
    def template(seed: int, impression: int, kind: str):  # type: ignore[no-untyped-def]
        return extract(finger_image(Identity(seed), 2, impression=impression, kind=kind), ppi=500, position=2)

    rolled, again, plain = template(21, 0, "rolled"), template(21, 1, "rolled"), template(21, 0, "plain")
    stranger = template(22, 0, "rolled")
    assert all(25 <= len(t) <= 100 for t in (rolled, again, plain, stranger))
    impostor = max(compare(t, stranger).score for t in (rolled, again, plain))
    assert min(compare(rolled, again).score, compare(rolled, plain).score) > 4 * impostor


@pytest.mark.slow
def test_every_finger_of_several_people_is_found_again_and_no_other() -> None:
    templates = {
        (seed, position, kind): extract(
            finger_image(Identity(seed), position, impression=kind == "plain", kind=kind), ppi=500, position=position
        )
        for seed in (31, 32, 33)
        for position in range(1, 11)
        for kind in ("rolled", "plain")
    }
    assert all(25 <= len(t) <= 100 for t in templates.values())
    mates, strangers = [], []
    for (seed, position, kind), probe in templates.items():
        for (other, place, other_kind), candidate in templates.items():
            if kind == "plain" and other_kind == "rolled":
                same = (seed, position) == (other, place)
                (mates if same else strangers).append(compare(probe, candidate).score)
    assert min(mates) > 2 * max(strangers)
