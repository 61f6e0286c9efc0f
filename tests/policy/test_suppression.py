# SPDX-License-Identifier: Apache-2.0
"""Tables that hide what is small, against an oracle that solves every sum of the table by linear programming."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from secure_communities.policy.suppression import (
    SMALLEST_TOLD,
    TOTAL,
    WIDTH,
    Counts,
    Key,
    NotATable,
    Published,
    Reason,
    Unprotectable,
    hide,
)


def a_table(rows: Mapping[str, Mapping[str, int]]) -> Counts:
    """Rows and columns with their sums."""
    columns = list(next(iter(rows.values())))
    return Counts({"all": None, **dict.fromkeys(rows, "all")}, columns, rows)


def a_list(**counts: int) -> Counts:
    """Counts with one sum."""
    return Counts({"all": None, **dict.fromkeys(counts, "all")}, (), {row: {TOTAL: n} for row, n in counts.items()})


def sums(counts: Counts) -> list[dict[Key, int]]:
    """Every sum that a reader knows, none left out: the cells with their sign, which add up to 0."""
    found: list[dict[Key, int]] = []
    for row in counts.parents:
        parts = [one for one, parent in counts.parents.items() if parent == row]
        if counts.columns:
            found.append({**{(row, one): 1 for one in counts.columns}, (row, TOTAL): -1})
        if parts:
            found += [{**{(one, column): 1 for one in parts}, (row, column): -1} for column in (*counts.columns, TOTAL)]
    return found


def bounds(counts: Counts, published: Published, key: Key) -> tuple[float, float]:
    """The least and the largest count that a hidden cell may have on everything told (zeros are told: at least 1)."""
    hidden = list(published.hidden)
    left, right = [], []
    for one in sums(counts):
        left.append([one.get(each, 0) for each in hidden])
        right.append(-sum(sign * published.values[each] for each, sign in one.items() if each in published.values))
    ends = []
    for sign in (1, -1):
        goal = np.zeros(len(hidden))
        goal[hidden.index(key)] = sign
        answer = linprog(goal, A_eq=np.array(left), b_eq=np.array(right), bounds=[(1, None)] * len(hidden))
        ends.append(sign * answer.fun if answer.status == 0 else float("inf"))
        assert answer.status in (0, 3), answer.message  # solved, or without bound
    return ends[0], ends[1]


def told_too_much(counts: Counts, published: Published) -> list[Key]:
    """Small cells that a reader could tell to be small, or to be hardly more than they are."""
    wrong = []
    for key, reason in published.hidden.items():
        if reason is Reason.SMALL:
            value = counts.values()[key]
            low, high = bounds(counts, published, key)
            assert low <= value + 1e-6 and value <= high + 1e-6
            if high < max(SMALLEST_TOLD, value + WIDTH) - 1e-6:
                wrong.append(key)
    return wrong


NUMBERS = st.one_of(st.integers(0, 12), st.sampled_from([0, 0, 1, 3, 9, 10, 11, 25, 60, 400]))


@st.composite
def tables(draw: st.DrawFn) -> Counts:
    """A state, counties, and in some of them agencies; up to four classes or none."""
    columns = tuple("abcd"[: draw(st.sampled_from([0, 2, 2, 3, 4]))])
    parents: dict[str, str | None] = {"state": None}
    leaves = []
    for county in range(draw(st.integers(1, 4))):
        name, agencies = f"county {county}", draw(st.sampled_from([0, 0, 1, 2, 3]))
        parents[name] = "state"
        names = [f"{name} agency {one}" for one in range(agencies)]
        parents |= dict.fromkeys(names, name)
        leaves += names or [name]
    counts = {row: {column: draw(NUMBERS) for column in columns or (TOTAL,)} for row in leaves}
    return Counts(parents, columns, counts)


@settings(deadline=None, max_examples=250)
@given(tables())
def test_s11_no_small_cell_can_be_told_from_all_sums_together(counts: Counts) -> None:
    published = hide(counts)
    small = {key for key, value in counts.values().items() if 0 < value < SMALLEST_TOLD}
    assert {key for key, reason in published.hidden.items() if reason is Reason.SMALL} == small
    assert told_too_much(counts, published) == []


@settings(deadline=None, max_examples=150)
@given(tables())
def test_what_is_told_is_true_and_everything_is_told_or_hidden(counts: Counts) -> None:
    published, values = hide(counts), counts.values()
    assert published.values.keys() | published.hidden.keys() == values.keys()
    assert not published.values.keys() & published.hidden.keys()
    assert all(values[key] == value for key, value in published.values.items())
    assert all(values[key] for key in published.hidden), "nobody (0) is told"
    assert published == hide(counts), "the same table is hidden in the same way"


@settings(deadline=None, max_examples=60)
@given(tables())
def test_no_further_hidden_cell_could_be_told_again(counts: Counts) -> None:
    published, values = hide(counts), counts.values()
    for key, reason in published.hidden.items():
        if reason is Reason.COMPLEMENTARY:
            told = Published(
                {**published.values, key: values[key]},
                {one: why for one, why in published.hidden.items() if one != key},
            )
            assert told_too_much(counts, told), f"{key} is hidden for nothing"


@given(tables())
def test_where_no_cell_is_small_nothing_is_hidden(counts: Counts) -> None:
    grown = Counts(
        counts.parents, counts.columns,
        {row: {key: 10 + n if n else 0 for key, n in of.items()} for row, of in counts.leaves.items()},
    )  # fmt: skip
    assert hide(grown).hidden == {}


def hidden(counts: Counts, fixed: Collection[Key] = ()) -> dict[Key, str]:
    return {key: str(reason) for key, reason in hide(counts, fixed=fixed).hidden.items()}


def test_a_single_small_count_takes_the_smallest_other_with_it() -> None:
    assert hidden(a_list(one=3, two=40, three=25)) == {("one", TOTAL): "SMALL", ("three", TOTAL): "COMPLEMENTARY"}


def test_a_row_that_sums_to_tell_is_not_left() -> None:
    """Two small cells that add up to 4 by the sums told would be told as well as one."""
    found = hidden(a_list(one=3, two=1, three=25, four=60))
    assert found == {("one", TOTAL): "SMALL", ("two", TOTAL): "SMALL", ("three", TOTAL): "COMPLEMENTARY"}


def test_small_sums_are_hidden_with_what_they_add_up() -> None:
    assert hidden(a_list(one=3, two=4)).keys() == {("all", TOTAL), ("one", TOTAL), ("two", TOTAL)}


def test_in_two_ways_a_ring_of_four_is_hidden() -> None:
    table = a_table({
        "x": {"a": 2, "b": 50, "c": 60}, "y": {"a": 30, "b": 20, "c": 70}, "z": {"a": 80, "b": 90, "c": 95}
    })  # fmt: skip
    assert hidden(table).keys() == {("x", "a"), ("x", "b"), ("y", "a"), ("y", "b")}


def test_a_small_cell_is_hidden_among_what_is_fixed_or_refused() -> None:
    counts = a_table({"x": {"a": 9, "b": 3}, "y": {"a": 50, "b": 60}})
    assert hide(counts)
    with pytest.raises(Unprotectable):
        hide(counts, fixed={("x", TOTAL), ("y", TOTAL)})  # 12 people in two hidden cells: each is 11 at most, and small
    wide = a_table({"x": {"a": 30, "b": 3}, "y": {"a": 50, "b": 60}})
    assert all(column != TOTAL for _, column in hidden(wide, {("x", TOTAL), ("y", TOTAL)}))


@pytest.mark.parametrize(
    ("parents", "columns", "leaves"),
    [
        ({"a": None, "b": None}, (), {"a": {"": 1}, "b": {"": 1}}),
        ({"a": "b", "b": "a", "c": None}, (), {"c": {"": 1}}),
        ({"a": None}, (), {"a": {"": -1}}),
        ({"a": None}, ("x",), {"a": {}}),
        ({"a": None, "b": "a"}, (), {"a": {"": 1}, "b": {"": 1}}),
    ],
)
def test_what_is_no_table_is_refused(parents: dict[str, str | None], columns: tuple[str, ...], leaves: dict) -> None:
    with pytest.raises(NotATable):
        Counts(parents, columns, leaves)


def test_the_oracle_finds_what_is_told_too_much() -> None:
    counts = a_list(one=3, two=40, three=25)
    values = counts.values()
    careless = Published({key: n for key, n in values.items() if n >= 10}, {("one", TOTAL): Reason.SMALL})
    assert told_too_much(counts, careless) == [("one", TOTAL)]
