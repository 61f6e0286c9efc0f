# SPDX-License-Identifier: Apache-2.0
"""What an explanation says would change the answer does change it, to what it says, for every length it names."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.policy.priority import (
    Facts,
    Finding,
    FindingName,
    Outcome,
    assess,
    calculator,
    explain,
    rule_set,
    rule_sets,
)

from .builders import charge, convicted, facts, nothing_found
from .test_laws import people

SC, ICE = rule_set("SC-2009"), rule_set("ICE-2010")
SOME = (0, 1, 5, 10, 11, 12, 13, 14, 24, 36)
LENGTH = r"(?:(\d+) years?|(\d+) months?)"


def made(person: Facts, change) -> Facts:
    """The facts with the one change made, from its stored words alone."""
    if change.reference.startswith("finding:"):
        name = FindingName(change.reference.removeprefix("finding:"))
        others = tuple(one for one in person.findings if one.name is not name)
        return replace(person, findings=(*others, Finding(name, change.value == "True")))
    values = {
        "outcome": lambda: {"outcome": Outcome(change.value), "outcome_fresh": True, "sentence_months": None},
        "outcome_fresh": lambda: {"outcome_fresh": True},
        "sentence_months": lambda: {"sentence_months": int(change.value)},
        "maximum_months": lambda: {"maximum_months": int(change.value)},
    }[change.field]()
    return replace(
        person,
        charges=tuple(replace(one, **values) if one.reference == change.reference else one for one in person.charges),
    )


def lengths_named(sentence: str) -> range:
    """The lengths, in months, that a sentence of an explanation speaks of, up to 40 years."""

    def months(match: re.Match[str], first: int = 1) -> int:
        return int(match[first]) * 12 if match[first] else int(match[first + 1])

    if found := re.search(rf"{LENGTH} to {LENGTH}\.", sentence):
        return range(months(found), months(found, 3) + 1)
    if found := re.search(rf"less than {LENGTH}\.", sentence):
        return range(months(found))
    if found := re.search(rf"more than {LENGTH}\.", sentence):
        return range(months(found) + 1, 481)
    if found := re.search(rf"exactly {LENGTH}\.", sentence):
        return range(months(found), months(found) + 1)
    if found := re.search(rf"{LENGTH} or less\.", sentence):
        return range(months(found) + 1)
    found = re.search(rf"{LENGTH} or more\.", sentence)
    assert found, sentence
    return range(months(found), 481)


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_each_change_made_gives_the_answer_that_the_explanation_says(rules, data):
    person = data.draw(people(rules))
    told = explain(rules, person, assess(rules, person))
    for change in told.changes:
        assert assess(rules, made(person, change)).answer == change.answer


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_each_length_that_a_sentence_names_gives_the_answer_it_says(rules, data):
    person = data.draw(people(rules))
    told = explain(rules, person, assess(rules, person))
    for change in told.changes:
        if change.field not in ("sentence_months", "maximum_months"):
            continue
        one = next(each for each in person.charges if each.reference == change.reference)
        named = lengths_named(change.sentence)
        for months in sorted({named[0], named[-1], *SOME} & set(named)):
            top, low = one.maximum_months, one.sentence_months or 0
            if change.field == "sentence_months" and top is not None and months > top:
                continue
            if change.field == "maximum_months" and months < low:
                continue
            changed = made(person, replace(change, value=str(months)))
            assert assess(rules, changed).answer == change.answer, (months, change.sentence)


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_an_explanation_from_stored_inputs_is_the_same_explanation(rules, data):
    person = data.draw(people(rules))
    stored = Facts.of(json.loads(json.dumps(person.canonical())))
    result = assess(rules, person)
    assert assess(rules, stored) == result
    assert explain(rules, stored, result) == explain(rules, person, result)


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_order_of_charges_and_findings_changes_no_word(rules, data):
    person = data.draw(people(rules))
    other = replace(
        person,
        charges=tuple(reversed(person.charges)),
        findings=tuple(reversed(person.findings)),
    )
    assert assess(rules, other) == assess(rules, person)
    assert explain(rules, other, assess(rules, other)) == explain(rules, person, assess(rules, person))


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_gap_matters_exactly_where_what_is_unknown_leaves_more_than_one_answer(rules, data):
    person = data.draw(people(rules))
    result = assess(rules, person)
    left = calculator(rules).reachable(calculator(rules).case_of(person)) if result.gaps else {result.answer}
    assert any(gap.matters for gap in result.gaps) == (len(left) > 1)
    assert result.provisional == (left != {result.answer})


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.code)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_explanation_says_more_than_charged_of_who_was_not_convicted(rules, data):
    person = data.draw(people(rules))
    person = replace(person, charges=tuple(one for one in person.charges if one.outcome is not Outcome.CONVICTED))
    told = explain(rules, person, assess(rules, person))
    words = " ".join([told.headline, *told.reasons]).lower()
    assert "convicted of" not in words and "on a conviction" not in words


def test_a_deferred_adjudication_says_that_a_person_decides_whether_it_counts():
    person = facts(
        convicted("4101", 1, maximum_months=24), charge("4101", Outcome.DEFERRED, 2, maximum_months=24),
        findings=nothing_found(ICE),
    )  # fmt: skip
    result = assess(ICE, person)
    assert (result.answer, result.gravest, result.decided_by.name) == ("REVIEW", 0, "two-felonies")
    assert "a person says whether a deferred adjudication counts as a conviction" in result.decided_by.because


def test_a_third_offence_that_may_count_goes_to_a_person():
    lesser = [convicted("4101", 1, number, maximum_months=6) for number in (1, 2)]
    third = charge("4101", Outcome.DEFERRED, 3, maximum_months=6)
    person = facts(*lesser, third, findings=nothing_found(ICE))
    result = assess(ICE, person)
    assert (result.answer, result.gravest, result.decided_by.name) == ("REVIEW", 1, "three-misdemeanours")


def test_a_draft_says_so_and_every_explanation_says_what_a_level_is_not():
    person = facts(charge("1201"))
    for rules in rule_sets():
        told = explain(rules, person, assess(rules, person))
        assert any("draft" in notice for notice in told.notices) == rules.draft
        assert any("no finding of guilt" in notice for notice in told.notices)
