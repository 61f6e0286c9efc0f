# SPDX-License-Identifier: Apache-2.0
"""Signs of citizenship and what they block, as pure rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.policy.citizenship import (
    Fact,
    FactKind,
    IndiciumCode,
    Path,
    Standing,
    blocked,
    indicia,
)
from secure_communities.policy.determination import (
    ADVERSE,
    Authority,
    Confidence,
    DetainerRule,
    Determination,
    authority_words,
    confidence_words,
    detainer_rule,
    detainer_words,
    in_words,
)

STANDINGS = st.frozensets(st.sampled_from(Standing))


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (FactKind.BIRTHPLACE, "TX", IndiciumCode.US_BIRTHPLACE),
        (FactKind.BIRTHPLACE, "nb", IndiciumCode.US_BIRTHPLACE),
        (FactKind.BIRTHPLACE, "PR", IndiciumCode.US_BIRTHPLACE),
        (FactKind.CITIZENSHIP, "US", IndiciumCode.US_CITIZENSHIP_STATED),
        (FactKind.OWN_STATEMENT, "US", IndiciumCode.OWN_CLAIM),
        (FactKind.CITIZEN_PARENT, "US", IndiciumCode.CITIZEN_PARENT),
        (FactKind.PASSPORT, "US", IndiciumCode.US_PASSPORT),
        (FactKind.NATURALISATION, "US", IndiciumCode.NATURALISATION),
        (FactKind.BIRTH_RECORD, "GU", IndiciumCode.US_BIRTH_RECORD),
    ],
)
def test_each_sign_of_domain_2_5_is_raised_and_says_why(kind: FactKind, value: str, code: IndiciumCode) -> None:
    (found,) = indicia([Fact(kind, value, "a source", "a record")])
    assert found.code is code
    assert "a source" in found.why.lower()
    assert found.why.endswith(".")


@given(st.sampled_from(FactKind), st.sampled_from(["MM", "CD", "XX", "YY", "", "USSR", "TEXAS", "GERMANY"]))
def test_no_place_abroad_and_no_word_raises_anything(kind: FactKind, value: str) -> None:
    assert indicia([Fact(kind, value, "a source")]) == ()


def test_a_state_is_no_citizenship() -> None:
    assert indicia([Fact(FactKind.CITIZENSHIP, "CA", "the booking"), Fact(FactKind.PASSPORT, "CA", "x")]) == ()


@given(st.sampled_from(Path), st.sampled_from(sorted(ADVERSE)), STANDINGS, st.booleans(), st.booleans())
def test_a_sign_that_is_open_or_confirmed_blocks_every_path_and_names_its_safeguard(
    path: Path, code: Determination, standings: frozenset[Standing], proven: bool, approved: bool
) -> None:
    reasons = blocked(path, standings=standings, determination=code, conviction_proven=proven, approved=approved)
    numbers = {one.safeguard for one in reasons}
    assert ("S2" in numbers) == (Standing.OPEN in standings)
    assert ("S3" in numbers) == (Standing.CONFIRMED in standings)
    assert all(str(one).startswith(f"({one.safeguard}) ") and one.sentence.endswith(".") for one in reasons)
    if code is Determination.LPR_POSSIBLY_REMOVABLE:
        assert ("S16" in numbers) == (not (proven and approved))


@given(st.sampled_from([Path.DETAINER, Path.CUSTODY, Path.REMOVAL]), st.sampled_from([None, *Determination]))
def test_a_path_is_open_under_adverse_determinations_alone(path: Path, code: Determination | None) -> None:
    reasons = blocked(path, standings=(), determination=code, conviction_proven=True, approved=True)
    assert (reasons == ()) == (code in ADVERSE)


@given(st.sampled_from(sorted(set(Determination) - ADVERSE)), STANDINGS)
def test_no_sign_stands_in_the_way_of_a_determination_in_favour(
    code: Determination, standings: frozenset[Standing]
) -> None:
    assert blocked(Path.ADVERSE_DETERMINATION, standings=standings, determination=code) == ()


def test_the_detainer_rules_are_those_of_domain_2_5() -> None:
    assert detainer_rule(Determination.USC_CONFIRMED) is DetainerRule.NEVER
    assert detainer_rule(Determination.LPR_POSSIBLY_REMOVABLE) is DetainerRule.SUPERVISOR_AND_COUNSEL
    assert {one for one in Determination if detainer_rule(one) is DetainerRule.AFTER_OFFICER_REVIEW} == {
        "NONIMM_OVERSTAY", "EWI", "NO_STATUS_FOUND_WITH_EVIDENCE", "FINAL_ORDER_OUTSTANDING",
        "PRIOR_REMOVAL_REENTRY", "IN_PROCEEDINGS",
    }  # fmt: skip


def test_words_follow_from_codes() -> None:
    assert authority_words(Authority.DELEGATION, "order 7").endswith("under it: order 7")
    assert authority_words(Authority.STATED_IN_WORDS, " order 7 ") == "order 7"
    assert confidence_words(Confidence.AGREEING, "") == "Independent records agree"
    text = in_words(Determination.LPR, "The person is a resident.", supersedes=Determination.EWI)
    assert text.startswith("It replaces the determination EWI.")
    assert text.endswith(detainer_words(Determination.LPR))
    assert in_words(Determination.PROTECTED_1367, "No statement.", supersedes=Determination.EWI) == "No statement."
