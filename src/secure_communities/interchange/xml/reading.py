# SPDX-License-Identifier: Apache-2.0
"""NIEM XML → Transaction: the elements are made into the records of a traditional file, which its own reader reads.

So every limit and check of that reader holds here too. Errors name the element and its line."""

from __future__ import annotations

import base64
import binascii
import struct

from lxml import etree

from secure_communities.interchange import itl
from secure_communities.interchange.itl import CodecError, Header, Transaction, shown
from secure_communities.interchange.itl.records import tag_key
from secure_communities.interchange.xml import forms, limits
from secure_communities.interchange.xml.documents import read_tree
from secure_communities.interchange.xml.tables import Node, RecordTable, Row, Table, load

_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_CHARSETS = {"001": "latin-1", "003": "utf-8"}

Values = list[dict[int, str]]


def parse(data: bytes) -> Transaction:
    """Read one XML file. Raises CodecError: E0001 … E0006 with record, element and line."""
    table = load()
    root = read_tree(data)
    if root.tag != table.root:
        raise CodecError(
            "E0004", f"this is no transaction: the root element is not {table.short(table.root)}{_line(root)}", record=0
        )
    _no_attributes(root, table, besides=_SCHEMA_LOCATION)
    _no_text(root, table)
    records = [RecordReader(table, element, index) for index, element in enumerate(root)]
    if not records or records[0].rows is not table.by_type[1]:
        raise CodecError("E0004", f"the first record is not {table.short(table.by_type[1].element)}", record=0)
    charset = _charset(records[0])
    return itl.parse(b"".join(record.encoded(charset) for record in records))


def read_header(data: bytes) -> Header | None:
    """The fields of Type-1 that can be read; None if the XML or its Type-1 cannot. Never raises.

    The other records are not looked at: what is wrong with them can then be answered.
    """
    table = load()
    try:
        root = read_tree(data)
        if root.tag != table.root or len(root) == 0 or root[0].tag != table.by_type[1].element:
            return None
        reader = RecordReader(table, root[0], 0)
    except CodecError:
        return None

    def text(tag: str) -> str | None:
        values = reader.values.get((tag, ""))
        if not values:
            return None
        row = reader.rows.rows_of(tag)[0]
        return _items(values[0], row)[0]

    return Header(
        version=text("1.002"), tot=text("1.004"), date=text("1.005"), dai=text("1.007"), ori=text("1.008"),
        tcn=text("1.009"), tcr=text("1.010"),
    )  # fmt: skip


class RecordReader:
    """Reads one record element into values by tag."""

    def __init__(self, table: Table, element: etree._Element, index: int) -> None:
        self.table, self.element, self.index = table, element, index
        if not isinstance(element.tag, str):
            raise CodecError("E0005", f"a processing instruction has no place here{_line(element)}", record=index)
        rows = table.by_element.get(element.tag)
        if rows is None:
            known = ", ".join(table.short(name) for name in table.by_element)
            raise self._error("E0004", "is no record of our subset; known are " + known, element, ())
        self.rows: RecordTable = rows
        self.values: dict[tuple[str, str], Values] = {}
        self.image: bytes | None = None
        self.lines: dict[str, int] = {}
        _no_attributes(element, table, index=index)
        _no_text(element, table, index=index)
        self._walk(element, rows.tree, (element.tag,), None)

    def _walk(
        self, element: etree._Element, node: Node, path: tuple[str, ...], subfield: dict[int, str] | None
    ) -> None:
        seen: set[str] = set()
        for child in element:
            here = (*path, child.tag if isinstance(child.tag, str) else "?")
            if len(here) > limits.DEPTH:
                raise self._error("E0003", "is nested too deep", child, here)
            below = node.children.get(here[-1])
            if below is None:
                raise self._error("E0005", "has no place in the subset that is read", child, here)
            if child.attrib:
                raise self._error("E0005", f"has the attribute {shown(next(iter(child.attrib)))}", child, here)
            row = below.row
            if here[-1] in seen and not (below.starts and row is not None and row.many):
                raise self._error("E0005", "occurs more than once", child, here)
            seen.add(here[-1])
            self._take(child, below, here, subfield)

    def _take(self, child: etree._Element, below: Node, here: tuple[str, ...], subfield: dict[int, str] | None) -> None:
        row = below.row
        if below.starts and row is not None:
            subfield = {}
            self.values.setdefault((row.tag, row.part), []).append(subfield)
            self.lines.setdefault(row.tag, child.sourceline or 0)
        if below.children:
            if child.text and child.text.strip():
                raise self._error("E0005", "has text beside its elements", child, here)
            self._walk(child, below, here, subfield)
        elif len(child):
            raise self._error("E0005", "has elements where a value is expected", child, here)
        elif row is None or below.item is None:
            if (child.text or "").strip() != f"{self.rows.type:02d}":
                raise self._error("E0004", f"does not say {self.rows.type:02d}", child, here)
        elif row.is_image:
            self.image = self._image(child, here)
        else:
            if subfield is None or row.inline:
                subfield = self.values.setdefault((row.tag, row.part), [{}])[0]
                self.lines.setdefault(row.tag, child.sourceline or 0)
            subfield[below.item] = forms.from_text(child.text or "", row.items[below.item].form)
        if child.tail and child.tail.strip():
            raise self._error("E0005", "is followed by text beside the elements", child, here)

    def _image(self, child: etree._Element, here: tuple[str, ...]) -> bytes:
        text = "".join((child.text or "").split())
        if len(text) // 4 * 3 > limits.IMAGE_BYTES:
            raise self._error("E0003", f"holds more than {limits.IMAGE_BYTES} bytes", child, here)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self._error("E0002", "is not base64", child, here) from None

    # -- the record of a traditional file --

    def encoded(self, charset: str) -> bytes:
        """The record's bytes."""
        if self.rows.type == 4:
            return self._binary()
        fields: list[tuple[str, itl.Value]] = []
        for tag in sorted({tag for tag, _ in self.values}, key=tag_key):
            subfields: list[list[str]] = []
            for row in self.rows.rows_of(tag):
                subfields += [_items(one, row) for one in self.values.get((tag, row.part), []) if not row.is_image]
            if subfields:
                fields.append((tag, subfields))
        for tag, value in fields:
            try:
                "".join("".join(items) for items in value).encode(charset)
            except UnicodeEncodeError:
                raise self._field("E0002", tag, f"has characters outside {charset}, its character set") from None
        return itl.text_record(self.rows.type, idc=None, fields=fields, image=self.image, charset=charset).raw

    def _binary(self) -> bytes:
        idc, impression = self._number("4.002", 255), self._number("4.003", 255)
        positions = [items.get(0, "") for items in self.values.get(("4.004", ""), [])]
        if not 1 <= len(positions) <= 6 or any(not _is_number(text, 255) for text in positions):
            raise self._field("E0003", "4.004", "is not one to six finger positions")
        flag, compression = self._number("4.005", 255), self._number("4.008", 255)
        width, height = self._number("4.006", 65_535), self._number("4.007", 65_535)
        if self.image is None:
            raise self._field("E0001", "4.009", "is missing")
        six = bytes(int(text) for text in positions) + b"\xff" * (6 - len(positions))
        header = struct.pack(">IBB", 18 + len(self.image), idc, impression) + six
        return header + struct.pack(">BHHB", flag, width, height, compression) + self.image

    def _number(self, tag: str, largest: int) -> int:
        values = self.values.get((tag, ""))
        if not values:
            raise self._field("E0001", tag, "is missing")
        text = values[0].get(0, "")
        if not _is_number(text, largest):
            raise self._field("E0003", tag, f"is {shown(text)}, not a number from 0 to {largest}")
        return int(text)

    # -- errors --

    def _error(self, code: str, what: str, element: etree._Element, path: tuple[str, ...]) -> CodecError:
        names = "/".join(self.table.short(step) for step in path[-3:]) or self.table.short(str(element.tag))
        rows = getattr(self, "rows", None)
        kind = rows.type if rows else None
        message = f"element {shown(names, limit=150)} {what}{_line(element)}"
        return CodecError(code, message, record=self.index, record_type=kind)

    def _field(self, code: str, tag: str, what: str) -> CodecError:
        line = self.lines.get(tag) or self.element.sourceline
        path = "/".join(self.table.short(step) for step in self.rows.rows_of(tag)[0].path[-2:])
        message = f"{tag} {what} (element {path}, line {line})"
        return CodecError(code, message, record=self.index, record_type=self.rows.type, tag=tag)


def _items(values: dict[int, str], row: Row) -> list[str]:
    """The items of a subfield; an element that is absent before one that is there is an empty item."""
    parts = [values.get(number, "") for number in range(max(values, default=0) + 1)]
    return parts if row.cut is None else [forms.joined(parts, row.cut)]


def _is_number(text: str, largest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= largest


def _charset(header: RecordReader) -> str:
    for items in header.values.get(("1.015", ""), []):
        if items.get(0) in _CHARSETS:
            return _CHARSETS[items[0]]
    return "ascii"


def _no_attributes(element: etree._Element, table: Table, *, index: int = 0, besides: str = "") -> None:
    for name in element.attrib:
        if name != besides:
            where = f"element {table.short(str(element.tag))}"
            raise CodecError("E0005", f"{where} has the attribute {shown(str(name))}{_line(element)}", record=index)


def _no_text(element: etree._Element, table: Table, *, index: int = 0) -> None:
    if any(text and text.strip() for text in (element.text, element.tail)):
        raise CodecError("E0005", f"element {table.short(str(element.tag))} has text{_line(element)}", record=index)


def _line(element: etree._Element) -> str:
    return f" (line {element.sourceline})"
