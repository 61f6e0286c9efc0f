# SPDX-License-Identifier: Apache-2.0
"""The vendored outlines: coarser than published, with borders that still meet, for every county of the register."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.nation import tables
from secure_communities.web.presenters.county_map import ATLAS, shapes
from tests.platform.ui.test_vendored_files import STATIC
from tools.vendor_frontend import ATLAS_STEP, coarser_atlas

POINTS = st.lists(st.tuples(st.integers(-99_999, 99_999), st.integers(-99_999, 99_999)), min_size=2, max_size=8)


def published(points: list[tuple[int, int]]) -> str:
    """A map of one arc as it is published: each point as its difference from the one before."""
    steps = [points[0], *((x - a, y - b) for (a, b), (x, y) in pairwise(points))]
    county = {"type": "Polygon", "arcs": [[0]], "id": "48201", "properties": {"name": "Harris"}}
    groups = {name: {"type": "GeometryCollection", "geometries": [county]} for name in ("counties", "states", "nation")}
    return json.dumps(
        {"objects": groups, "arcs": [steps], "transform": {"scale": [0.01, 0.005], "translate": [-57, 12]}}
    )


def places(text: str) -> list[tuple[float, float]]:
    """The points of the one arc on the drawing."""
    atlas, at, found = json.loads(text), [0, 0], []
    (a, b), (c, d) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    for x, y in atlas["arcs"][0]:
        at = [at[0] + x, at[1] + y]
        found.append((at[0] * a + c, at[1] * b + d))
    return found


@given(POINTS)
def test_no_point_moves_by_more_than_half_a_step_and_both_ends_stay_ends(points):
    before, after = places(published(points)), places(coarser_atlas(published(points)))
    reach = 0.01 * ATLAS_STEP / 2 + 1e-6, 0.005 * ATLAS_STEP / 2 + 1e-6
    for old in before:
        assert any(abs(old[0] - new[0]) <= reach[0] and abs(old[1] - new[1]) <= reach[1] for new in after)
    for old, new in ((before[0], after[0]), (before[-1], after[-1])):
        assert abs(old[0] - new[0]) <= reach[0] and abs(old[1] - new[1]) <= reach[1]
    assert 2 <= len(after) <= len(before)


@given(POINTS)
def test_a_border_drawn_from_its_other_end_has_the_same_points(points):
    there, back = coarser_atlas(published(points)), coarser_atlas(published(points[::-1]))
    assert [(round(x, 6), round(y, 6)) for x, y in places(back)[::-1]] == [
        (round(x, 6), round(y, 6)) for x, y in places(there)
    ]


def test_names_and_the_nation_are_left_out():
    objects = json.loads(coarser_atlas(published([(0, 0), (9, 9)])))["objects"]
    assert list(objects) == ["counties", "states"]
    assert objects["counties"]["geometries"] == [{"type": "Polygon", "arcs": [[0]], "id": "48201"}]


def test_every_county_of_the_register_has_an_outline():
    assert {one.fips for one in tables.counties()} - shapes() == set()


def test_every_arc_that_an_outline_names_is_there():
    atlas = json.loads((STATIC / ATLAS).read_text())

    def arcs(nested: object) -> list[int]:
        return [nested] if isinstance(nested, int) else [arc for one in nested for arc in arcs(one)]  # type: ignore

    named = [arc for one in atlas["objects"]["counties"]["geometries"] for arc in arcs(one.get("arcs", []))]
    assert {arc if arc >= 0 else ~arc for arc in named} <= set(range(len(atlas["arcs"])))
    assert all(len(arc) >= 2 for arc in atlas["arcs"])
