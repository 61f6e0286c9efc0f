# SPDX-License-Identifier: Apache-2.0
"""Quarters that touch and never overlap, and years that are four of them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.oversight.transparency import files, years
from secure_communities.oversight.transparency.files import Kind
from secure_communities.oversight.transparency.periods import NoPeriod, Quarter, quarter_named, quarter_on, quarters_of
from tests.oversight.transparency.counted import counts

QUARTERS = st.builds(Quarter, st.integers(2000, 2098), st.integers(1, 4))


@given(QUARTERS, QUARTERS)
def test_s24_no_two_periods_that_can_be_published_overlap(one: Quarter, other: Quarter) -> None:
    assert one == other or one.end <= other.start or other.end <= one.start


@given(QUARTERS)
def test_a_quarter_ends_where_the_next_one_begins(one: Quarter) -> None:
    assert one.end == one.next.start and quarter_named(str(one)) == one
    assert quarter_on(one.start.date()) == one == quarter_on((one.end - timedelta(days=1)).date())


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "2026-Q0", "1999-Q1", "2026-07", "2026-Q3 ", "٢٠٢٦-Q1", "q"])
def test_nothing_but_a_whole_quarter_is_a_quarter(text: str) -> None:
    with pytest.raises(NoPeriod):
        quarter_named(text)


def four() -> list[dict]:
    """Four quarters of which the second hides more than the others."""
    found = []
    for at, quarter in enumerate(quarters_of(2026)):
        matched = 3 if at == 1 else 40
        agencies = [("48201", "ZZTX00101", (matched, 300, 0)), ("48113", "ZZTX00201", (50, 100, 0))]
        levels = {"48201": (1, 1, 1, 0) if at == 1 else (10, 10, 10, 10), "48113": (20, 10, 10, 10)}
        found.append(files.report(counts(agencies, levels, period=str(quarter))))
    return found


def test_s24_a_year_tells_no_number_that_its_quarters_hide() -> None:
    quarters = four()
    year = years.added(quarters)
    assert year["period"] == "2026"
    for at, table in enumerate(year["tables"]):
        for row in table["rows"]:
            parts = [
                next(one["cells"] for one in each["tables"][at]["rows"] if one["code"] == row["code"])
                for each in quarters
            ]
            for cell, told in zip(row["cells"], zip(*parts, strict=True), strict=True):
                assert cell == (None if None in told else sum(told))
    assert "OTHER" not in {row["code"] for row in year["tables"][1]["rows"]}
    first = {row["code"]: row["cells"] for row in year["tables"][0]["rows"]}
    assert first["48201"][0] is None and first["TX"][1] == 1600


def test_s24_a_year_is_made_of_published_bytes_alone_and_always_alike() -> None:
    quarters = four()
    read_back = [files.content_of(files.files_of(one)[Kind.REPORT_JSON]) for one in quarters]
    assert files.files_of(years.added(quarters)) == files.files_of(years.added(read_back))


def test_where_the_classes_changed_within_a_year_nothing_is_added() -> None:
    quarters = json.loads(json.dumps(four()))
    quarters[3]["tables"][1]["columns"][0]["code"] = "MET:CONVICTED"
    assert years.added(quarters)["tables"][1]["rows"] == []
