# SPDX-License-Identifier: Apache-2.0
"""The mapping as data: it agrees with the field tables of the profiles, and the shipped schema with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_communities.interchange import xml
from secure_communities.interchange.itl import parse
from secure_communities.interchange.messages.layout import load_layout
from secure_communities.interchange.profiles.tables import edition
from secure_communities.interchange.xml import inquiries, schema
from secure_communities.interchange.xml.tables import load
from tests.builders.transactions import a_booking

TRANSACTIONS = ("CAR", "CNA", "CPDR", "CPNU", "SRE", "ERRT")


def test_every_field_of_the_booking_and_its_answers_has_a_place() -> None:
    rules = edition("ebts-10.0")
    for record_type, table in load().by_type.items():
        for rule in rules.fields[record_type]:
            used = record_type != 2 or any(rule.need.get(tot, "-") in "MO" for tot in TRANSACTIONS)
            rows = table.rows_of(rule.tag)
            assert rows or not used, rule.tag
            if rows and rule.times[1] > 1 and record_type == 2:
                assert rows[0].many, rule.tag
            if rows and rule.grouped:
                assert len(rows[0].items) >= len(rule.items), rule.tag


def test_the_shipped_schema_is_the_one_that_the_table_gives() -> None:
    folder = Path(schema.__file__).parent / "data" / "schema"
    shipped = {file.name: file.read_text("utf-8") for file in folder.glob("*.xsd")}
    assert shipped == schema.schema_files(), "run: python tools/xml_schema.py"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b"<nc:Date>2026-11-21</nc:Date>", b"<nc:Date>21/11/2026</nc:Date>", "Date"),
        (b"<ebts:RecordRetentionIndicator>true<", b"<ebts:RecordRetentionIndicator>maybe<", "RecordRetentionIndicator"),
    ],
)
def test_the_schema_finds_a_value_of_the_wrong_form_and_names_its_element(old: bytes, new: bytes, where: str) -> None:
    written = xml.emit(parse(a_booking()))
    assert old in written
    (found,) = xml.schema_findings(written.replace(old, new))
    assert where in found.message and "line" in found.message


@pytest.mark.parametrize(("message", "record"), [("iaq", 1), ("iar", 2)])
def test_every_item_of_query_and_response_has_a_place(message: str, record: int) -> None:
    rows = load(inquiries.VERSION).by_type[record].rows
    places = {row.tag: row for row in rows}
    for item in load_layout(message, "1.0").items:
        assert item.tag in places, item.tag
        assert places[item.tag].many >= item.repeats, item.tag
