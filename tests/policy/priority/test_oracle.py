# SPDX-License-Identifier: Apache-2.0
"""The calculator against the rules written a second time: several charges at once, real months, every code."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.policy.offences import offences, states_an_offence
from secure_communities.policy.priority import Facts, Finding, FindingName, Outcome, assess, rule_set

from . import oracle
from .builders import charge, facts

ALL_CODES = [code for code in sorted(offences()) if states_an_offence(code)]
MONTHS = st.integers(0, 30) | st.sampled_from([11, 12, 13, 600])
SETS = list(oracle.LEVELS)
OUTCOMES = (Outcome.PENDING, Outcome.CONVICTED, Outcome.DEFERRED, Outcome.DISMISSED)


@st.composite
def known_charges(draw, number: int):
    outcome = draw(st.sampled_from(list(Outcome)))
    maximum = draw(MONTHS)
    sentence = draw(st.integers(0, maximum)) if outcome is Outcome.CONVICTED else None
    code = draw(st.sampled_from(ALL_CODES))
    return charge(code, outcome, number, sentence_months=sentence, maximum_months=maximum)


@st.composite
def known_people(draw, most: int = 4):
    found = [draw(known_charges(number)) for number in range(1, draw(st.integers(0, most)) + 1)]
    stated = {name: draw(st.sampled_from([False, False, False, True])) for name in FindingName}
    stated[FindingName.REASON_TO_BELIEVE_REMOVABLE] = draw(st.sampled_from([True, True, False]))
    return facts(*found, findings=stated)


@pytest.mark.parametrize("code", SETS)
@settings(max_examples=400, deadline=None)
@given(person=known_people())
def test_the_tables_and_the_rules_written_a_second_time_agree(code, person):
    result = assess(rule_set(code), person)
    assert result.answer == oracle.answer(code, person)
    assert not result.provisional
    assert result.decided_by.answer == result.answer


FORGETTING = {
    "code": {"code": None, "code_confirmed": False},
    "confirmation": {"code_confirmed": False},
    "outcome": {"outcome": None, "sentence_months": None},
    "a recent outcome": {"outcome_fresh": False},
    "sentence": {"sentence_months": None},
    "maximum": {"maximum_months": None},
    "sentence and maximum": {"sentence_months": None, "maximum_months": None},
}


@pytest.mark.parametrize("forgotten", FORGETTING)
@pytest.mark.parametrize("code", SETS)
@settings(max_examples=8, deadline=None)
@given(person=known_people(most=2), one=known_charges(9))
def test_what_an_answer_could_become_is_what_the_second_writing_gives_to_every_completion(code, forgotten, person, one):
    unknown = replace(one, **FORGETTING[forgotten])
    given_facts = replace(person, charges=(*person.charges, unknown))
    reached = {oracle.answer(code, each) for each in _every_completion(person, unknown)}
    result = assess(rule_set(code), given_facts)
    assert set(result.could_become) == reached - {result.answer}
    assert result.provisional == bool(reached - {result.answer})
    if not result.provisional:
        assert reached == {result.answer}


def _every_completion(person: Facts, one):
    codes = [one.code] if one.code and one.code_confirmed else ALL_CODES
    outcomes = [one.outcome] if one.outcome and one.outcome_fresh else OUTCOMES
    lengths = sorted({0, 1, 11, 12, 13, 30, *([] if one.sentence_months is None else [one.sentence_months])})
    maxima = lengths if one.maximum_months is None else [one.maximum_months]
    for code, outcome, maximum in product(codes, outcomes, maxima):
        sentences = [None]
        if outcome is Outcome.CONVICTED:
            sentences = lengths if one.sentence_months is None else [one.sentence_months]
        for sentence in sentences:
            if sentence is None or sentence <= maximum:
                known = replace(
                    one, code=code, code_confirmed=True, outcome=outcome, outcome_fresh=True,
                    sentence_months=sentence, maximum_months=maximum,
                )  # fmt: skip
                yield replace(person, charges=(*person.charges, known))


@pytest.mark.parametrize("code", SETS)
@settings(max_examples=100, deadline=None)
@given(person=known_people(most=2), name=st.sampled_from(list(FindingName)))
def test_a_finding_that_nobody_stated_matters_where_either_statement_would_change_the_answer(code, person, name):
    others = tuple(found for found in person.findings if found.name is not name)
    reached = {
        oracle.answer(code, replace(person, findings=(*others, Finding(name, value)))) for value in (True, False)
    }
    result = assess(rule_set(code), replace(person, findings=others))
    assert result.provisional == bool(reached - {result.answer})
    gap = next((one for one in result.gaps if one.reference == f"finding:{name}"), None)
    assert (gap is not None and gap.matters) == (len(reached) == 2)
