# SPDX-License-Identifier: Apache-2.0
"""The support centre's answer: coded determinations, two copies, protected persons."""

from __future__ import annotations

import pytest

from secure_communities.interchange.messages import (
    UNKNOWN_OFFENCE,
    Audience,
    DetainerRule,
    Determination,
    ImmigrationResponse,
    MessageError,
    Protection,
    detainer_rule,
    sentence,
)
from secure_communities.interchange.messages.vocabulary import load_vocabulary
from tests.builders.messages import an_answer

decode = ImmigrationResponse.decode
PERSON = {"name": "", "dob": "", "sex": "", "pob": "", "offence": "", "a_number": "", "evidence": ()}
PROTECTED_CODES = (Determination.ASYLEE, Determination.REFUGEE, Determination.PROTECTED_1367)


@pytest.mark.parametrize("determination", [code for code in Determination if code not in PROTECTED_CODES])
def test_each_determination_is_read_back_in_both_copies(determination: Determination) -> None:
    officer = an_answer(determination=determination)
    agency = officer.for_agency()
    assert decode(officer.encode()) == officer
    assert decode(agency.encode()) == agency
    assert sentence(determination) in agency.encode().replace("\n ", "")


def test_the_agency_copy_leaves_out_evidence_confidence_and_reviewer() -> None:
    text = an_answer(extra=(("ZZNEW", "SECRET"),)).for_agency().encode()
    assert not [word for word in ("R-0001", "Two records", "SPECIALIST", "2026.1", "SECRET", "PRT") if word in text]
    assert "AUT:SAMPLE, OFFICER" in text


@pytest.mark.parametrize("finding", [Protection.UNKNOWN, Protection.PROTECTED])
def test_a_person_who_is_not_cleared_is_withheld_from_the_agency(finding: Protection) -> None:
    text = an_answer(protection=finding).for_agency().encode()
    assert not [word for word in ("SAMPLE", "1980", "A000000001", "1203", "LPR", "DET:", "permanent") if word in text]
    assert "No statement is made in answer to this query." in text


@pytest.mark.parametrize("determination", PROTECTED_CODES)
def test_a_protected_code_is_withheld_even_if_the_filter_cleared_the_person(determination: Determination) -> None:
    withheld = an_answer(determination=determination, **PERSON).for_agency().encode()
    unknown = an_answer(protection=Protection.UNKNOWN).for_agency().encode()
    assert withheld == unknown
    assert determination not in withheld


@pytest.mark.parametrize("shown", [{"name": "SAMPLE, ONE"}, {"a_number": "A000000001"}, {"criminal_note": "One."}])
def test_a_protected_answer_refuses_every_item_about_the_person(shown: dict[str, str]) -> None:
    an_answer(determination=Determination.PROTECTED_1367, **PERSON).encode()
    with pytest.raises(MessageError, match="nothing about the person"):
        an_answer(determination=Determination.PROTECTED_1367, **PERSON | shown).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"protection": Protection.UNKNOWN},
        {"protection": Protection.PROTECTED},
        {"determination": Determination.ASYLEE},
        {"evidence": an_answer().evidence},
        {"reviewer": "SAMPLE"},
    ],
)
def test_the_encoder_itself_denies_what_an_agency_may_not_see(changes: dict[str, object]) -> None:
    reduced = {"evidence": (), "confidence": "", "reviewer": "", "rules_version": ""}
    an_answer(**{"audience": Audience.AGENCY} | reduced).encode()
    with pytest.raises(MessageError):
        an_answer(**{"audience": Audience.AGENCY} | reduced | changes).encode()


def test_a_determination_without_officer_and_authority_is_not_written() -> None:
    for missing in ("officer", "authority", "determined_at"):
        with pytest.raises(MessageError, match="mandatory"):
            an_answer(**{missing: None if missing == "determined_at" else ""}).encode()


def test_the_unknown_charge_is_echoed_as_unknown() -> None:
    assert "OFFUNK:Y" in an_answer(offence=UNKNOWN_OFFENCE).encode()
    with pytest.raises(MessageError, match="OFFUNK"):
        decode(an_answer(offence="1203").encode() + "OFFUNK:Y\n")


def test_items_are_read_in_any_order_and_unknown_tags_are_kept() -> None:
    message = an_answer(extra=(("ZZNEW", "1"),))
    head, *items = message.encode().replace("\n ", "").splitlines()
    assert decode("\n".join([head, *reversed(items)])) == message


def test_every_determination_has_a_rule_and_a_sentence() -> None:
    assert set(load_vocabulary().entries) == set(Determination)
    never = ("illegal", "alien")  # words never used
    assert not [code for code in Determination if any(word in sentence(code).lower() for word in never)]


def test_what_must_happen_before_a_detainer_is_as_the_table_says() -> None:
    by_rule = {rule: {code for code in Determination if detainer_rule(code) is rule} for rule in DetainerRule}
    assert by_rule[DetainerRule.NEVER] == {Determination.USC_CONFIRMED}
    assert by_rule[DetainerRule.SUPERVISOR_AND_COUNSEL] == {Determination.LPR_POSSIBLY_REMOVABLE}
    assert by_rule[DetainerRule.AFTER_OFFICER_REVIEW] == {
        Determination.NONIMM_OVERSTAY,
        Determination.EWI,
        Determination.NO_STATUS_FOUND_WITH_EVIDENCE,
        Determination.FINAL_ORDER_OUTSTANDING,
        Determination.PRIOR_REMOVAL_REENTRY,
        Determination.IN_PROCEEDINGS,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "IAR",
        "IAR.ZZLESC001.ZZTX00101.Q.TXT",
        "IAR.ZZLESC001.ZZTX00101..TXT",
        an_answer().encode().replace("DET:LPR", "DET:DEPORT"),
        an_answer().encode().replace("BAS:BIOMETRIC", "BAS:RUMOUR"),
        an_answer().encode().replace("EVD:2026", "EVD:2O26"),
        an_answer().encode().replace("SYS=FILES", "EVIL=FILES"),
    ],
)
def test_an_unreadable_answer_is_refused(text: str) -> None:
    with pytest.raises(MessageError):
        decode(text)
