# SPDX-License-Identifier: Apache-2.0
# SPDX-License-Identifier: Apache-2.0
"""Each trap and each paragraph by name."""

import json

import pytest

from secure_communities.policy.priority import (
    Facts,
    FindingName,
    Outcome,
    Standing,
    assess,
    explain,
    reassess,
    rule_set,
    rule_sets,
)

from .builders import charge, convicted, facts, nothing_found

SC, FS, ICE, DET = (rule_set(code) for code in ("SC-2009", "FS-2009", "ICE-2010", "DET-2012"))
REMOVABLE = {FindingName.REASON_TO_BELIEVE_REMOVABLE: True}


def answer(rules, *charges, **more):
    return assess(rules, facts(*charges, **more)).answer


def test_trap_a_simple_assault_goes_to_a_person_although_its_code_lies_in_the_block_of_assaults():
    assert answer(SC, charge("1313")) == answer(FS, charge("1313")) == "REVIEW"
    assert answer(SC, charge("1310")) == "LEVEL_1"


@pytest.mark.parametrize("code", ["3601", "3602", "3609", "3612", "3699"])
def test_trap_b_no_code_of_the_36_block_is_scored_automatically(code):
    for rules in (SC, FS, DET):
        assert answer(rules, convicted(code, 6, maximum_months=6), findings=nothing_found(rules)) == "REVIEW"


def test_trap_c_the_filler_is_no_offence():
    with pytest.raises(ValueError, match="0399 is no offence"):
        charge("0399")
    assert answer(SC, charge(None, code_unknown_because="FILLER")) == "INSUFFICIENT_DATA"


def test_trap_d_a_status_is_no_offence():
    with pytest.raises(ValueError, match="8003 is no offence"):
        charge("8003")


def test_trap_e_the_issuing_state_is_kept_with_the_code():
    assert facts(charge("0905")).canonical()["charges"][0]["issuing_state"] == "TX"


@pytest.mark.parametrize(
    ("months", "expected"), [(None, "REVIEW"), (12, "LEVEL_2"), (13, "LEVEL_1")], ids=["unknown", "one year", "over"]
)
def test_trap_f_the_level_of_drugs_depends_on_the_sentence(months, expected):
    assert answer(SC, convicted("3510", months)) == expected


def test_a_charge_not_decided_yet_is_measured_by_what_it_is_punishable_by():
    assert answer(SC, charge("3510", maximum_months=60)) == "LEVEL_1"
    assert answer(SC, charge("3510", maximum_months=6)) == "LEVEL_2"


def test_a_dismissal_lowers_the_level():
    assert answer(SC, charge("1201"), charge("2301", number=2)) == "LEVEL_1"
    assert answer(SC, charge("1201", Outcome.DISMISSED), charge("2301", number=2)) == "LEVEL_2"
    assert answer(SC, charge("1201", Outcome.DISMISSED)) == "NOT_APPLICABLE"


def test_an_unconfirmed_code_never_gives_a_final_level():
    for rules in (SC, FS, DET):
        result = assess(rules, facts(charge("1201", code_confirmed=False), findings=nothing_found(rules)))
        assert result.provisional
    confirmed = assess(SC, facts(charge("1201", code_confirmed=False), convicted("0999", number=2)))
    assert (confirmed.answer, confirmed.provisional) == ("LEVEL_1", False)


def test_an_outcome_that_is_out_of_date_sends_the_case_to_a_person_where_it_matters():
    result = assess(SC, facts(charge("1201", outcome_fresh=False)))
    assert (result.answer, result.decided_by.name) == ("REVIEW", "outdated-outcome")
    assert answer(SC, charge("1201", outcome_fresh=False), convicted("0999", number=2)) == "LEVEL_1"


def test_review_prevails_over_a_level_only_where_it_could_be_graver():
    assert answer(SC, charge("1313"), convicted("2301", number=2)) == "REVIEW"
    assert answer(SC, charge("1313"), convicted("1201", number=2)) == "LEVEL_1"


def test_nothing_known_and_not_every_source_answered_is_insufficient():
    assert answer(SC, charges_complete=False) == "INSUFFICIENT_DATA"
    assert answer(SC) == "NOT_APPLICABLE"


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.SUBJECT])
def test_whom_the_rules_do_not_apply_to_has_no_level_whatever_the_charges(standing):
    for rules in rule_sets():
        result = assess(rules, facts(convicted("0999", 600), standing=standing))
        assert (result.answer, result.rank, result.provisional) == ("NOT_APPLICABLE", None, False)


def test_ice_2010_rests_on_convictions_and_a_charge_never_counts():
    ruled_out = nothing_found(ICE)
    assert answer(ICE, charge("0999", maximum_months=600), findings=ruled_out) == "NONE"


def test_ice_2010_level_1_two_offences_punishable_by_more_than_one_year():
    one, two = convicted("2901", 1, maximum_months=24), convicted("2902", 1, 2, maximum_months=24)
    assert answer(ICE, one) == "P1_LEVEL_2"
    assert answer(ICE, one, two) == "P1_LEVEL_1"


def test_ice_2010_level_2_three_offences_punishable_by_less_than_one_year():
    charges = [convicted("4101", 1, number, maximum_months=6) for number in (1, 2, 3)]
    assert answer(ICE, *charges[:2]) == "P1_LEVEL_3"
    assert answer(ICE, *charges) == "P1_LEVEL_2"


def test_ice_2010_an_offence_punishable_by_exactly_one_year_goes_to_a_person():
    assert answer(ICE, convicted("4101", 1, maximum_months=12)) == "REVIEW"


def test_ice_2010_priority_2_and_3_rest_on_what_officers_stated():
    ruled_out = nothing_found(ICE)
    assert answer(ICE, findings={**ruled_out, FindingName.RECENT_UNLAWFUL_ENTRY: True}) == "P2"
    assert answer(ICE, findings={**ruled_out, FindingName.ILLEGAL_REENTRY: True}) == "P3"


def test_det_2012_needs_reason_to_believe_and_one_criterion():
    assert answer(DET, convicted("1201"), findings=REMOVABLE) == "MET"
    assert answer(DET, convicted("1201")) == "INSUFFICIENT_DATA"
    assert answer(DET, convicted("1201"), findings=dict.fromkeys(REMOVABLE, False)) == "NOT_MET"
    assert answer(DET, convicted("4101", 1, maximum_months=6), findings=nothing_found(DET)) == "NOT_MET"


def test_det_2012_three_misdemeanour_convictions():
    charges = [convicted("4101", 1, number, maximum_months=6) for number in (1, 2, 3)]
    assert answer(DET, *charges[:2], findings=nothing_found(DET)) == "NOT_MET"
    assert answer(DET, *charges, findings=nothing_found(DET)) == "MET"


def test_a_sentence_longer_than_the_maximum_on_record_is_a_gap_and_not_believed():
    result = assess(ICE, facts(convicted("4101", 24, maximum_months=6), findings=nothing_found(ICE)))
    assert result.answer == "P1_LEVEL_2"
    assert [gap.because for gap in result.gaps] == ["CONTRADICTION"]


@pytest.mark.parametrize("extra", ["birthplace", "ethnicity", "language", "nationality", "circumstances"])
def test_nothing_but_charges_and_findings_can_be_handed_in(extra):
    given = facts(charge("1201")).canonical()
    with pytest.raises(ValueError, match=f"facts have no {extra}"):
        Facts.of({**given, extra: "x"})
    with pytest.raises(ValueError, match=f"a charge has no {extra}"):
        Facts.of({**given, "charges": [{**given["charges"][0], extra: "x"}]})


def test_the_explanation_names_the_basis_and_what_would_change_the_answer():
    given = facts(charge("3510"))
    result = assess(SC, given)
    told = explain(SC, given, result)
    assert told.headline == "For a person to decide, provisional (it could become “Level 1” and “Level 2”)."
    sentences = [one.sentence for one in told.changes]
    assert "It would be “Level 2” if the offence of charge 1 were punishable by 1 year or less." in sentences
    assert "draft" in told.rule_text[0]
    guilty = convicted("3510", 36)
    told = explain(SC, facts(guilty), assess(SC, facts(guilty)))
    assert told.headline == "Level 1, on a conviction."
    assert "It would be “Level 2” if the sentence for charge 1 were 1 year or less." in [
        one.sentence for one in told.changes
    ]


def test_an_explanation_of_other_facts_is_refused():
    result = assess(SC, facts(charge("1201")))
    with pytest.raises(ValueError, match="other rules or other facts"):
        explain(SC, facts(charge("2301")), result)


def test_the_stored_inputs_give_the_same_answer_again():
    given = facts(charge("3510"), convicted("1201", 24, 2), findings=REMOVABLE)
    stored = json.loads(json.dumps(given.canonical()))
    for rules in rule_sets():
        assert reassess(rules, stored) == assess(rules, given)


def test_the_order_in_which_facts_were_gathered_changes_nothing():
    one, two = charge("3510"), convicted("1201", 24, 2)
    assert facts(one, two).digest == facts(two, one).digest
    assert answer(SC, one, two) == answer(SC, two, one)
