# SPDX-License-Identifier: Apache-2.0
"""Identities, their ridge flow and their master prints."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import ndimage

from secure_communities.biometrics.synthetic.identity import Finger, Identity, Pattern, draw_patterns
from secure_communities.biometrics.synthetic.master import HEIGHT, WIDTH, master_print
from secure_communities.biometrics.synthetic.orientation import angle_at, orientation_field, parameters


def finger_with(pattern: Pattern) -> Finger:
    return next(f for seed in range(300) for f in Identity(seed).fingers if f.pattern is pattern)


def test_a_seed_always_gives_the_same_fingers_and_another_seed_others() -> None:
    assert Identity(5).fingers == Identity(5).fingers
    assert Identity(5).fingers != Identity(6).fingers


def test_a_finger_position_outside_one_to_ten_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 1 to 10"):
        Identity(1).finger(11)


def test_pattern_classes_have_their_known_shares_and_loops_open_towards_the_little_finger() -> None:
    rng = np.random.default_rng(1)
    hands = [draw_patterns(rng) for _ in range(2000)]
    shares = Counter(pattern for ten in hands for pattern in ten)
    loops = shares[Pattern.LEFT_LOOP] + shares[Pattern.RIGHT_LOOP]
    whorls = shares[Pattern.WHORL] + shares[Pattern.DOUBLE_LOOP]
    assert 0.62 < loops / 20_000 < 0.70
    assert 0.25 < whorls / 20_000 < 0.32
    right, left = [p for ten in hands for p in ten[:5]], [p for ten in hands for p in ten[5:]]
    assert right.count(Pattern.RIGHT_LOOP) > 8 * right.count(Pattern.LEFT_LOOP)
    assert left.count(Pattern.LEFT_LOOP) > 8 * left.count(Pattern.RIGHT_LOOP)
    index = [ten[1] for ten in hands]
    assert index.count(Pattern.LEFT_LOOP) > 200  # radial loops are an index finger's speciality


def test_like_fingers_of_the_two_hands_resemble_each_other_more_than_those_of_strangers() -> None:
    rng = np.random.default_rng(2)
    whorl = np.array([[p in (Pattern.WHORL, Pattern.DOUBLE_LOOP) for p in draw_patterns(rng)] for _ in range(2000)])
    same_person = np.mean(whorl[:, 3] == whorl[:, 8])
    strangers = np.mean(whorl[:, 3] == np.roll(whorl[:, 8], 1))
    assert same_person > strangers + 0.15


@pytest.mark.parametrize("pattern", list(Pattern))
def test_the_flow_turns_by_half_a_circle_around_every_core_and_delta(pattern: Pattern) -> None:
    finger = finger_with(pattern)
    flow = parameters(finger)
    around = np.linspace(0, 2 * np.pi, 400)
    for point in finger.singularities:
        angles = [angle_at(point.x + 4 * np.cos(a), point.y + 4 * np.sin(a), flow) for a in around]
        turns = np.angle(np.exp(2j * np.diff(angles))).sum() / 2
        assert turns == pytest.approx(np.pi * point.index, abs=0.01)
    expected = {Pattern.ARCH: 0, Pattern.WHORL: 4, Pattern.DOUBLE_LOOP: 4}.get(pattern, 2)
    assert len(finger.singularities) == expected


def test_the_ridges_of_the_tip_bow_upwards() -> None:
    finger = finger_with(Pattern.ARCH)
    flow = parameters(finger)
    high = 0.7 * finger.half_height
    assert np.sin(2 * angle_at(-100, high, flow)) > 0.3
    assert np.sin(2 * angle_at(100, high, flow)) < -0.3


@pytest.fixture(scope="module")
def print_of_a_loop() -> tuple[Finger, np.ndarray]:
    finger = finger_with(Pattern.RIGHT_LOOP)
    return finger, master_print(finger)


def test_a_master_print_is_made_of_ridges_and_valleys_in_equal_parts(
    print_of_a_loop: tuple[Finger, np.ndarray],
) -> None:
    _, ridges = print_of_a_loop
    assert ridges.shape == (HEIGHT, WIDTH)
    skin = ridges[ridges != 0]
    assert 0.4 < np.mean(skin > 0) < 0.6
    assert np.mean(np.abs(skin) > 0.6) > 0.5
    assert not ridges.flags.writeable


def test_the_ridges_follow_the_flow(print_of_a_loop: tuple[Finger, np.ndarray]) -> None:
    finger, ridges = print_of_a_loop
    flow = orientation_field(finger, height=HEIGHT, width=WIDTH)
    gy, gx = np.gradient(ndimage.gaussian_filter(ridges, 1.0))
    tensor = ndimage.gaussian_filter(gx * gx - gy * gy, 8), ndimage.gaussian_filter(2 * gx * gy, 8)
    across = 0.5 * np.arctan2(tensor[1], tensor[0])  # of the gradient, image axes (y down)
    along = np.pi / 2 - across  # of the ridge, y up
    inner = np.s_[HEIGHT // 2 - 120 : HEIGHT // 2 + 120, WIDTH // 2 - 100 : WIDTH // 2 + 100]
    error = np.abs(np.angle(np.exp(2j * (along - flow)))[inner]) / 2
    assert np.degrees(np.median(error)) < 5


def test_the_ridges_have_the_period_of_the_finger(print_of_a_loop: tuple[Finger, np.ndarray]) -> None:
    finger, ridges = print_of_a_loop
    middle = ridges[HEIGHT // 2 - 128 : HEIGHT // 2 + 128, WIDTH // 2 - 128 : WIDTH // 2 + 128]
    power = np.abs(np.fft.fftshift(np.fft.fft2(middle * np.outer(np.hanning(256), np.hanning(256))))) ** 2
    y, x = np.mgrid[-128:128, -128:128]
    radius = np.hypot(x, y).astype(int)
    spectrum = ndimage.sum(power, radius, np.arange(128))
    period = 256 / (8 + int(np.argmax(spectrum[8:80])))
    assert period == pytest.approx(finger.period, rel=0.15)


def test_master_prints_differ_between_fingers_of_one_class() -> None:
    first, second = (f for f in Identity(3).fingers[:2])
    assert np.corrcoef(master_print(first).ravel(), master_print(second).ravel())[0, 1] < 0.3
