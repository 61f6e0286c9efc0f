# SPDX-License-Identifier: Apache-2.0
"""Comparing from stored inputs says what the rules say of the facts themselves, and reads nothing else."""

import json
import random

import pytest

from benchmarks import prioritize_data as invented
from secure_communities.policy.priority import Facts, assess, calculator, rule_set
from secure_communities.policy.priority.stored import Comparison, Unread

PAIRS = (("SC-2009", "ICE-2010"), ("ICE-2010", "DET-2012"), ("DET-2012", "FS-2009"), ("FS-2009", "SC-2009"))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_it_agrees_with_the_facts_read_one_by_one(one: str, other: str) -> None:
    against, candidate = rule_set(one), rule_set(other)
    comparison, source = Comparison(against, candidate), random.Random(7)
    for number in range(250):
        inputs = json.loads(json.dumps(invented.inputs(source, number)))
        facts = Facts.of(inputs)
        assert facts.canonical() == inputs  # what is invented is what would be stored
        before, after, step = comparison.of(inputs)
        assert before == calculator(against).short(facts)
        assert after == calculator(candidate).short(facts)
        assert step == ("" if before[:3] == after[:3] else assess(candidate, facts).decided_by.name)


@pytest.mark.parametrize("where", ["", "charges", "findings"])
def test_a_field_that_may_not_weigh_is_refused_even_of_a_case_that_is_remembered(where: str) -> None:
    comparison, source = Comparison(rule_set("SC-2009"), rule_set("ICE-2010")), random.Random(1)
    inputs = next(one for one in (invented.inputs(source, n) for n in range(999)) if one["charges"] and one["findings"])
    comparison.of(inputs)
    target = inputs[where][0] if where else inputs
    target["birthplace"] = "Sampleville"
    with pytest.raises(Unread):
        comparison.of(inputs)


def test_a_charge_given_twice_is_refused() -> None:
    inputs = invented.inputs(random.Random(2), 1)
    inputs["charges"] = [inputs["charges"][0]] * 2
    with pytest.raises(Unread):
        Comparison(rule_set("SC-2009"), rule_set("ICE-2010")).of(inputs)
