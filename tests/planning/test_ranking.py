# SPDX-License-Identifier: Apache-2.0
"""Where to go first: serious bookings and readiness, each with its source, and nothing about who lives there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.planning.ranking import (
    WEIGHTS,
    Input,
    InputRefused,
    Measure,
    kendall,
    poisson,
    rank,
    wilson,
)

DAY = date(2026, 11, 2)


def measure(name: str, value: float, low: float | None = None, high: float | None = None) -> Measure:
    return Measure(name, value, value if low is None else low, value if high is None else high, "bookings", DAY)


@pytest.mark.parametrize(
    "name",
    ["foreign_born", "FOREIGN_BORN_SHARE", "ethnicity", "language", "limited_english", "migration", "nationality",
     "race", "religion", "hispanic", "birthplace", "noncitizens"],
)  # fmt: skip
def test_who_lives_there_is_refused_in_a_sentence_as_measure_and_as_weight(name):
    with pytest.raises(InputRefused, match="never weighs"):
        measure(name, 0.1)
    with pytest.raises(InputRefused, match="never weighs"):
        rank({}, {**WEIGHTS, name: 0.1})


def test_any_other_name_is_outside_the_closed_list():
    with pytest.raises(InputRefused, match="closed list"):
        measure("population", 5)


def test_a_measure_says_its_source_and_its_interval():
    with pytest.raises(InputRefused, match="source"):
        Measure(Input.STAFF_TRAINED, 0.5, 0.4, 0.6, " ", DAY)
    with pytest.raises(InputRefused, match="interval"):
        Measure(Input.STAFF_TRAINED, 0.5, 0.6, 0.7, "roster", DAY)
    with pytest.raises(InputRefused, match="share"):
        measure(Input.STAFF_TRAINED, 2)


def test_the_parts_add_up_to_the_score_and_say_what_is_missing():
    ranking = rank({
        "A": [measure(Input.SERIOUS_BOOKINGS, 100), measure(Input.STAFF_TRAINED, 0.5)],
        "B": [measure(Input.SERIOUS_BOOKINGS, 50)],
    })  # fmt: skip
    first, second = ranking.order
    assert (first.jurisdiction, first.rank, second.jurisdiction) == ("A", 1, "B")
    assert first.score == pytest.approx(0.6 + 0.04) == sum(first.parts.values())
    assert Input.STAFF_TRAINED in second.missing


def test_equal_scores_share_a_rank_whatever_they_are_called():
    ranking = rank(
        {name: [measure(Input.SERIOUS_BOOKINGS, many)] for name, many in zip("CBA", (50, 50, 100), strict=True)}
    )
    assert [(one.jurisdiction, one.rank, one.best, one.worst) for one in ranking.order] == [
        ("A", 1, 1, 1), ("B", 2, 2, 2), ("C", 2, 2, 2)
    ]  # fmt: skip


def test_an_order_that_hangs_on_a_weight_shows_it():
    ranking = rank({
        "A": [measure(Input.SERIOUS_BOOKINGS, 100)],
        "B": [measure(Input.SERIOUS_BOOKINGS, 20), *(measure(one, 1) for one in Input if one != "SERIOUS_BOOKINGS")],
    })  # fmt: skip
    assert [(one.best, one.worst) for one in ranking.order] == [(1, 2), (1, 2)]
    assert ranking.tau[Input.SERIOUS_BOOKINGS] == -1
    assert ranking.tau[Input.STAFF_TRAINED] == 1


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.integers(0, 29), st.integers(1, 500))
def test_more_serious_bookings_never_lower_a_rank(counts, which, more):
    which %= len(counts)
    places = {f"{n:02d}": [measure(Input.SERIOUS_BOOKINGS, one)] for n, one in enumerate(counts)}
    before = next(one.rank for one in rank(places).order if one.jurisdiction == f"{which:02d}")
    places[f"{which:02d}"] = [measure(Input.SERIOUS_BOOKINGS, counts[which] + more)]
    assert next(one.rank for one in rank(places).order if one.jurisdiction == f"{which:02d}") <= before


def test_the_intervals_are_the_published_ones():
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)
    assert wilson(0, 0) == (0.0, 1.0)
    assert poisson(10) == pytest.approx((4.795, 18.39), abs=0.05)
    assert poisson(0)[0] == 0


def test_kendall_of_the_same_and_of_the_reverse_order():
    assert kendall([1, 2, 3, 4]) == 1
    assert kendall([4, 3, 2, 1]) == -1
    assert kendall([1]) == 1
