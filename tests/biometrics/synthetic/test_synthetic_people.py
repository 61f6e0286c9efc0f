# SPDX-License-Identifier: Apache-2.0
"""Synthetic people: evidently invented, told apart, and made of valid codes."""

from __future__ import annotations

import re
from datetime import date

import pytest

from secure_communities.biometrics.synthetic.people import DISTINCT_NAMES, people, person


def test_a_number_always_gives_the_same_person() -> None:
    assert person(17) == person(17)
    assert person(17) != person(18)


def test_a_negative_number_is_nobody() -> None:
    with pytest.raises(ValueError, match="expected 0 or more"):
        person(-1)


def test_every_surname_says_that_it_is_invented() -> None:
    assert all(re.fullmatch(r"(SYNTH|SAMPLE)[A-Z]+,[A-Z]+ [A-Z]", p.name) for p in people(500))
    assert all(3 <= len(p.name) <= 30 for p in people(500))


def test_people_can_be_told_apart_by_surname_and_given_name() -> None:
    crowd = list(people(DISTINCT_NAMES // 2, first=1000))
    assert len({(p.surname, p.given) for p in crowd}) == len(crowd)
    assert len({p.surname for p in people(20)}) > 15


def test_numbers_come_from_ranges_that_are_never_issued() -> None:
    assert all(re.fullmatch(r"000\d{6}", p.social_security) for p in people(50))
    assert all(p.agency_case.startswith("SYN-") for p in people(50))


def test_descriptions_are_valid_codes_of_adults() -> None:
    for p in people(300):
        feet, inches = int(p.height[0]), int(p.height[1:])
        assert 4 <= feet <= 6
        assert inches < 12
        assert 50 <= int(p.weight) <= 499
        assert date(1950, 1, 1) < p.birth_date < date(2005, 1, 1)
        assert re.fullmatch(r"[A-Z]{2}", p.birth_place)
        assert p.sex in ("M", "F")


def test_nothing_can_be_learned_of_birth_place_or_race_from_a_name() -> None:
    crowd = list(people(3000))
    overall = sum(p.birth_place == "MM" for p in crowd) / len(crowd)
    for ending in ("EZ", "SON", "OV"):
        some = [p for p in crowd if p.surname.endswith(ending)]
        assert len(some) > 50
        assert abs(sum(p.birth_place == "MM" for p in some) / len(some) - overall) < 0.1
