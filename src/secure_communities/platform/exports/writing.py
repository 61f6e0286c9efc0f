# SPDX-License-Identifier: Apache-2.0
"""Tables → CSV, workbook, PDF. No value is ever run: texts of CSV are made inert, texts of workbooks are typed as text.

Workbooks and PDFs carry the banner, the filters and the time; CSV carries rows only, so that programs can read it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from secure_communities.platform.documents import render
from secure_communities.platform.exports.tables import BANNER, About, Cell, Format, Table, TooLarge, in_words, inert

CONTENT_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}
MOST_ROWS: Mapping[Format, int] = {Format.CSV: 5_000_000, Format.XLSX: 1_000_000, Format.PDF: 2_000}
PIECE = 500  # rows that leave together
WIDEST, NARROWEST = 60, 9
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
MARK = "\ufeff"  # spreadsheets take a file for UTF-8 only when it opens with it


def csv_pieces(table: Table) -> Iterator[bytes]:
    """The table as CSV, some hundred rows at a time. Raises Unexportable, TooLarge (then the file is cut there)."""
    yield MARK.encode()
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow([inert(one) for one in table.columns])
    for number, row in enumerate(table.checked(), 1):
        _within(Format.CSV, number)
        writer.writerow([inert(one) if isinstance(one, str) else in_words(one) for one in row])
        if number % PIECE == 0:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def csv_of(table: Table) -> bytes:
    """The table as CSV, whole."""
    return b"".join(csv_pieces(table))


def xlsx_of(tables: Sequence[Table], about: About) -> bytes:
    """A workbook: a sheet that says what it is, then a sheet for each table, heads fixed and filters set."""
    book = Workbook(write_only=True)
    book.properties.creator = about.source
    book.properties.title = about.title
    book.properties.created = book.properties.modified = about.at.astimezone(UTC).replace(tzinfo=None)
    _source_sheet(book, tables, about)
    taken = {"source"}
    for table in tables:
        _sheet(book, table, _sheet_name(table.title, taken))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf_of(tables: Sequence[Table], about: About) -> bytes:
    """A PDF to keep (PDF/A, PDF/UA). Raises DocumentFailed, TooLarge."""
    shown = []
    for table in tables:
        rows = []
        for number, row in enumerate(table.checked(), 1):
            _within(Format.PDF, number)
            rows.append([_for_people(one) for one in row])
        numeric = [_numeric([row[at] for row in rows]) for at in range(len(table.columns))]
        shown.append({
            "title": table.title, "columns": list(table.columns), "rows": rows, "numeric": numeric,
            "notes": list(table.notes),
        })  # fmt: skip
    widest = max((len(one["columns"]) for one in shown), default=1)
    data: dict[str, Any] = {
        "title": about.title, "author": about.source, "description": about.title, "replaces": None,
        "reference": f"{about.title} · {about.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "about": [list(one) for one in about.lines()[1:]], "notes": list(about.notes), "tables": shown,
        "flipped": widest > 6,
    }  # fmt: skip
    template = (resources.files(__package__) / "tables.typ").read_text("utf-8")
    return render(template, data, created=about.at)


def file_name(about: About, kind: Format, part: str = "") -> str:
    """A plain name for the file: words and the day."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{about.title} {part}".lower()).strip("-")[:80] or "table"
    return f"{words}-{about.at.astimezone(UTC):%Y%m%d}.{kind.value}"


def _within(kind: Format, rows: int) -> None:
    if rows > MOST_ROWS[kind]:
        other = "take the workbook or CSV" if kind is Format.PDF else "narrow the filters"
        raise TooLarge(f"A {kind.value.upper()} file holds at most {MOST_ROWS[kind]:,} rows: {other}.")


def _source_sheet(book: Any, tables: Sequence[Table], about: About) -> None:
    sheet = book.create_sheet("Source")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 90
    sheet.append([_cell(sheet, BANNER, bold=True)])
    sheet.append([])
    lines = [*about.lines(), *(("Note", one) for one in about.notes)]
    lines += [(table.title, note) for table in tables for note in table.notes]
    for item, content in lines:
        sheet.append([_cell(sheet, item, bold=True), _cell(sheet, content)])


def _sheet(book: Any, table: Table, name: str) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for at, title in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = max(NARROWEST, min(WIDEST, len(title) + 3))
    sheet.append([_cell(sheet, title, bold=True) for title in table.columns])
    last = 1
    for number, row in enumerate(table.checked(), 1):
        _within(Format.XLSX, number)
        sheet.append([_cell(sheet, one) for one in row])
        last = number + 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{last}"


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None)  # workbooks know no zones: the source sheet says UTC
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str, taken: set[str]) -> str:
    base = NOT_IN_SHEET_NAMES.sub(" ", title).strip(" '")[:28] or "Table"
    name, number = base, 2
    while name.lower() in taken:
        name, number = f"{base} {number}", number + 1
    taken.add(name.lower())
    return name


def _for_people(value: Cell) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return in_words(value) if not isinstance(value, date) else value.isoformat()


def _numeric(texts: Sequence[str]) -> bool:
    filled = [one for one in texts if one]
    return bool(filled) and all(re.fullmatch(r"[-+]?[\d,.]+( ?%| s| min| h| d)?", one) for one in filled)
