# SPDX-License-Identifier: Apache-2.0
"""Weights: exact for the model in force, symmetric, highest for what is identical, explained to the last bit."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.linkage import blocking, evaluation, model, spelling_errors, synthetic, weighing
from secure_communities.linkage.features import Features, features_of
from secure_communities.linkage.weighing import Word, rank, weigh


def said(name: str = "SAMPLEWELL,ADA MARIA", *others: str, born: str = "1988-03-14", **more: Any) -> Features:
    return features_of(
        {"names": [name, *others], "birth_dates": [born] if born else [], "sex": "F", "places": ["MM"]} | more
    )


# After an edit of the model these are written anew, by somebody who has looked at each.
@pytest.mark.parametrize(
    ("other", "comparison", "level", "weight"),
    [
        (said(), "surname", "same", 11.38),
        (said("SAMPLEWEL,ADA"), "surname", "spelling", 9.47),
        (said("SANPLEWELL,ADA"), "surname", "close", 6.52),
        (said("SAMPLEWELL SYNTHEZ,ADA"), "surname", "part", 5.56),
        (said("ORTEGON,ADA"), "surname", "different", -2.86),
        (said(), "given", "same", 7.83),
        (said("SAMPLEWELL,MARIA"), "given", "shared", 4.87),
        (said("SAMPLEWELL,A"), "given", "initial", 3.63),
        (said("SAMPLEWELL,ULRICH"), "given", "different", -4.37),
        (said(), "birth_date", "equal", 12.89),
        (said(born="1978-03-14"), "birth_date", "year_by_ten", 9.44),
        (said(born="1988"), "birth_date", "year_only", 5.47),
        (said(born="1961-10-02"), "birth_date", "different", -6.52),
        (said(sex="M"), "sex", "different", -4.39),
        (said("ADA,SAMPLEWELL"), "order", "turned", -2.0),
    ],
)
def test_levels_weigh_what_the_model_in_force_says(other: Features, comparison: str, level: str, weight: float) -> None:
    step = next(one for one in weigh(said(), other).steps if one.comparison == comparison)
    assert (step.level, round(step.weight, 2)) == (level, weight)


def test_a_common_surname_says_less_than_a_rare_one() -> None:
    common = next(iter(model.current().shares))
    assert weigh(said(f"{common},ADA"), said(f"{common},ADA")).total < weigh(said(), said()).total


@pytest.mark.parametrize(
    ("other", "twins"),
    [
        (said("SAMPLEWELL,ULRICH"), True),
        (said("SAMPLEWEL,ULRICH"), True),  # another spelling of the surname
        (said("SAMPLEWELL,ADA"), False),
        (said("SAMPLEWELL,MARIA"), False),  # the middle name of the other
        (said("SAMPLEWELL,A"), False),  # an initial that fits
        (said("SAMPLEWELL,ULRICH", born="1988-03-15"), False),
        (said("ORTEGON,ULRICH"), False),
        (said("SAMPLEWELL,ULRICH", "SAMPLEWELL,ADA"), False),  # known under both names
        (said("SAMPLEWELL,ULRICH", numbers=["A000000001"]), True),
    ],
)
def test_possible_twins_are_flagged(other: Features, twins: bool) -> None:
    found = weigh(said(), other)
    assert (found.twins, weigh(other, said()).twins) == (twins, twins)
    if twins:
        assert found.word is not Word.LIKELY
        assert found.total <= model.current().twins


def test_a_number_in_common_lifts_the_flag() -> None:
    mine, other = said(numbers=["A000000001"]), said("SAMPLEWELL,ULRICH", numbers=["A000000001"])
    assert not weigh(mine, other).twins


def test_the_steps_of_the_waterfall_add_up_and_the_list_follows_the_same_numbers() -> None:
    candidates = [("far", said("ORTEGON,ULRICH", born="1961-10-02")), ("near", said("SAMPLEWELL,ADA"))]
    ranked = rank(said(), candidates)
    assert [key for key, _ in ranked] == ["near", "far"]
    for _, one in ranked:
        assert one.steps[-1].total == pytest.approx(one.unadjusted) == pytest.approx(sum(s.weight for s in one.steps))


def test_the_words_never_say_that_two_records_are_one_persons() -> None:
    assert {one.value for one in Word} == {"likely the same", "possible", "unlikely"}


# -- laws --------------------------------------------------------------------------------------------------------------

TOKENS = st.sampled_from(
    ["SAMPLEWELL", "SAMPLEZ", "SYNTHOFF", "ADA", "PEPE", "JOSE", "MARIA", "J", "KHADOUREE", "HADURI"]
)
NAMES = st.builds(
    lambda family, given_: f"{' '.join(family)},{' '.join(given_)}",
    st.lists(TOKENS.filter(lambda one: len(one) > 1), min_size=1, max_size=2), st.lists(TOKENS, max_size=3),
)  # fmt: skip
DATES = st.builds("{}-{:02d}-{:02d}".format, st.integers(1985, 1990), st.integers(1, 12), st.integers(1, 28))
PEOPLE = st.builds(
    lambda names, born, sex, places: features_of({"names": names, "birth_dates": born, "sex": sex, "places": places}),
    st.lists(NAMES, min_size=1, max_size=2), st.lists(DATES | st.just("1988"), max_size=2),
    st.sampled_from(["M", "F", ""]), st.lists(st.sampled_from(["MM", "TX"]), max_size=1),
)  # fmt: skip


@given(PEOPLE, PEOPLE)
@settings(max_examples=300, deadline=None)
def test_swapping_the_two_records_changes_nothing(a: Features, b: Features) -> None:
    one, other = weigh(a, b), weigh(b, a)
    assert one.unadjusted == pytest.approx(other.unadjusted)
    assert (one.twins, one.word) == (other.twins, other.word)


@given(PEOPLE, PEOPLE)
@settings(max_examples=300, deadline=None)
def test_nothing_weighs_more_than_the_record_itself(a: Features, b: Features) -> None:
    assert weigh(a, a).unadjusted >= weigh(a, b).unadjusted - 1e-9


@given(PEOPLE)
@settings(max_examples=100, deadline=None)
def test_a_record_is_found_by_its_own_words(a: Features) -> None:
    assert blocking.query_keys(a) & blocking.record_keys(a)


# -- the model file ----------------------------------------------------------------------------------------------------


def test_a_model_that_was_altered_is_refused() -> None:
    raw = json.loads((files("secure_communities.linkage") / "models" / f"{model.CURRENT}.json").read_text())
    raw["bounds"]["likely"] = 0.0
    with pytest.raises(model.ModelAltered, match="hashes to"):
        model.of_mapping(model.CURRENT, raw)


def test_no_level_weighs_more_than_the_best_of_its_comparison() -> None:
    for one in model.current().comparisons.values():
        levels = list(one.levels.values())
        assert all(level.weight <= levels[0].weight + 1e-6 for level in levels), one.code


# -- measured, in small ------------------------------------------------------------------------------------------------


def test_every_kind_of_error_is_made_and_nearly_everybody_is_found_again() -> None:
    found = evaluation.evaluate(replace(synthetic.EVALUATION, people=1_500), queries=400)
    assert set(found["by_kind"]) == set(spelling_errors.KINDS)
    assert found["recall_at_20"] >= 0.98


def test_the_evaluation_is_held_out_from_the_learning() -> None:
    learnt, measured = synthetic.TRAINING, synthetic.EVALUATION
    assert learnt.seed != measured.seed
    assert (learnt.second, learnt.third, learnt.zipf) != (measured.second, measured.third, measured.zipf)
    assert weighing.weigh(said(), said()).model == model.CURRENT
