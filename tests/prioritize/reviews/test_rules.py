# SPDX-License-Identifier: Apache-2.0
"""What a person can do about each gap, and what is left to a person."""

from __future__ import annotations

from datetime import date

import pytest

from secure_communities.policy.priority import ChargeFact, Facts, Outcome, Result, assess, rule_set, rule_sets
from secure_communities.prioritize.reviews import rules

DAY = date(2026, 11, 22)


def assessed(rule_set_code: str, **charge: object) -> Result:
    facts = Facts(as_of=DAY, charges=(ChargeFact("charge:1", **charge),))  # type: ignore[arg-type]
    return assess(rule_set(rule_set_code), facts)


UNKNOWNS: tuple[dict[str, object], ...] = (
    {"code": None, "code_unknown_because": "FILLER"},
    {"code": "3562"},
    {"code": "3562", "code_confirmed": True, "outcome": Outcome.PENDING},
    {"code": "3562", "code_confirmed": True, "outcome": Outcome.CONVICTED},
    {"code": "1201", "code_confirmed": True, "outcome": Outcome.CONVICTED, "outcome_fresh": False},
)


@pytest.mark.parametrize("charge", UNKNOWNS, ids=str)
@pytest.mark.parametrize("code", [one.code for one in rule_sets()])
def test_every_gap_has_an_act_that_fills_it(code: str, charge: dict[str, object]) -> None:
    for gap in assessed(code, **charge).gaps:
        assert rules.WORDS[rules.filling(gap)]


def test_every_act_has_words_and_fills_some_gap() -> None:
    assert set(rules.WORDS) == set(rules.WHO) == set(rules.Filling) == set(rules.FILLS.values())


def test_what_is_left_to_a_person_is_said_of_open_answers_alone() -> None:
    for charge in UNKNOWNS:
        result = assessed("SC-2009", **charge)
        assert bool(rules.left_to_a_person(result)) is (result.answer in rules.OPEN)


def test_an_answer_outside_the_order_that_nobody_must_decide_is_no_open_one() -> None:
    assert "NOT_APPLICABLE" not in rules.OPEN
