# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""Laws that hold of any facts, tried with drawn ones."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.policy.priority import (
    Facts,
    FindingName,
    Outcome,
    assess,
    calculator,
    explain,
    rule_set,
    rule_sets,
)

from .builders import TODAY, asked, charge, completions, facts, nothing_found

RULES = rule_sets()
CODES = [
    "0101",
    "0106",
    "0999",
    "0901",
    "1201",
    "1313",
    "2301",
    "3510",
    "3512",
    "3599",
    "3612",
    "4101",
    "5404",
    "0301",
    "6401",
]
LENGTHS = st.none() | st.sampled_from([3, 12, 24])


@st.composite
def charges(draw, number: int = 1, complete: bool = False):
    outcome = draw(st.sampled_from(list(Outcome)) if complete else st.none() | st.sampled_from(list(Outcome)))
    lengths = st.sampled_from([3, 12, 24]) if complete else LENGTHS
    sentence = draw(lengths) if outcome is Outcome.CONVICTED else None
    maximum = draw(lengths)
    if sentence is not None and maximum is not None and maximum < sentence:
        maximum = sentence
    code = draw(st.sampled_from(CODES) if complete else st.none() | st.sampled_from(CODES))
    return charge(
        code, outcome, number, sentence_months=sentence, maximum_months=maximum,
        code_confirmed=code is not None and (complete or draw(st.booleans())),
        outcome_fresh=complete or draw(st.booleans()),
    )  # fmt: skip


@st.composite
def people(draw, rules, complete: bool = False, most: int = 3):
    found = [draw(charges(number, complete)) for number in range(1, draw(st.integers(0, most)) + 1)]
    values = st.booleans() if complete else st.none() | st.booleans()
    return facts(*found, findings={name: draw(values) for name in asked(rules)})


def gravity(rules, result) -> int:
    """How grave an answer is: its rank, or for a review the gravest that a person could choose."""
    return len(rules.levels) if result.gravest is None else result.gravest


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.code)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_more_charge_or_finding_never_lowers_a_level(rules, data):
    person = data.draw(people(rules, complete=True))
    before = assess(rules, person)
    more = replace(person, charges=(*person.charges, data.draw(charges(9, complete=True))))
    assert gravity(rules, assess(rules, more)) <= gravity(rules, before)
    for name in asked(rules):
        others = tuple(one for one in person.findings if one.name is not name)
        stated = replace(person, findings=(*others, *facts(findings={name: True}).findings))
        assert gravity(rules, assess(rules, stated)) <= gravity(rules, before)


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.code)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_dismissal_never_raises_a_level(rules, data):
    person = data.draw(people(rules, complete=True))
    before = assess(rules, person)
    for one in person.charges:
        ended = replace(one, outcome=Outcome.DISMISSED, sentence_months=None)
        others = tuple(other for other in person.charges if other is not one)
        after = assess(rules, replace(person, charges=(*others, ended)))
        assert gravity(rules, after) >= gravity(rules, before)


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.code)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_provisional_means_that_some_completion_changes_the_answer(rules, data):
    known = data.draw(people(rules, complete=True, most=1))
    unknown = data.draw(st.none() | st.sampled_from(asked(rules) or [None]))
    findings = tuple(one for one in known.findings if one.name is not unknown)
    person = replace(known, charges=(*known.charges, data.draw(charges(8))), findings=findings)
    result = assess(rules, person)
    engine = calculator(rules)
    reached = {engine.short(one).answer for one in completions(rules, person, engine.scale.codes, (11, 12, 13))}
    assert result.provisional == bool(reached - {result.answer})
    assert set(result.could_become) == reached - {result.answer}


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.code)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_each_change_that_an_explanation_offers_gives_the_answer_that_it_says(rules, data):
    person = data.draw(people(rules))
    result = assess(rules, person)
    told = explain(rules, person, result)
    assert told.headline
    for change in told.changes:
        assert change.answer != result.answer
    assert Facts.of(person.canonical()) == replace(
        person,
        charges=tuple(sorted(person.charges, key=lambda one: one.reference)),
        findings=tuple(sorted(person.findings, key=lambda one: one.name)),
    )


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.code)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_answer_without_reasons_is_the_answer_with_reasons(rules, data):
    person = data.draw(people(rules))
    short, whole = calculator(rules).short(person), assess(rules, person)
    assert (short.answer, short.rank, short.basis, short.provisional) == (
        whole.answer, whole.rank, whole.basis, whole.provisional,
    )  # fmt: skip
    assert whole.decided_by.answer == whole.answer


def test_a_further_charge_that_no_source_told_of_could_be_anything():
    rules = rule_set("SC-2009")
    result = assess(rules, facts(charge("2301"), charges_complete=False))
    assert set(result.could_become) == {"LEVEL_1", "REVIEW"}
    assert TODAY
    assert FindingName.REASON_TO_BELIEVE_REMOVABLE in nothing_found(rule_set("DET-2012"))
