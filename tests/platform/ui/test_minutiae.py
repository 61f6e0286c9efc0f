# SPDX-License-Identifier: Apache-2.0
"""Minutiae become marks whose tick points where the ridge goes."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.ui.minutiae import TICK, Mark, draw_marks, mark_radius, quality_band


def mark(angle: float, **more: object) -> Mark:
    return draw_marks([{"x": 100, "y": 200, "angle_degrees": angle, **more}], radius=10)[0]


@pytest.mark.parametrize(
    ("angle", "along", "down"), [(0, TICK * 10, 0), (90, 0, -TICK * 10), (180, -TICK * 10, 0), (270, 0, TICK * 10)]
)
def test_angles_count_counter_clockwise_and_image_rows_downwards(angle: float, along: float, down: float) -> None:
    drawn = mark(angle)
    assert (drawn.tick_x - drawn.x, drawn.tick_y - drawn.y) == pytest.approx((along, down), abs=0.11)


@given(st.floats(-720, 720))
def test_every_tick_has_the_same_length(angle: float) -> None:
    drawn = mark(angle)
    assert hypot(drawn.tick_x - drawn.x, drawn.tick_y - drawn.y) == pytest.approx(TICK * 10, abs=0.2)


def test_a_mark_is_centred_on_its_minutia() -> None:
    drawn = mark(0)
    assert (drawn.left + 10, drawn.top + 10) == (drawn.x, drawn.y) == (100, 200)


def test_an_unknown_kind_is_drawn_as_other() -> None:
    assert [mark(0, kind=kind).kind for kind in ("ending", "bifurcation", '"><script>')] == [
        "ending",
        "bifurcation",
        "other",
    ]


def test_quality_falls_in_three_bands_or_is_unknown() -> None:
    assert [quality_band(quality) for quality in (100, 67, 66, 34, 33, 0, None)] == [
        "high", "high", "medium", "medium", "low", "low", "unknown"
    ]  # fmt: skip


def test_marks_scale_with_the_image() -> None:
    assert mark_radius(width=800, height=1000) == 2 * mark_radius(width=400, height=500)
