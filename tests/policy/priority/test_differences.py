# SPDX-License-Identifier: Apache-2.0
"""What rule sets answer to one charge alone, and how their texts differ."""

from __future__ import annotations

import copy
from itertools import product

import pytest

from secure_communities.policy.priority import RuleSet, rule_set, rule_sets
from secure_communities.policy.priority.differences import Span, answer, answers, edits
from secure_communities.policy.priority.tables import GROUNDS, offence_codes

MONTHS = (None, 0, 1, 5, 11, 12, 13, 14, 23, 24, 60, 240)


def altered(code: str, change) -> RuleSet:
    document = copy.deepcopy(dict(rule_set(code).document))
    document["version"] = 2
    change(document)
    return RuleSet.of(document)


def row(document, name: str):
    return next(one for one in document["rows"] if one["name"] == name)


PAIRS = [
    *((one,) for one in rule_sets()),
    (rule_set("SC-2009"), rule_set("ICE-2010")),
    (rule_set("ICE-2010"), rule_set("DET-2012")),
    (rule_set("SC-2009"), altered("SC-2009", lambda one: row(one, "drugs-over-one-year").update(term="sentence > 6"))),
]


@pytest.mark.parametrize("sets", PAIRS, ids=lambda sets: " and ".join(f"{one.code} v{one.version}" for one in sets))
def test_every_code_ground_and_length_stands_in_one_line_with_the_answers_of_the_calculator(sets):
    groups = answers(*sets)
    assert sorted(code for group in groups for code in group.codes) == list(offence_codes())
    for group in groups:
        code = group.codes[-1]  # the last: the lines were computed from the first of each kind
        for ground, sentence, maximum in product(GROUNDS, MONTHS, MONTHS):
            if (ground == "CHARGED" and sentence is not None) or (
                sentence is not None and maximum is not None and sentence > maximum
            ):
                continue
            lines = [
                line
                for line in group.lines
                if line.ground == ground
                and (line.sentence is None or any(span.holds(sentence) for span in line.sentence))
                and (line.maximum is None or any(span.holds(maximum) for span in line.maximum))
            ]
            said = tuple(answer(one, code, ground, sentence, maximum) for one in sets)
            assert [line.answers for line in lines] == [said], (code, ground, sentence, maximum)


def test_a_limit_that_moves_from_a_year_to_six_months_moves_drug_sentences_between_and_nothing_else():
    def change(document):
        row(document, "drugs-over-one-year")["term"] = "sentence > 6"
        row(document, "drugs-one-year-or-less")["term"] = "sentence <= 6"

    moved = [group for group in answers(rule_set("SC-2009"), altered("SC-2009", change)) if not group.same]
    assert {code[:2] for group in moved for code in group.codes} == {"35"}
    lines = [line for group in moved for line in group.lines if not line.same and line.ground == "CONVICTED"]
    assert {line.sentence for line in lines if line.answers == ("LEVEL_2", "LEVEL_1")} == {(Span(7, 12),)}


def test_a_set_differs_from_itself_in_nothing():
    for one in rule_sets():
        assert all(group.same for group in answers(one, one))
        assert edits(one, one) == ()


def test_texts_differ_by_field_by_row_and_by_order():
    def change(document):
        document["fresh_days"] = 10
        row(document, "robbery").update(codes=["1201-1205"])
        document["rows"].remove(row(document, "hit-and-run"))
        document["rows"].insert(0, {"name": "new", "paragraph": "New", "codes": ["5401"], "answer": "LEVEL_2"})

    found = {
        (one.part, one.name, one.field): (one.before, one.after)
        for one in edits(rule_set("SC-2009"), altered("SC-2009", change))
    }
    assert found["set", "fresh_days", "fresh_days"] == ("30", "10")
    assert found["set", "version", "version"] == ("1", "2")
    assert found["row", "robbery", "codes"] == ("1201-1299", "1201-1205")
    assert found["row", "hit-and-run", ""][1] is None
    assert found["row", "new", ""][0] is None
    assert len(found) == 5


def test_the_order_of_levels_is_a_difference_of_text():
    swapped = altered("SC-2009", lambda one: one["levels"].reverse())
    assert ("level", "order") in {(one.part, one.name) for one in edits(rule_set("SC-2009"), swapped)}
