# SPDX-License-Identifier: Apache-2.0
"""Each local switch changes what its documentation says, and nothing else (S5, S24)."""

from __future__ import annotations

from datetime import date

import pytest

from secure_communities.policy.local import DOCUMENTED, Switch, detainer_refusal
from secure_communities.policy.priority.facts import ChargeFact, Facts, Outcome

TRAFFIC = Switch.NO_DETAINER_ON_MINOR_TRAFFIC_BEFORE_CONVICTION
ANY = Switch.NO_DETAINER_BEFORE_CONVICTION


def facts(*charges: tuple[str | None, Outcome | None], confirmed: bool = True) -> Facts:
    made = [
        ChargeFact(reference=f"charge:{n}", code=code, code_confirmed=confirmed and code is not None, outcome=outcome)
        for n, (code, outcome) in enumerate(charges)
    ]
    return Facts(as_of=date(2026, 11, 2), charges=tuple(made))


def test_an_unconvicted_minor_traffic_charge_is_refused_with_that_reason():
    assert "minor traffic" in detainer_refusal({TRAFFIC}, facts(("5499", Outcome.PENDING)))
    assert "minor traffic" in detainer_refusal({TRAFFIC}, facts(("5499", None)))


@pytest.mark.parametrize("code", ["5401", "5402", "5403", "5404", "1301"])
def test_a_graver_charge_beside_it_is_none_of_the_option(code):
    assert detainer_refusal({TRAFFIC}, facts(("5499", None), (code, None))) is None


def test_a_graver_code_that_nobody_confirmed_does_not_lift_the_option():
    assert detainer_refusal({TRAFFIC}, facts(("5499", None), ("1301", None), confirmed=False))


def test_a_graver_charge_that_was_dismissed_does_not_lift_it_either():
    assert detainer_refusal({TRAFFIC}, facts(("5499", None), ("1301", Outcome.DISMISSED)))


@pytest.mark.parametrize("switch", list(Switch))
def test_a_conviction_ends_every_option(switch):
    assert detainer_refusal({switch}, facts(("5499", Outcome.CONVICTED))) is None


def test_before_conviction_covers_every_charge():
    assert detainer_refusal({ANY}, facts(("1301", Outcome.PENDING)))
    assert detainer_refusal({ANY}, facts())


def test_without_a_switch_nothing_is_refused_here():
    assert detainer_refusal((), facts(("5499", None))) is None


def test_every_switch_is_documented():
    assert set(DOCUMENTED) == set(Switch)
