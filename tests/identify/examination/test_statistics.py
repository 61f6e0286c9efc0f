# SPDX-License-Identifier: Apache-2.0
"""Statistics of examination: pure counts first, then who reads which, and that open comparisons are in none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.identify.examination import figures, services
from secure_communities.identify.examination.effort import Effort
from secure_communities.identify.examination.rules import Finding, Verdict
from secure_communities.identify.examination.statistics import (
    Comparison,
    Look,
    Share,
    Taken,
    against,
    summarise,
    wilson,
    workload,
)
from secure_communities.platform.access.roles import HUMAN_ROLES, Role
from secure_communities.platform.access.services import NotAllowed
from tests.identify import builders as a
from tests.platform.builders import a_user

DAY = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
YES, NO, UNSURE = Verdict.IDENTIFICATION, Verdict.EXCLUSION, Verdict.INCONCLUSIVE


def taken(examiner: int, verdict: Verdict = YES, **more: Any) -> Taken:
    candidate = 7 if verdict is YES else None
    return Taken(examiner, verdict, candidate, more.pop("at", DAY), **more)


AGREED = Comparison(1, Finding.CONFIRMED, 7, (taken(1, seconds=60), taken(2, seconds=300, pairs_shown=True)))
DISPUTED = Comparison(
    2, Finding.CONFIRMED, 7,
    (taken(1, seconds=100), taken(2, NO), taken(3, lead=True, at=DAY + timedelta(hours=1))), (Look(3, UNSURE, None),),
)  # fmt: skip
DOUBTED = Comparison(3, Finding.INCONCLUSIVE, None, (taken(1, UNSURE), taken(2), taken(3, UNSURE, lead=True)))


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = wilson(2, 10)  # 0.2 of 10: 0.0567 to 0.5098 in the textbooks
    assert (round(low, 4), round(high, 4)) == (0.0567, 0.5098)
    assert wilson(0, 5)[0] == 0.0 and round(wilson(0, 5)[1], 4) == 0.4345
    assert wilson(5, 5)[1] == 1.0


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_is_mirrored_by_the_rest(pair: tuple[int, int]) -> None:
    count, of = pair
    low, high = wilson(count, of)
    assert 0 <= low <= count / of + 1e-12 and count / of - 1e-12 <= high <= 1
    mirrored = wilson(of - count, of)
    assert abs(mirrored[0] - (1 - high)) < 1e-9 and abs(mirrored[1] - (1 - low)) < 1e-9


@pytest.mark.parametrize(("count", "of"), [(1, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_has_no_interval(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, of)


def test_nothing_counted_is_nothing_said() -> None:
    empty = summarise([])
    assert empty.seconds is None and empty.disputed == Share(0, 0) and empty.disputed.interval is None


def test_the_whole_is_counted_with_the_comparisons_behind_each_number() -> None:
    found = summarise([AGREED, DISPUTED, DOUBTED])
    assert (found.comparisons, found.decisions, found.timed) == (3, 8, 3)
    assert found.seconds == 100
    assert found.disputed == Share(2, 3, (2, 3))
    assert found.inconclusive == Share(1, 6, (3,))  # leads are not counted with the examiners
    assert found.overruled == Share(1, 4, (2,))
    assert found.reversed == Share(1, 1, (2,))
    assert found.pairs == Share(1, 8, (1,))


def test_one_examiners_figures_are_of_the_comparisons_the_examiner_took_part_in() -> None:
    second = summarise([AGREED, DISPUTED, replace(DOUBTED, decisions=(taken(1), taken(4)))], examiner=2)
    assert (second.comparisons, second.decisions) == (2, 2)
    assert second.overruled == Share(1, 2, (2,))


@pytest.mark.parametrize(
    ("verdict", "candidate", "finding", "told"),
    [
        (YES, 7, Finding.CONFIRMED, False), (YES, 8, Finding.CONFIRMED, True), (YES, 7, Finding.REJECTED, True),
        (NO, None, Finding.REJECTED, False), (NO, None, Finding.CONFIRMED, True),
        (UNSURE, None, Finding.CONFIRMED, None),
        (YES, 7, Finding.INCONCLUSIVE, None), (NO, None, Finding.OPEN, None),
    ],
)  # fmt: skip
def test_whether_a_finding_went_against_a_decision(
    verdict: Verdict, candidate: int | None, finding: Finding, told: bool | None
) -> None:
    one = Taken(1, verdict, candidate, DAY)
    assert against(one, Comparison(1, finding, 7 if finding is Finding.CONFIRMED else None, (one,))) is told


def test_the_load_is_counted_by_examiner_and_utc_day() -> None:
    days = [(one.day.day, one.examiner, one.decisions) for one in workload([AGREED, DISPUTED])]
    assert days == [(21, 3, 1), (20, 1, 2), (20, 2, 2)]


# -- with the database -------------------------------------------------------------------------------------------------


def counted(reader: Any) -> list[Comparison]:
    span = (a.AT - timedelta(days=1), a.AT + timedelta(days=1))
    return figures.counted(figures.closed_between(*span, reader=reader, at=a.AT))


@pytest.mark.django_db
def test_open_comparisons_are_counted_nowhere() -> None:
    compared, lead = a.a_candidate_match(), a_user(Role.LEAD_EXAMINER)
    a.identify(compared)
    assert counted(lead) == []
    a.exclude(compared)
    assert counted(lead) == []  # with a lead, still not closed
    a.identify(compared, a_user(Role.LEAD_EXAMINER))
    [one] = counted(lead)
    assert one.finding is Finding.CONFIRMED and len(one.decisions) == 3 and len(one.looks) == 1


@pytest.mark.django_db
def test_time_and_tools_come_from_the_log() -> None:
    compared, examiner = a.a_candidate_match(), a.an_examiner()
    services.decide(
        examination_id=compared.pk, examiner=examiner, verdict=NO, candidate_id=None, rationale="x", at=a.AT,
        effort=Effort(12),
    )  # fmt: skip
    a.exclude(compared)
    [one] = counted(a_user(Role.AUDITOR))
    assert [each.pairs_shown for each in one.decisions] == [False, False]
    assert [each.seconds for each in one.decisions] == [None, None]  # nobody opened the page: nothing is made up


READERS = {Role.LEAD_EXAMINER, Role.SUPPORT_SUPERVISOR, Role.AUDITOR, Role.PROGRAMME_MANAGER}


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(set(HUMAN_ROLES) - READERS))
def test_nobody_else_reads_the_statistics(role: Role) -> None:
    with pytest.raises(NotAllowed, match="statistics"):
        counted(a_user(role))
