# SPDX-License-Identifier: Apache-2.0
"""The query: fixed order, mandatory items, the charge that is never guessed, hostile characters."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from secure_communities.interchange.messages import (
    UNKNOWN_OFFENCE,
    ImmigrationQuery,
    MessageError,
    date_of_birth,
    safe_text,
)
from tests.builders.messages import TCN, a_query

decode = ImmigrationQuery.decode
HAND_WRITTEN = (
    "IAQ.ZZ0000001.ZZ.TXT.PUR/C.ATN/DEMO DESK.PHN/5550100.NAM/SAMPLE, ONE.DOB/19800101.SEX/M.POB/ZZ.CUS/Y."
    "OFF/1203.ARN/A00000000."
)


def test_a_query_is_written_in_the_fixed_order() -> None:
    text = a_query().encode().replace("\n ", "")
    assert text.startswith(
        "IAQ.ZZFBI0001.ZZ.TXT.PUR/C.ATN/DEMO DESK.PHN/5550100.NAM/SAMPLE, ONE.DOB/19800101.SEX/M.POB/ZZ.CUS/Y.OFF/1203."
    )
    assert f"FIN/9000000001.TCN/{TCN}.IDRREF/IDR-000001.SRC/BIOMETRIC." in text
    assert all(len(line) <= 72 for line in a_query().encode().splitlines())


def test_what_is_written_is_read_back() -> None:
    query = a_query(
        control="CTL-1", aliases=("SAMPLE, UNO", "SAMPLE, EIN"), remarks="Élodie says hello", extra=(("ZZNEW", "1"),)
    )
    assert decode(query.encode()) == query
    assert decode(query.encode().encode()) == query


def test_a_query_written_by_hand_is_read() -> None:
    query = decode(HAND_WRITTEN)
    assert (query.name, query.offence, query.a_number, query.in_custody) == ("SAMPLE, ONE", "1203", "A00000000", True)
    assert not query.biometric


def test_items_after_the_charge_are_read_in_any_order_and_unknown_ones_kept() -> None:
    query = decode(HAND_WRITTEN.replace("ARN/A00000000.", "ZZNEW/1.REM/HELLO.\n ARN/A00000000.AKA/SAMPLE, UNO."))
    assert (query.extra, query.remarks, query.a_number) == ((("ZZNEW", "1"),), "HELLO", "A00000000")


@pytest.mark.parametrize("tag", ["PUR", "ATN", "PHN", "NAM", "DOB", "SEX", "POB", "CUS", "OFF"])
def test_a_query_without_a_mandatory_item_is_refused(tag: str) -> None:
    head, text, rest = HAND_WRITTEN.partition("TXT.")
    items = [item for item in rest.rstrip(".").split(".") if not item.startswith(tag)]
    with pytest.raises(MessageError) as caught:
        decode(f"{head}{text}{'.'.join(items)}.")
    assert (caught.value.code, caught.value.tag) == ("E0001", tag)


def test_mandatory_items_out_of_order_are_refused() -> None:
    with pytest.raises(MessageError, match="fixed order"):
        decode(HAND_WRITTEN.replace("SEX/M.POB/ZZ", "POB/ZZ.SEX/M"))


def test_an_unknown_charge_is_marked_as_unknown() -> None:
    text = a_query(offence=UNKNOWN_OFFENCE).encode().replace("\n ", "")
    assert "OFF/0399.OFFUNK/Y." in text
    assert decode(text).charge_unknown


def test_filler_without_the_marker_counts_as_unknown_too() -> None:
    assert decode(HAND_WRITTEN.replace("OFF/1203", "OFF/0399")).charge_unknown


def test_a_charge_marked_as_unknown_is_refused() -> None:
    with pytest.raises(MessageError, match="OFFUNK"):
        decode(HAND_WRITTEN.replace("ARN/A00000000", "OFFUNK/Y"))


@pytest.mark.parametrize("offence", ["", "BURGLARY", "120", "12030", "12O3", "१२०३", "UNKN", "ASSAULT 1203"])
def test_only_a_four_digit_code_is_a_charge(offence: str) -> None:
    """Safeguard S4: text never becomes a code; there is not even an argument that takes text."""
    with pytest.raises(MessageError) as caught:
        a_query(offence=offence).encode()
    assert caught.value.tag == "OFF"
    assert not {field.name for field in fields(ImmigrationQuery)} & {"offence_text", "literal", "charge"}


@pytest.mark.parametrize("missing", ["fin", "tcn", "data_response"])
def test_a_biometric_query_names_all_its_sources(missing: str) -> None:
    with pytest.raises(MessageError, match="FIN, TCN and IDRREF"):
        a_query(**{missing: ""}).encode()


def test_a_source_without_the_rest_is_refused_on_reading() -> None:
    with pytest.raises(MessageError, match="FIN, TCN, IDRREF and SRC"):
        decode(HAND_WRITTEN + "SRC/BIOMETRIC.")


@pytest.mark.parametrize(
    "value",
    ["A.OFF/1203", "A/B", "A\nB", "A\x1dB", "A\u202eB", "A\u200bB", "=A", "@A", "A  B", "A<B", 'A"B', "A;B", "ſ\x00"],
)
def test_a_value_that_could_forge_an_item_is_refused(value: str) -> None:
    with pytest.raises(MessageError) as caught:
        a_query(attention=value).encode()
    assert (caught.value.code, caught.value.tag) == ("E0002", "ATN")


def test_typed_text_can_be_made_safe() -> None:
    assert safe_text("Sgt. O'Brien / desk\r\n2") == "Sgt O'Brien desk 2"
    assert safe_text("=cmd|' /C calc'!A1") == "cmd ' C calc' A1"
    assert safe_text("\u202e\u0301") == ""
    assert safe_text("ABCDE FGH", maximum=6) == "ABCDE"
    a_query(attention=safe_text("Sgt. O'Brien / desk\r\n2", maximum=30)).encode()


@pytest.mark.parametrize(
    ("dob", "expected"),
    [("19800229", date(1980, 2, 29)), ("022980", None), ("00000000", None)],
)
def test_a_birth_date_is_a_date_or_unknown(dob: str, expected: date | None) -> None:
    query = decode(a_query(dob=dob).encode())
    assert query.dob == dob
    assert date_of_birth(query) == expected


@pytest.mark.parametrize("dob", ["19800230", "022981", "1980011", "133180"])
def test_an_impossible_birth_date_is_refused(dob: str) -> None:
    with pytest.raises(MessageError, match="DOB"):
        a_query(dob=dob).encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "IAQ",
        "IAQ.",
        ".",
        "IAQ.ZZ0000001.ZZ.PUR/C.",
        "IAR.ZZ0000001.ZZ.TXT.",
        "IAQ.X.ZZ.TXT.",
        "IAQ.ZZ0000001.ZZZ.TXT.",
        "IAQ.ZZ0000001.ZZ.a b.TXT.",
        "IAQ.TXT.",
        HAND_WRITTEN.rstrip("."),
        HAND_WRITTEN + "X.",
        HAND_WRITTEN + "SEX/M.",
        HAND_WRITTEN.replace("CUS/Y", "CUS/P"),
        HAND_WRITTEN.replace("PUR/C", "PUR/X"),
    ],
)
def test_an_unreadable_query_is_refused(text: str) -> None:
    with pytest.raises(MessageError):
        decode(text)
