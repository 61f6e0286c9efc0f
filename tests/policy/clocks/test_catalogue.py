# SPDX-License-Identifier: Apache-2.0
"""The clocks are data with a source, and a version for every change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from secure_communities.policy.clocks import ClockName, standard, standards


def test_every_name_has_a_clock_that_says_where_it_comes_from() -> None:
    assert {one.name for one in standards()} == set(ClockName)
    assert all(len(one.citation) > 20 for one in standards())


def test_the_promise_within_a_few_hours_is_four_and_examiners_have_one() -> None:
    start = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert standard(ClockName.DETERMINATION).due(start) == start + timedelta(hours=4)
    assert standard(ClockName.EXAMINATION).due(start) == start + timedelta(hours=1)


def test_a_possible_citizen_is_escalated_before_the_clock_runs_out() -> None:
    assert min(standard(ClockName.CITIZENSHIP_REVIEW).escalate_at) < 1


def test_a_day_before_the_first_version_and_a_version_that_never_was_have_no_clock() -> None:
    with pytest.raises(LookupError):
        standard(ClockName.DETERMINATION, on=date(2000, 1, 1))
    with pytest.raises(LookupError):
        standard(ClockName.DETERMINATION, version=99)
    assert standard(ClockName.DETERMINATION, on=date(2026, 11, 22)).version >= 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": timedelta(0)}, {"citation": ""}, {"warn_at": (0.5, 0.25)}, {"warn_at": (0.0,)}, {"warn_at": (1.0,)},
        {"escalate_at": (2.0, 2.0)}, {"escalate_at": (-1.0,)},
    ],
)  # fmt: skip
def test_a_clock_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="clock"):
        replace(standard(ClockName.GENERAL), **wrong)
