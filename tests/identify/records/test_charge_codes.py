# SPDX-License-Identifier: Apache-2.0
"""Where a charge's code may come from (S4), and which code a query carries."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.identify.records import rules
from secure_communities.identify.records.rules import (
    ArrestFacts,
    ChargeMissingError,
    CodedCharge,
    CodeSource,
    UnknownReason,
    charge_of,
    offence_for_query,
)
from secure_communities.policy.offences import UNKNOWN_CODE, offences

TEMPTING = ["ROBBERY 1203", "1203", "NCIC 1203 ROBBERY - BUSINESS-STGARM", "HOMICIDE", "CODE:0902;MURDER", "0399"]


@dataclass(frozen=True)
class Stored:
    code: str | None
    code_source: str
    unknown_reason: str = ""


@pytest.mark.parametrize("literal", TEMPTING)
@pytest.mark.parametrize("submitted", [None, ""])
def test_no_words_however_tempting_give_a_code(submitted: str | None, literal: str) -> None:
    assert charge_of(submitted, literal) == CodedCharge(None, CodeSource.UNKNOWN, UnknownReason.NOT_SUBMITTED)


@given(st.text() | st.sampled_from(TEMPTING) | st.sampled_from(sorted(offences())))
def test_the_words_never_change_the_code(literal: str) -> None:
    assert charge_of(None, literal).code is None
    assert charge_of("2303", literal) == CodedCharge("2303", CodeSource.SUBMITTED, None)


@given(st.text())
def test_what_is_not_in_the_catalogue_never_becomes_a_code(submitted: str) -> None:
    coded = charge_of(submitted, "")
    assert (coded.code is None) == (coded.code_source is CodeSource.UNKNOWN) == (coded.unknown_reason is not None)
    if submitted not in offences():
        assert coded.code is None


@pytest.mark.parametrize("code", ["9999", "120", "12O3", " 1203", "1203 ", "１２０３", "ROBBERY 1203"])
def test_a_code_the_catalogue_does_not_have_is_unknown_and_says_so(code: str) -> None:
    assert charge_of(code, "").unknown_reason is UnknownReason.NOT_IN_CATALOGUE


def test_the_filler_counts_as_unknown() -> None:
    assert charge_of(UNKNOWN_CODE, "IMMIGRATION") == CodedCharge(None, CodeSource.UNKNOWN, UnknownReason.FILLER)


def test_a_status_of_a_person_is_no_charge() -> None:
    assert charge_of("8004", "").unknown_reason is UnknownReason.STATUS_NOT_OFFENCE


def test_an_arrest_without_any_charge_cannot_be_stated() -> None:
    with pytest.raises(ChargeMissingError, match=r"SYNZZTX00101-1.*UNKNOWN with the reason"):
        ArrestFacts("SYNZZTX00101-1", "ZZTX00101", None, ())


def test_a_query_carries_the_first_charge_with_a_code_in_the_order_submitted() -> None:
    unknown, shoplifting, homicide = charge_of(None, "X"), charge_of("2303", ""), charge_of("0902", "")
    assert offence_for_query([shoplifting, homicide]).code == "2303"
    assert offence_for_query([shoplifting, homicide]).reason == "PRINCIPAL_CHARGE_SUBMITTED"
    later = offence_for_query([unknown, homicide])
    assert (later.code, later.known, later.reason) == ("0902", True, "FIRST_CHARGE_WITH_CODE_SUBMITTED")


def test_a_human_confirmed_code_is_carried_and_named_as_such() -> None:
    found = offence_for_query([Stored("1313", "HUMAN_CONFIRMED")])
    assert (found.code, found.known, found.reason) == ("1313", True, "PRINCIPAL_CHARGE_HUMAN_CONFIRMED")


@pytest.mark.parametrize(
    ("charges", "reason"),
    [
        ([], "NO_CHARGE"),
        ([charge_of(None, "ROBBERY 1203")], "NOT_SUBMITTED"),
        ([charge_of("0399", ""), charge_of(None, "")], "FILLER"),
        ([Stored(None, "UNKNOWN", "NOT_IN_CATALOGUE")], "NOT_IN_CATALOGUE"),
        ([Stored("0399", "SUBMITTED")], "NOT_SUBMITTED"),
        ([Stored("1203", "UNKNOWN")], "NOT_SUBMITTED"),
        ([Stored("1203", "GUESSED")], "NOT_SUBMITTED"),
    ],
)
def test_without_a_code_a_query_carries_the_filler_marked_unknown(charges: list[CodedCharge], reason: str) -> None:
    found = offence_for_query(charges)
    assert (found.code, found.known, found.reason) == (UNKNOWN_CODE, False, reason)


def test_the_querys_code_does_not_depend_on_how_grave_another_charge_is() -> None:
    for code in ("0902", "5707", "3562"):
        assert offence_for_query([charge_of("2303", ""), charge_of(code, "")]).code == "2303"


def test_the_rules_know_no_database_and_no_clock() -> None:
    source = inspect.getsource(rules)
    assert "django" not in source.replace("no Django", "") and "now(" not in source
