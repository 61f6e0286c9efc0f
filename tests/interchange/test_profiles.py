# SPDX-License-Identifier: Apache-2.0
"""The profiles: which one a file asks for, what the editions differ in, and what the single checks say."""

from __future__ import annotations

from datetime import date

import pytest

from secure_communities.interchange.itl import emit, parse, text_record, transaction
from secure_communities.interchange.profiles import check_admission, is_answer, profile_for, profile_names, validate
from secure_communities.interchange.profiles.tables import EDITIONS, edition
from secure_communities.interchange.profiles.values import (
    CHECKS,
    Dates,
    height,
    instant,
    person_name,
    read_date,
    resolution,
    weight,
)
from tests.builders.transactions import TCN, TODAY, a_booking

SUBMISSIONS = ["CAR", "CNA", "CPDR", "CPNU"]
DAYS = Dates(TODAY, TODAY)


def codes(data: bytes, profile: str) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.tag) for finding in validate(parse(data), profile, received_on=TODAY)]


def test_there_is_a_profile_for_every_edition_and_transaction():
    assert profile_names() == [f"{name}/{tot}" for name in EDITIONS for tot in [*SUBMISSIONS, "SRE", "ERRT"]]


@pytest.mark.parametrize(
    ("domain", "version", "expected"),
    [
        (("NORAM", "EBTS 10.0"), "0500", "ebts-10.0"),
        (("NORAM", "EBTS 9.1"), "0500", "ebts-9.1"),
        (("NORAM", "9.3"), "0500", "ebts-9.1"),
        (("NORAM", "EBTS 9.5"), "0400", "ebts-9.4"),
        (("NORAM", "EBTS 11.0"), "0502", "ebts-10.0"),
        (("NORAM", "EFTS 7.1"), "0300", "ebts-9.1"),
        (("NORAM", ""), "0400", "ebts-9.1"),
        (None, "0500", "ebts-9.4"),
        (None, "0502", "ebts-10.0"),
        (None, "0", "ebts-9.1"),
    ],
)
def test_a_file_asks_for_its_edition(domain: tuple[str, str] | None, version: str, expected: str):
    assert profile_for(parse(a_booking(domain=domain, version=version))) == f"{expected}/CAR"


def test_an_unknown_transaction_has_no_profile():
    assert profile_for(parse(a_booking(tot="LFS"))) is None
    with pytest.raises(KeyError):
        validate(parse(a_booking()), "ebts-12.0/CAR", received_on=TODAY)


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("tot", SUBMISSIONS)
def test_a_complete_booking_is_valid_in_every_edition(name: str, tot: str):
    assert codes(a_booking(tot=tot, version="0400"), f"{name}/{tot}") == []


def test_a_cna_that_asks_for_an_answer_is_contradictory():
    data = a_booking(tot="CNA", person={"2.006": "SGT SAMPLE", "2.070": "Y", "2.007": "ZZTX00102"})
    assert codes(data, "ebts-10.0/CNA") == [("E0006", "2.006"), ("E0006", "2.007"), ("E0006", "2.070")]


def test_a_direct_route_needs_its_type_of_search():
    data = a_booking(tot="CPNU")
    assert codes(data.replace(b"CPNU", b"CPDR"), "ebts-10.0/CPDR") == [("E0001", "2.043")]


def test_names_grow_to_fifty_characters_with_9_4():
    data = a_booking(person={"2.018": "SYNTH," + "A" * 44})
    assert codes(data, "ebts-9.1/CAR") == [("E0003", "2.018")]
    assert codes(data, "ebts-9.4/CAR") == codes(data, "ebts-10.0/CAR") == []


def test_ten_citizenships_come_with_9_4_and_two_court_items_with_10_0():
    data = a_booking(person={"2.021": [["XX"]] * 10})
    assert codes(data, "ebts-9.1/CAR") == [("E0002", "2.021")]
    assert codes(data, "ebts-9.4/CAR") == []
    data = a_booking(person={"2.051": [["20261101", "THEFT", "FINE", "1", "C"]]})
    assert codes(data, "ebts-9.4/CAR") == [("E0005", "2.051")]
    assert codes(data, "ebts-10.0/CAR") == []


def test_thirteen_missing_fingers_may_be_listed_from_10_0():
    rows = [["01", "XX"]] * 13
    found = codes(a_booking(person={"2.084": rows}), "ebts-9.4/CAR")
    assert ("E0003", "2.084") in found
    assert ("E0003", "2.084") not in codes(a_booking(person={"2.084": rows}), "ebts-10.0/CAR")


def test_record_counts_are_those_of_the_transaction():
    assert codes(a_booking(images=[]), "ebts-10.0/CAR") == [("E0001", "1.003")]
    photo = text_record(9, idc=20, fields=[("9.003", "1")])
    assert codes(a_booking(images=[*parse(a_booking()).of_type(4), photo]), "ebts-10.0/CAR") == [("E0003", None)]


def test_the_header_has_codes_of_its_own_but_date_and_control_numbers():
    data = a_booking().replace(b"\x1d1.006:", b"")
    header = parse(data).header
    assert header.text("1.006") is None
    assert codes(a_booking(priority=0), "ebts-10.0/CAR") == [("H0003", "1.006")]
    assert codes(a_booking(ori="ZZTX001"), "ebts-10.0/CAR") == [("H0003", "1.008")]
    assert codes(a_booking(tcn="SYN-1"), "ebts-10.0/CAR") == [("E0003", "1.009")]
    assert codes(a_booking(version="0999"), "ebts-10.0/CAR") == [("H0002", "1.002")]


def test_only_slaps_are_enough_when_every_finger_is_on_one():
    images = parse(a_booking()).of_type(4)[10:]
    assert codes(a_booking(images=images), "ebts-10.0/CAR") == []
    assert codes(a_booking(images=images[:-1]), "ebts-10.0/CAR") == [("E0006", "2.084")]


def test_an_sre_with_a_civil_and_a_criminal_number_is_contradictory():
    record = text_record(
        2,
        idc=0,
        fields=[
            ("2.014", "S0000001Z"),
            ("2.018", "SYNTH,A"),
            ("2.059", "I"),
            ("2.073", "ZZTX00101"),
            ("2.085", "C0000001Z"),
        ],
    )
    built = transaction(
        tot="SRE", ori="ZZFBI0001", dai="ZZTX00101", tcn="SYNFBI-00001", tcr=TCN, date=TODAY, records=[record]
    )
    assert codes(emit(built), "ebts-10.0/SRE") == [("E0006", "2.085")]


def test_an_answer_has_one_criminal_number():
    data = a_booking(person={"2.014": [["S0000001Z"], ["S0000002Z"]]})
    assert codes(data, "ebts-10.0/CAR") == []
    assert ("E0002", "2.014") in codes(data, "ebts-10.0/SRE")


def test_an_answer_without_reference_is_incomplete():
    record = text_record(2, idc=0, fields=[("2.060", "E0001: SOMETHING")])
    built = transaction(tot="ERRT", ori="ZZFBI0001", dai="ZZTX00101", tcn="SYNFBI-00001", date=TODAY, records=[record])
    assert codes(emit(built), "ebts-10.0/ERRT") == [("E0001", "1.010")]


def test_answers_are_known_by_their_type():
    assert is_answer("SRE")
    assert is_answer("ERRB")
    assert not is_answer("CAR")
    assert not is_answer(None)
    assert check_admission(parse(a_booking()), destination="ZZFBI0001") == []


@pytest.mark.parametrize("text", ["511", "400", "711", "N48", "N95", "000"])
def test_a_height_that_can_be(text: str):
    assert height(text, DAYS) is None


@pytest.mark.parametrize(
    ("text", "code"), [("590", "E0003"), ("311", "E0003"), ("800", "E0003"), ("N96", "E0003"), ("5.1", "E0002")]
)
def test_a_height_that_cannot_be(text: str, code: str):
    assert height(text, DAYS)[0] == code


def test_weights():
    assert [weight(text, DAYS) is None for text in ("000", "050", "499", "049", "500")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("text", ["SYNTH,A", "SYNTH-SAMPLE,ALEX B", "SYNTH, ALEX", "O,B", "DE LA SYNTH,A"])
def test_a_name_that_can_be(text: str):
    assert person_name(text, DAYS) is None


@pytest.mark.parametrize("text", ["SYNTH", "SYNTH,", ",ALEX", "SYNTH ,ALEX", "-SYNTH,A", "SYNTH,A  B", "A,B,C"])
def test_a_name_that_cannot_be(text: str):
    assert person_name(text, DAYS)[0] == "E0002"


def test_dates_are_those_of_the_calendar():
    assert read_date("20240229") == date(2024, 2, 29)
    assert [read_date(text) for text in ("20230229", "00000000", "2023022", "2023-2-1", "２０２４０１０１")] == [
        None
    ] * 5
    assert instant("20261122235960Z", DAYS) or instant("20261122245900Z", DAYS)
    assert instant("20261122235959Z", DAYS) is None
    assert resolution("19.69", DAYS) is None
    assert resolution("1969.", DAYS)


def test_every_named_check_is_used_by_a_table():
    used = {
        check
        for name in EDITIONS
        for rows in edition(name).fields.values()
        for row in rows
        for item in row.items
        for check in item.checks
    }
    assert used == set(CHECKS.values())


@pytest.mark.parametrize("name", EDITIONS)
def test_every_row_of_a_table_makes_sense(name: str):
    rules = edition(name)
    for rows in rules.fields.values():
        for row in rows:
            assert 1 <= row.times[0] <= row.times[1]
            assert row.need.keys() <= rules.transactions.keys()
            assert set(row.need.values()) <= {"M", "O", "X"}
            for item in row.items:
                assert item.kind == "IMAGE" or 1 <= item.size[0] <= item.size[1]


def test_the_mandatory_fields_of_a_criminal_submission():
    rows = edition("ebts-9.1").fields[2]
    needed = {row.name for row in rows if row.need.get("CAR") == "M"}
    assert " ".join(sorted(needed)) == "ASL CRI DOA DOB EYE HAI HGT IDC NAM POB RAC RET SEX WGT"
    assert {row.name for row in rows if row.need.get("SRE") == "M"} == {"IDC", "NAM", "SRF", "CRI"}
    assert {row.name for row in rows if row.need.get("ERRT") == "M"} == {"IDC", "MSG"}
