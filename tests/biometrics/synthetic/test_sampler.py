# SPDX-License-Identifier: Apache-2.0
"""Sampled templates: the statistics they are fitted to, and how their impressions compare."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.orientation import angle_at, parameters
from secure_communities.biometrics.synthetic.sampler import (
    HEIGHT,
    MODEL,
    NOISE,
    WIDTH,
    impress_points,
    impress_tenprint,
    sample_finger,
    sample_points,
    sample_tenprint,
    to_template,
)
from secure_communities.biometrics.template import Template

People = list[dict[int, Template]]


@pytest.fixture(scope="module")
def people() -> People:
    rng = np.random.default_rng(7)
    return [sample_tenprint(rng) for _ in range(60)]


def nearest(template: Template) -> tuple[np.ndarray, np.ndarray]:
    """Distance to each minutia's nearest neighbour (px), and difference of their directions (degrees, 0–180)."""
    m = template.minutiae
    where = m["x"] + 1j * m["y"]
    distance = np.abs(where[:, None] - where[None, :])
    np.fill_diagonal(distance, np.inf)
    neighbour = distance.argmin(axis=1)
    turn = (m["direction"].astype(int) - m["direction"][neighbour].astype(int) + 128) % 256 - 128
    return distance.min(axis=1), np.abs(turn) * 360 / 256


def test_a_generator_in_the_same_state_gives_the_same_person() -> None:
    one, two = (sample_tenprint(np.random.default_rng(3)) for _ in range(2))
    assert list(one) == list(range(1, 11))
    assert all(one[p].to_bytes() == two[p].to_bytes() for p in one)


def test_people_do_not_depend_on_how_their_numbers_are_divided() -> None:
    points, counts = sample_points(range(3, 13), seed=5)
    later, later_counts = sample_points(range(8, 13), seed=5)
    assert np.array_equal(points[5:], later)
    assert np.array_equal(counts[5:], later_counts)
    again, held = impress_points(points, counts, range(3, 13), seed=9, impression=2)
    alone, alone_held = impress_points(points[4:5], counts[4:5], [7], seed=9, impression=2)
    assert np.array_equal(again[4:5], alone)
    assert np.array_equal(held[4:5], alone_held)


def test_another_seed_subject_or_impression_gives_other_points() -> None:
    points, counts = sample_points(range(2), seed=1)
    other, _ = sample_points(range(2), seed=2)
    assert not np.array_equal(points[0], points[1])
    assert not np.array_equal(points, other)
    first, second = (impress_points(points, counts, range(2), impression=n)[0] for n in (1, 2))
    assert not np.array_equal(first, second)


def test_fewer_points_asked_for_are_the_best_ones() -> None:
    points, counts = sample_points(range(20), seed=3)
    fewer, fewer_counts = sample_points(range(20), seed=3, most=24)
    assert np.array_equal(fewer_counts, np.minimum(counts, 24))
    assert np.array_equal(fewer, points[:, :, :24])
    quality = (points[..., 3] & 255).astype(int)
    assert (np.diff(quality, axis=2) <= 0).all()


def test_points_make_templates_of_the_same_minutiae() -> None:
    points, counts = sample_points(range(1), seed=4)
    template = to_template(points[0, 2, : counts[0, 2]], position=3)
    assert len(template) == counts[0, 2]
    assert template.position == 3
    assert template.minutiae["x"].tolist() == points[0, 2, : counts[0, 2], 0].tolist()


def test_subjects_that_do_not_belong_to_their_points_are_refused() -> None:
    points, counts = sample_points(range(2))
    with pytest.raises(ValueError, match="do not agree"):
        impress_points(points, counts, [1, 2, 3])
    with pytest.raises(ValueError, match="consecutive"):
        sample_points(range(0, 10, 2))


def test_an_impression_without_noise_is_the_print_itself() -> None:
    points, counts = sample_points(range(2), seed=6)
    still = replace(
        NOISE, shift=0, turn=0, roll=0, contact=0, stretch=0, bend=0, jitter=0, jitter_direction=0, missing=0,
        spurious=0,
    )  # fmt: skip
    again, _ = impress_points(points, counts, range(2), noise=still)
    for person in range(2):
        for finger in range(10):
            before, after = points[person, finger, : counts[person, finger]], again[person, finger]
            places = {tuple(row) for row in before[:, :3].tolist()}
            assert sum(tuple(row) in places for row in after[:, :3].tolist()) > 0.85 * len(before)


def test_counts_are_those_of_the_extractor_on_plain_prints(people: People) -> None:
    counts = np.array([len(t) for person in people for t in person.values()])
    assert 32 <= counts.mean() <= 42  # 37 on FVC2002, weak minutiae included
    assert 10 <= counts.std() <= 17
    assert counts.min() >= 8


def test_neighbours_are_as_near_and_as_often_alike_as_real_ones(people: People) -> None:
    distances, turns = (np.concatenate(parts) for parts in zip(*map(nearest, people[0].values()), strict=True))
    for person in people[1:]:
        for template in person.values():
            d, t = nearest(template)
            distances, turns = np.append(distances, d), np.append(turns, t)
    low, middle, high = np.percentile(distances, [5, 50, 95])
    assert 9 <= low <= 14
    assert 20 <= middle <= 25
    assert 38 <= high <= 54  # 44 on FVC2002: the sampler leaves fewer wide gaps than fingers do
    assert distances.min() > MODEL.core - 2  # rounding to pixels
    assert 0.42 <= np.mean(turns < 22.5) <= 0.58
    assert 0.28 <= np.mean(turns > 157.5) <= 0.42


def test_directions_lie_along_the_flow_one_way_or_the_other() -> None:
    finger = Identity(9).finger(3)
    template = sample_finger(finger, np.random.default_rng(1), count=60)
    flow = parameters(finger)
    for minutia in template.minutiae:
        angle = angle_at(float(minutia["x"]) - WIDTH / 2, HEIGHT / 2 - float(minutia["y"]), flow)
        error = math.remainder(int(minutia["direction"]) * 2 * math.pi / 256 - angle, math.pi)
        assert abs(error) < 0.35  # rounding moves a minutia next to a core by much


def test_impressions_of_a_person_resemble_it_and_no_other(people: People) -> None:
    rng = np.random.default_rng(8)
    probes = [impress_tenprint(person, rng) for person in people[:12]]
    mates = [compare(probes[i][p], people[i][p]).score for i in range(12) for p in (1, 2, 7)]
    strangers = [compare(probes[i][p], people[(i + 1) % 12][p]).score for i in range(12) for p in (1, 2, 7)]
    assert np.median(mates) > 2 * np.median(strangers)
    assert np.percentile(mates, 5) > max(strangers)


def test_an_impression_keeps_position_frame_and_the_rules_of_templates(people: People) -> None:
    again = impress_tenprint(people[0], np.random.default_rng(2))
    assert list(again) == list(people[0])
    for position, template in again.items():
        assert template.position == position
        assert (template.width, template.height) == (WIDTH, HEIGHT)
        assert Template.from_bytes(template.to_bytes()).to_bytes() == template.to_bytes()
        assert (np.diff(template.minutiae["quality"].astype(int)) <= 0).all()
