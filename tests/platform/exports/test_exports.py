# SPDX-License-Identifier: Apache-2.0
"""Exports: the same rows in every kind of file, nothing that a spreadsheet would run, and what it is always said."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from secure_communities.platform.exports import (
    About,
    Format,
    Table,
    TooLarge,
    Unexportable,
    csv_of,
    csv_pieces,
    file_name,
    pdf_of,
    writing,
    xlsx_of,
)
from secure_communities.platform.exports.tables import BANNER, FORMULA

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ABOUT = About("Programme figures", AT, filters=[("State", "Sonora")], notes=["Shares carry their interval."])
ATTACKS = [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "%0A=1", "|calc",
    "\ufeff=1", "\u200b@x",
]  # fmt: skip


def table(*rows: Any, columns: tuple[str, ...] = ("County", "Cases"), title: str = "Counties") -> Table:
    return Table(title, columns, rows, notes=["Counts, no shares."])


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_begins_a_formula_in_csv(text: str) -> None:
    assert read_csv(csv_of(table((text, 1))))[1][0].startswith("'")


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_is_a_formula_in_a_workbook(text: str) -> None:
    content = xlsx_of([table((text, 1), title=text)], About(text, AT, filters=[(text, text)], notes=[text]))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets" in name)
    for sheet in load_workbook(io.BytesIO(content)):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@given(st.text(max_size=60))
def test_whatever_is_written_is_inert_and_one_cell(text: str) -> None:
    found = read_csv(csv_of(table((text, 1), columns=("a", "b"))))
    assert len(found) == 2 and len(found[1]) == 2
    assert not found[1][0] or found[1][0][0] not in FORMULA


def test_a_negative_number_stays_a_number() -> None:
    assert read_csv(csv_of(table(("Pima", -3))))[1] == ["Pima", "-3"]


def test_a_workbook_says_what_it_is() -> None:
    book = load_workbook(io.BytesIO(xlsx_of([table(("Pima", 4), ("Yuma", 2))], ABOUT)))
    assert book.sheetnames == ["Source", "Counties"]
    source = [[cell.value for cell in row] for row in book["Source"].iter_rows()]
    assert source[0][0] == BANNER
    assert ["State", "Sonora"] in source and ["As of", "2026-11-26 12:00 UTC"] in source
    assert ["Counties", "Counts, no shares."] in source
    sheet = book["Counties"]
    assert sheet.auto_filter.ref == "A1:B3" and sheet.freeze_panes == "A2"
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["County", "Cases"], ["Pima", 4], ["Yuma", 2],
    ]  # fmt: skip


def test_sheets_of_the_same_or_of_no_good_name_get_names_of_their_own() -> None:
    tables = [table(title="A/B: [x]?"), table(title="A/B: [x]?"), table(title="source"), table(title="'" * 3)]
    names = load_workbook(io.BytesIO(xlsx_of(tables, ABOUT))).sheetnames
    assert len({name.lower() for name in names}) == 5


def test_a_pdf_says_what_it_is_and_never_obeys_its_data() -> None:
    content = pdf_of([table(("#pagebreak() <script>", 1234), ("=1+1", None))], ABOUT)
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "SYNTHETIC DATA" in text and "Sonora" in text and "1,234" in text and "#pagebreak()" in text
    assert content == pdf_of([table(("#pagebreak() <script>", 1234), ("=1+1", None))], ABOUT)


def test_a_pdf_of_too_many_rows_is_refused_with_the_way_out() -> None:
    with pytest.raises(TooLarge, match="workbook or CSV"):
        pdf_of([Table("Many", ["n"], ([n] for n in range(2_001)))], ABOUT)


def test_csv_leaves_piece_by_piece() -> None:
    read: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(1_200):
            read.append(number)
            yield [number]

    pieces = csv_pieces(Table("Many", ["n"], rows()))
    next(pieces), next(pieces)
    assert len(read) == writing.PIECE
    assert len(read_csv(b"".join(pieces))) == 1_200 - writing.PIECE


@pytest.mark.parametrize("row", [("one",), ("one", 2, 3), (object(), 1), (b"x", 1), (datetime(2026, 1, 1), 1)])
def test_what_is_no_row_is_refused(row: Any) -> None:
    with pytest.raises(Unexportable):
        csv_of(table(row))


def test_times_are_utc_and_control_characters_are_written_out() -> None:
    east = datetime(2026, 11, 26, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    found = read_csv(csv_of(table((east, date(2026, 1, 2)), ("a\x00b", True), (float("nan"), 0.25))))
    assert found[1:] == [["2026-11-26T12:00:00Z", "2026-01-02"], ["a[U+0000]b", "yes"], ["", "0.25"]]
    book = load_workbook(io.BytesIO(xlsx_of([table((east, "a\x00b"))], ABOUT)))
    assert book["Counties"]["A2"].value == datetime(2026, 11, 26, 12, 0)
    assert book["Counties"]["B2"].value == "a[U+0000]b"


def test_a_file_has_a_plain_name() -> None:
    assert file_name(About("Where? =All/…", AT), Format.XLSX, "../etc") == "where-all-etc-20261126.xlsx"
