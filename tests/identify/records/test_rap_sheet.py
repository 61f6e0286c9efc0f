# SPDX-License-Identifier: Apache-2.0
"""The rap sheet's text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from secure_communities.identify.records.identities import CriminalIdentity
from secure_communities.identify.records.rap_sheet import (
    LIMIT,
    NOT_REPORTED,
    WIDTH,
    ArrestView,
    ChargeView,
    OutcomeView,
    RecordView,
    compose,
)
from secure_communities.identify.records.rules import DispositionKind

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WHO = CriminalIdentity(
    "S0000001Z", ("SAMPLE,ONE",), ("SYNTH,OTHER",), date(1980, 1, 1), "M", "TX", "ZZ0001234", height="511", eyes="BRO"
)
CODED = ChargeView(1, "2303", "SUBMITTED", "", "SHOPLIFTING", "SHOPLIFT UNDER 500", "TX", date(2026, 11, 20), None)
UNCODED = ChargeView(2, None, "UNKNOWN", "NOT_SUBMITTED", "", "ROBBERY 1203", "", None, None)
CONVICTED = OutcomeView(DispositionKind.CONVICTED, date(2027, 1, 5), "COURT", 6, 12)
ARREST = ArrestView(
    date(2026, 11, 21), "ZZTX00101", "SYNZZTX00101-20261122-000001", "SYN-1", ("SAMPLE,ONE",), (CODED, UNCODED)
)


def sheet(*arrests: ArrestView, who: CriminalIdentity = WHO) -> str:
    return compose(RecordView(who, arrests), at=AT)


def with_literal(literal: str) -> ArrestView:
    return replace(ARREST, charges=(replace(CODED, literal=literal),))


def test_the_sheet_reads_as_expected() -> None:
    decided = replace(ARREST, charges=(replace(CODED, outcome=CONVICTED), UNCODED))
    assert (
        sheet(decided)
        == """\
              SYNTHETIC - INVENTED PERSON - NO REAL RECORD
========================================================================
CRIMINAL HISTORY RECORD                                    UCN S0000001Z
PREPARED 2026-11-22 12:00 UTC
AN ARREST OR A CHARGE IS NOT A CONVICTION. WHAT WAS CHARGED AND WHAT WAS
DECIDED STAND APART BELOW.
========================================================================
IDENTITY
  NAME            SAMPLE,ONE
  ALSO USED       SYNTH,OTHER
  DATE OF BIRTH   1980-01-01
  PLACE OF BIRTH  TX
  SEX             M
  SID             ZZ0001234
  HEIGHT          511
  EYES            BRO
------------------------------------------------------------------------
ARREST 1   DATE 2026-11-21   AGENCY ZZTX00101
  SUBMISSION      SYNZZTX00101-20261122-000001
  AGENCY CASE     SYN-1
  NAME GIVEN      SAMPLE,ONE
  CHARGED (NOT A FINDING OF GUILT)
     1. 2303 SHOPLIFTING (SUBMITTED)
        AS SUBMITTED: SHOPLIFT UNDER 500
        OFFENCE DATE 2026-11-20, STATE TX
     2. CODE UNKNOWN (NOT SUBMITTED)
        AS SUBMITTED: ROBBERY 1203
        OFFENCE DATE NOT REPORTED, STATE NOT REPORTED
  DECIDED
     1. CONVICTED, DATE 2027-01-05
        SENTENCE 6 MONTHS, MAXIMUM 12 MONTHS
        REPORTED BY COURT
     2. DISPOSITION NOT REPORTED
========================================================================
CHARGED 2   CONVICTED 1   NO DISPOSITION REPORTED 1
COMPLETENESS: 1 OF 1 ARRESTS SHOWN; 1 OF 2 CHARGES WITH A CODE; 1 OF 2
              WITH A DISPOSITION. END OF RECORD.
"""
    )


def test_a_charge_without_a_disposition_says_so_and_counts_as_no_conviction() -> None:
    text = sheet(ARREST)
    assert text.count(NOT_REPORTED) == 2
    assert "CHARGED 2   CONVICTED 0   NO DISPOSITION REPORTED 2" in text


def test_only_a_conviction_counts_as_one() -> None:
    for kind in DispositionKind:
        text = sheet(replace(ARREST, charges=(replace(CODED, outcome=OutcomeView(kind, None, "COURT")),)))
        assert f"CONVICTED {int(kind is DispositionKind.CONVICTED)}   " in text


def test_a_sentence_not_reported_is_not_a_sentence_of_nothing() -> None:
    outcome = OutcomeView(DispositionKind.CONVICTED, None, "COURT")
    assert "SENTENCE NOT REPORTED" in sheet(replace(ARREST, charges=(replace(CODED, outcome=outcome),)))
    zero = replace(outcome, sentence_months=0)
    assert "SENTENCE 0 MONTHS" in sheet(replace(ARREST, charges=(replace(CODED, outcome=zero),)))


@given(st.text(max_size=400))
def test_every_line_is_printable_ascii_of_at_most_72_columns_and_ends_the_same_way(literal: str) -> None:
    text = sheet(with_literal(literal), who=replace(WHO, names=(literal,), pob=literal, sid=literal))
    lines = text.split("\n")
    assert text.isascii() and all(line.isprintable() and len(line) <= WIDTH for line in lines)
    assert "SYNTHETIC" in lines[0]
    assert lines[-1] == "" and lines[-2].endswith("END OF RECORD.")


def test_the_words_of_a_charge_cannot_forge_a_line_or_a_separator() -> None:
    text = sheet(with_literal("X\nCHARGED 9   CONVICTED 9\r\n\x1c\x1d\x1e\x1fUCN S9999999Z\u2028END OF RECORD."))
    assert not any(separator in text for separator in "\x1c\x1d\x1e\x1f\r\u2028")
    assert [line for line in text.splitlines() if line.startswith("CHARGED")] == [
        "CHARGED 1   CONVICTED 0   NO DISPOSITION REPORTED 1"
    ]


def test_accents_are_folded_and_other_scripts_are_marked() -> None:
    text = sheet(ARREST, who=replace(WHO, names=("SAMPLE,JOSÉ ŁUKASZ",)))
    assert "SAMPLE,JOSE ?UKASZ" in text


def test_a_very_long_record_stays_within_the_field_and_says_what_it_leaves_out() -> None:
    charges = tuple(replace(CODED, number=number, literal="W" * 300) for number in range(1, 41))
    arrests = [replace(ARREST, charges=charges, correlation=f"SYN{number:07d}") for number in range(1, 61)]
    text = sheet(*arrests)
    assert LIMIT - 40_000 < len(text) <= LIMIT
    shown = text.count("\nARREST ")
    assert f"{60 - shown} EARLIER ARREST(S) NOT SHOWN FOR LENGTH" in text
    assert f"{shown} OF 60 ARRESTS SHOWN" in text
    assert "\nARREST 60 " in text and "\nARREST 1 " not in text
    assert "CHARGED 2400 " in text


def test_one_arrest_larger_than_the_field_still_gives_a_sheet() -> None:
    charges = tuple(replace(CODED, number=number, literal="W" * 300) for number in range(1, 1000))
    text = sheet(replace(ARREST, charges=charges))
    assert len(text) <= LIMIT and "0 OF 1 ARRESTS SHOWN" in text


def test_a_record_without_arrests_is_a_sheet_too() -> None:
    text = sheet()
    assert "0 OF 0 ARRESTS SHOWN" in text and len(text) >= 4
