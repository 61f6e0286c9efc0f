# SPDX-License-Identifier: Apache-2.0
"""What the figures are made of: shares, waves, and levels that are never added up across charged and convicted (S6)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.oversight.programme.rules import AgencyCount, LevelRow, Rate, levels, waves


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_an_interval_holds_its_share(count: int, more: int) -> None:
    rate = Rate(count, count + more)
    if rate.of:
        low, high = rate.interval or (1.0, 0.0)
        assert 0 <= low <= (rate.value or 0) + 1e-12 and (rate.value or 0) <= high + 1e-12 <= 1 + 1e-9
    else:
        assert rate.value is None and rate.interval is None


@pytest.mark.parametrize(("count", "of"), [(-1, 2), (3, 2)])
def test_what_is_no_share_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        Rate(count, of)


def test_waves_are_months_in_their_order_and_nothing_is_lost() -> None:
    counts = [AgencyCount(1, 10, 8, 2), AgencyCount(2, 5, 5, 0), AgencyCount(3, 1, 0, 0), AgencyCount(4, 7, 7, 7)]
    found = waves(counts, {1: date(2026, 3, 2), 2: date(2025, 1, 1), 4: date(2026, 3, 30)})
    assert [(one.month, one.agencies, one.received) for one in found] == [
        ("2025-01", 1, 5),
        ("2026-03", 2, 17),
        ("", 1, 1),
    ]
    assert found[1].searched == Rate(9, 15)


def test_s6_a_level_is_counted_by_its_basis_only() -> None:
    counts = [("LEVEL_1", "CHARGED", True, 3), ("LEVEL_1", "CHARGED", False, 1), ("LEVEL_1", "CONVICTED", False, 2)]
    found = levels([*counts, ("REVIEW", "NONE", True, 1)], ["LEVEL_1", "LEVEL_2"])
    assert [one.answer for one in found] == ["LEVEL_1", "LEVEL_2", "REVIEW"]
    assert found[0].cases == {"CHARGED": 4, "CONVICTED": 2} and found[0].provisional == {"CHARGED": 3}
    assert not hasattr(found[0], "total")


@pytest.mark.parametrize(("cases", "provisional"), [({"": 3}, {}), ({"CHARGED": 1}, {"CHARGED": 2})])
def test_s6_a_level_without_the_split_cannot_be_made(cases: dict[str, int], provisional: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="basis"):
        LevelRow("LEVEL_1", cases, provisional)
