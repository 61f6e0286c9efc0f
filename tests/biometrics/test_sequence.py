# SPDX-License-Identifier: Apache-2.0
"""Fingers in the wrong place: found and named, never put right, and not suspected on weak evidence."""

from __future__ import annotations

import numpy as np
import pytest

from secure_communities.biometrics.sequence import CardSequence, Fault, check_sequence
from secure_communities.biometrics.template import Template

from .builders import a_person, the_same_person

Card = dict[int, Template]


@pytest.fixture(scope="module")
def card() -> tuple[Card, Card, Card]:
    """Rolled, plain, and rolled once more."""
    rng = np.random.default_rng(17)
    person = a_person(rng, count=40)
    again = [the_same_person(person, rng, kept=0.85, jitter=1.5, turn=4.0) for _ in range(2)]
    return dict(person), again[0], again[1]


def faults(rolled: Card, plain: Card) -> list[tuple[Fault, set[int]]]:
    return [(one.fault, {f for pair in one.pairs for f in pair}) for one in check_sequence(rolled, plain).faults]


def test_a_card_in_order_raises_no_alarm_and_all_fingers_agree(card: tuple[Card, Card, Card]) -> None:
    found = check_sequence(card[0], card[1])
    assert found.faults == () and found.agreeing == tuple(range(1, 11))
    assert found.matrix.shape == (10, 10)


def test_two_rolled_prints_that_changed_places_are_named(card: tuple[Card, Card, Card]) -> None:
    rolled, plain, _ = card
    assert faults(rolled | {2: rolled[3], 3: rolled[2]}, plain) == [(Fault.FINGERS_SWAPPED, {2, 3})]


def test_slaps_under_each_others_number_are_swapped_hands(card: tuple[Card, Card, Card]) -> None:
    rolled, plain, _ = card
    mirrored = {2: 10, 3: 9, 4: 8, 5: 7, 10: 2, 9: 3, 8: 4, 7: 5}
    swapped = {finger: plain[mirrored.get(finger, finger)] for finger in plain}
    assert faults(rolled, swapped) == [(Fault.HANDS_SWAPPED, set(mirrored))]


def test_one_finger_in_two_boxes_is_found(card: tuple[Card, Card, Card]) -> None:
    rolled, plain, again = card
    assert faults(rolled | {8: again[3]}, plain) == [(Fault.REPEATED, {3, 8})]


@pytest.mark.parametrize("with_plain", [True, False])
def test_one_finger_ten_times_is_found_with_and_without_plain_prints(
    card: tuple[Card, Card, Card], with_plain: bool
) -> None:
    rolled, plain, again = card
    ten = {finger: again[4] if finger % 2 else rolled[4] for finger in rolled}
    assert faults(ten, plain if with_plain else {}) == [(Fault.REPEATED, set(range(1, 11)))]


def test_a_slap_of_somebody_else_is_found(card: tuple[Card, Card, Card]) -> None:
    rolled, plain, _ = card
    stranger = a_person(np.random.default_rng(99), count=40)
    mixed = plain | {finger: stranger[finger] for finger in (7, 8, 9, 10)}
    assert faults(rolled, mixed) == [(Fault.STRANGER, {7, 8, 9, 10})]


def test_one_plain_print_that_matches_nothing_is_no_alarm(card: tuple[Card, Card, Card]) -> None:
    rolled, plain, _ = card
    stranger = a_person(np.random.default_rng(99), count=40)
    assert faults(rolled, plain | {3: stranger[3]}) == []


def test_two_people_on_one_card_are_not_taken_for_swaps(card: tuple[Card, Card, Card]) -> None:
    stranger = dict(a_person(np.random.default_rng(5), count=40))
    assert faults(card[0], stranger) == []  # nothing agrees, so nothing can be said of the order


def test_missing_fingers_and_missing_plain_prints_are_no_fault(card: tuple[Card, Card, Card]) -> None:
    rolled, plain, _ = card
    some = {finger: plain[finger] for finger in (1, 2, 7)}
    assert faults({f: t for f, t in rolled.items() if f != 4}, some) == []
    assert faults(rolled, {}) == [] and faults({}, {}) == []


def test_nothing_is_put_right(card: tuple[Card, Card, Card]) -> None:
    rolled, plain, _ = card
    given = rolled | {2: rolled[3], 3: rolled[2]}
    before = {finger: one.to_bytes() for finger, one in given.items()}
    found: CardSequence = check_sequence(given, plain)
    assert {finger: one.to_bytes() for finger, one in given.items()} == before
    assert "rolled 2 is plain 3" in found.faults[0].sentence and found.faults[0].surprise > 3
