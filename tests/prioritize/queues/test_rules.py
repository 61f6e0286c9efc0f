# SPDX-License-Identifier: Apache-2.0
"""The order of field work, as arithmetic: what goes before what, and how long anybody is overtaken (S20)."""

from __future__ import annotations

import heapq
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.policy.priority import rule_set
from secure_communities.prioritize.queues import rules
from secure_communities.prioritize.queues.rules import BOUNDS, LOWEST, Levers, Standing
from secure_communities.prioritize.queues.vocabulary import Lever
from tests.platform.builders import AT

HOUR = timedelta(hours=1)
SC = rule_set("SC-2009")
some_levers = st.builds(
    Levers, **{lever.value.lower(): st.integers(bounds.least, bounds.most) for lever, bounds in BOUNDS.items()}
)
standings = st.builds(Standing, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))


def placed(standing: Standing, *, came: float = 0, left: float = 4, levers: Levers | None = None):
    opened = AT + HOUR * came
    return rules.place(standing, opened_at=opened, due_at=opened + HOUR * left, levers=levers or Levers())


def test_graver_levels_shorter_clocks_and_longer_waits_come_first():
    assert placed(Standing(0)) < placed(Standing(1)) < placed(Standing(2))
    assert placed(Standing(1), left=1) < placed(Standing(1), left=3)
    assert placed(Standing(1)) < placed(Standing(1), came=1)


def test_an_undecided_case_stands_half_a_step_behind_the_gravest_level_it_could_be():
    assert placed(Standing(0)) < placed(Standing(None, 0)) < placed(Standing(1))
    assert placed(Standing(None, 0)) - placed(Standing(0)) == 12 * HOUR
    assert placed(Standing(None, None)) == placed(Standing(None, 0))


def test_a_low_level_that_waited_a_step_longer_is_level_with_a_graver_one():
    assert placed(Standing(1)) == placed(Standing(0), came=24)


@given(standings, standings, some_levers, st.floats(0, 999), st.floats(0, 999))
def test_whoever_comes_later_than_the_bound_never_overtakes(one, other, levers, left, other_left):
    bound = rules.overtaken_for_at_most(levers) / HOUR
    later = placed(other, came=bound + 0.001, left=other_left, levers=levers)
    assert placed(one, left=left, levers=levers) < later


def test_under_a_flood_of_grave_cases_a_light_one_is_served_within_the_bound():
    levers, chance = Levers(), random.Random(5)
    bound, waiting, worst = rules.overtaken_for_at_most(levers), [], timedelta(0)
    light = Standing(LOWEST)
    for hour in range(600):  # two grave cases an hour, one light one a day, and two are served
        came = AT + HOUR * hour
        for standing in (Standing(0), Standing(0), *([light] if hour % 24 == 0 else [])):
            moment = rules.place(standing, opened_at=came, due_at=came + HOUR * chance.uniform(0, 30), levers=levers)
            heapq.heappush(waiting, (moment, hour, standing.rank, came))
        for _ in range(2):
            moment, _, rank, since = heapq.heappop(waiting)
            if rank == LOWEST:
                overtaking = [one for one in waiting if one[3] > since + bound and one[0] < moment]
                assert not overtaking
                worst = max(worst, came - since)
    backlog = HOUR * 13  # what 25 light ones left behind, at two an hour
    assert timedelta(0) < worst <= bound + backlog


@given(st.integers(-3, 500), st.dictionaries(st.integers(1, 40), st.integers(-2, 9), max_size=12))
def test_a_fair_share_splits_what_there_is_and_nobody_gets_more_than_they_can_take(total, capacities):
    shares = rules.fair_share(total, capacities)
    room = {who: max(value, 0) for who, value in capacities.items()}
    assert sum(shares.values()) == min(max(total, 0), sum(room.values()))
    wanted, whole = min(max(total, 0), sum(room.values())), sum(room.values())
    for who, share in shares.items():
        assert 0 <= share <= room[who]
        assert not whole or abs(share - wanted * room[who] / whole) < 1


@pytest.mark.parametrize("lever", Lever)
def test_a_lever_is_set_within_its_bounds_only(lever):
    bounds = BOUNDS[lever]
    assert bounds.least <= bounds.usual <= bounds.most
    assert Levers().value(lever) == bounds.usual
    assert not rules.refusal(lever, bounds.least)
    assert not rules.refusal(lever, bounds.most)
    assert "lies between" in rules.refusal(lever, bounds.least - 1)
    assert "lies between" in rules.refusal(lever, bounds.most + 1)


def test_the_reason_says_level_clock_and_waiting():
    said = rules.reason("Level 1", opened_at=AT, due_at=AT + 4 * HOUR)
    assert said.startswith("Level 1 · clock ends ")
    assert f"{AT + 4 * HOUR:%H:%M} · waiting since {AT:%b} {AT.day}, {AT:%H:%M}" in said
    assert rules.words_of(rule_set("ICE-2010"), "NONE") == "Outside the priorities"
    assert rules.words_of(SC, "REVIEW", "LEVEL_1") == "For a person to decide, could be Level 1"
    assert len(rules.reason(rules.words_of(SC, "INSUFFICIENT_DATA", "X" * 300), opened_at=AT, due_at=AT)) <= 200
