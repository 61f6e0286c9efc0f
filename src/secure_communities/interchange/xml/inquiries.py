# SPDX-License-Identifier: Apache-2.0
"""The query to the support centre (IAQ) and its response (IAR) in their XML form: the same items as their text form.

Either form is checked by the same layouts: what is read here is read again as text. Only MessageError escapes."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from secure_communities.interchange.itl import CodecError
from secure_communities.interchange.messages import BANNER, ImmigrationQuery, ImmigrationResponse, MessageError
from secure_communities.interchange.messages.errors import INVALID, OUT_OF_RANGE, STRUCTURE
from secure_communities.interchange.messages.layout import BANNER_TAG, read_pairs, write_lines
from secure_communities.interchange.messages.text import fold, read_lines, read_text
from secure_communities.interchange.xml import forms
from secure_communities.interchange.xml.documents import read_tree
from secure_communities.interchange.xml.reading import RecordReader
from secure_communities.interchange.xml.tables import RecordTable, Table, load

VERSION = "nlets-1.0"
LARGEST = 256_000
_QUERY, _RESPONSE = 1, 2
_HEAD = ("@sender", "@destination", "@control")
_FIXED = ("PUR", "ATN", "PHN", "NAM", "DOB", "SEX", "POB", "CUS", "OFF")

Pairs = list[tuple[str, str]]


def write_query(query: ImmigrationQuery) -> bytes:
    """The IAQ as XML, UTF-8. Raises MessageError for what neither form carries."""
    items = read_text(query.encode()).strip().split(".")[:-1]
    start = items.index("TXT") + 1
    head = [*items[1 : start - 1], ""][:3]
    pairs = [(tag, value.strip()) for tag, _, value in (item.partition("/") for item in items[start:])]
    return _write(_QUERY, [*zip(_HEAD, head, strict=False), *pairs])


def read_query(data: bytes) -> ImmigrationQuery:
    """An IAQ from XML. Raises MessageError."""
    values = _read(_QUERY, data)
    found = dict(values)
    head = [found.get(name, "") for name in _HEAD]
    ordered = [(tag, found.get(tag, "")) for tag in _FIXED]
    ordered += [(tag, value) for tag, value in values if tag not in (*_FIXED, *_HEAD)]
    if any("." in value or "/" in value for _, value in [*zip(_HEAD, head, strict=True), *ordered]):
        raise MessageError(INVALID, "", "a value holds a full stop or slash, which the text form cannot carry")
    items = ["IAQ", *(part for part in head if part), "TXT", *(f"{tag}/{value}" for tag, value in ordered)]
    return ImmigrationQuery.decode(fold(".".join(items) + ".") + "\n")


def write_response(response: ImmigrationResponse) -> bytes:
    """The IAR as XML, UTF-8. Raises MessageError, also for what the copy may not show."""
    lines = read_lines(response.encode())
    head = lines[0].split(".")[1:4]
    return _write(_RESPONSE, [*zip(_HEAD, head, strict=True), *read_pairs(lines[1:])])


def read_response(data: bytes) -> ImmigrationResponse:
    """An IAR from XML. Raises MessageError."""
    values = _read(_RESPONSE, data)
    found = dict(values)
    head = ".".join(["IAR", *(found.get(name, "") for name in _HEAD), "TXT"])
    return ImmigrationResponse.decode(write_lines(head, [pair for pair in values if pair[0] not in _HEAD]))


def _table(kind: int) -> tuple[Table, RecordTable]:
    table = load(VERSION)
    return table, table.by_type[kind]


def _write(kind: int, pairs: Sequence[tuple[str, str]]) -> bytes:
    table, rows = _table(kind)
    root = etree.Element(rows.element, nsmap=dict(table.namespaces))
    known = {row.tag for row in rows.rows}
    values: dict[str, list[str]] = {BANNER_TAG: [BANNER]}
    for tag, value in pairs:
        if tag in ("NTE", BANNER_TAG):
            continue
        if tag not in known:
            raise MessageError(STRUCTURE, tag, "has no place in the XML form")
        if value:
            values.setdefault(tag, []).append(value)
    for row in rows.rows:
        for value in values.get(row.tag, []):
            text = forms.to_text(value, row.items[0].form)
            if text is None:
                raise MessageError(INVALID, row.tag, "has a value that XML cannot carry unchanged")
            element = root
            for step in row.path[:-1]:
                found = element.find(step)
                element = etree.SubElement(element, step) if found is None else found
            element = etree.SubElement(element, row.path[-1])
            for step in row.items[0].path:
                element = etree.SubElement(element, step)
            element.text = text
    etree.indent(root, space="  ")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _read(kind: int, data: bytes) -> Pairs:
    table, rows = _table(kind)
    if len(data) > LARGEST:
        raise MessageError(OUT_OF_RANGE, "", f"the message has more than {LARGEST} bytes")
    try:
        root = read_tree(data)
        if root.tag != rows.element:
            raise MessageError(STRUCTURE, "", f"the root element is not {table.short(rows.element)}")
        values = RecordReader(table, root, 0).values
    except CodecError as error:
        raise MessageError(error.code, error.tag or "", error.message) from None
    pairs: Pairs = []
    for row in rows.rows:
        for subfield in values.get((row.tag, ""), []):
            text = subfield.get(0, "")
            if "\n" in text or "\r" in text or text != text.strip():
                raise MessageError(INVALID, row.tag, "holds a line end, or a space at its edge")
            if row.tag != BANNER_TAG and text:
                pairs.append((row.tag, text))
    return pairs
