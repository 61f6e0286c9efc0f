# SPDX-License-Identifier: Apache-2.0
"""Templates survive the wire, and hostile bytes do not survive the reader."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.biometrics.template import MINUTIA, BadTemplate, Template, check_tenprint

from .builders import a_finger, a_person


@given(st.integers(0, 255), st.integers(0, 10), st.integers(0, 2**32 - 1))
def test_a_template_comes_back_as_it_was_written(count: int, position: int, seed: int) -> None:
    template = a_finger(np.random.default_rng(seed), position=position, count=count)
    assert Template.from_bytes(template.to_bytes()) == template


def test_a_template_is_compact(rng: np.random.Generator) -> None:
    assert len(a_finger(rng, count=40).to_bytes()) < 400


@given(st.data())
def test_any_damage_to_a_template_is_noticed(data: st.DataObject) -> None:
    whole = bytearray(a_finger(np.random.default_rng(1)).to_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadTemplate):
        Template.from_bytes(bytes(whole))


@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda tail: b"SCMT\x01" + tail))
def test_hostile_bytes_give_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(BadTemplate):
        Template.from_bytes(data)


def test_every_cut_of_a_template_is_refused(rng: np.random.Generator) -> None:
    whole = a_finger(rng).to_bytes()
    for end in range(len(whole)):
        with pytest.raises(BadTemplate):
            Template.from_bytes(whole[:end])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"position": 11}, "position"),
        ({"quality": 101}, "quality"),
        ({"width": 0}, "size"),
        ({"width": 100}, "outside"),
        ({"extractor": "é"}, "ASCII"),
        ({"minutiae": np.zeros(256, MINUTIA)}, "at most 255"),
        ({"minutiae": np.zeros(3)}, "at most 255"),
    ],
)
def test_impossible_values_are_named(change: dict[str, object], message: str) -> None:
    finger = a_finger(np.random.default_rng(3))
    values = {
        name: getattr(finger, name) for name in ("position", "minutiae", "width", "height", "quality", "extractor")
    }
    with pytest.raises(BadTemplate, match=message):
        Template(**{**values, **change})


def test_the_minutiae_of_a_template_cannot_be_changed_from_outside() -> None:
    minutiae = np.zeros(5, MINUTIA)
    template = Template(1, minutiae, 100, 100, 50, "x")
    minutiae["x"] = 9
    assert template.minutiae["x"].max() == 0
    with pytest.raises(ValueError, match="read-only"):
        template.minutiae["x"] = 1


def test_a_finger_filed_under_another_number_is_refused(rng: np.random.Generator) -> None:
    person = dict(a_person(rng))
    person[3] = person[4]
    with pytest.raises(BadTemplate, match="finger 3"):
        check_tenprint(person)
    with pytest.raises(BadTemplate, match="not 1–10"):
        check_tenprint({11: person[1]})
