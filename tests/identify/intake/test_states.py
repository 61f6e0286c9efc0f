# SPDX-License-Identifier: Apache-2.0
"""The state tables, every pair walked."""

from __future__ import annotations

import itertools

import pytest

from secure_communities.identify.intake import states
from secure_communities.identify.research import states as research

TABLES = [
    (states.INTAKE, states.Intake, states.Move, states.intake_after, states.ForbiddenMove),
    (states.CRIMINAL, states.Criminal, states.Move, states.criminal_after, states.ForbiddenMove),
    (states.IMMIGRATION, states.Immigration, states.Move, states.immigration_after, states.ForbiddenMove),
    (research.TRANSITIONS, research.Query, research.Step, research.after, research.ForbiddenStep),
]


@pytest.mark.parametrize(("table", "kinds", "moves", "after", "forbidden"), TABLES)
def test_every_pair_of_state_and_move_is_either_in_the_table_or_refused(table, kinds, moves, after, forbidden) -> None:
    for state, move in itertools.product(kinds, moves):
        if (state, move) in table:
            assert after(state, move) is table[state, move]
        else:
            with pytest.raises(forbidden, match=move.value):
                after(state, move)


@pytest.mark.parametrize(("table", "kinds", "moves", "after", "forbidden"), TABLES)
def test_every_state_can_be_reached_and_none_is_left_twice_by_the_same_move(
    table, kinds, moves, after, forbidden
) -> None:
    reached = set(table.values()) | {next(iter(kinds))}
    assert reached == set(kinds)


def test_every_end_of_the_immigration_side_without_a_match_discards_the_probe() -> None:
    ends = {state for state in states.Immigration if not any(source is state for source, _ in states.IMMIGRATION)}
    assert ends - {states.Immigration.ANSWERED} == states.PROBE_DISCARDED_IN
