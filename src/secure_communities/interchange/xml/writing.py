# SPDX-License-Identifier: Apache-2.0
"""Transaction → NIEM XML. What the table has no place for is refused by field; nothing is left out silently."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from lxml import etree

from secure_communities.interchange.itl import CodecError, Record, Transaction
from secure_communities.interchange.itl.records import BINARY_TYPES, Field
from secure_communities.interchange.xml import forms
from secure_communities.interchange.xml.tables import FIRST, REST, RecordTable, Row, Table, load

_LENGTH = 1


def emit(transaction: Transaction) -> bytes:
    """The XML file of a transaction, UTF-8. Raises CodecError (E0005, E0002) naming the first thing without a place."""
    table = load()
    if transaction.trailing:
        raise CodecError("E0005", f"{len(transaction.trailing)} bytes after the last record have no place in XML")
    root = etree.Element(table.root, nsmap=dict(table.namespaces))
    for index, record in enumerate(transaction.records):
        _Writer(table, record, index).write_into(root)
    etree.indent(root, space="  ")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


class _Writer:
    """Writes one record."""

    def __init__(self, table: Table, record: Record, index: int) -> None:
        self.table, self.record, self.index = table, record, index

    def write_into(self, root: etree._Element) -> None:
        record, table = self.record, self.table.by_type.get(self.record.type)
        if table is None:
            known = ", ".join(str(number) for number in self.table.by_type)
            raise self._error("E0005", f"records of type {record.type} have no XML form here; types {known} have")
        element = etree.SubElement(root, table.element)
        etree.SubElement(element, self.table.category).text = f"{record.type:02d}"
        fields = self._fields(table)
        for row in table.rows:
            field = fields.get(row.tag)
            if field is None:
                continue
            if row.is_image:
                parent = self._reach(element, row.path[:-1])
                etree.SubElement(parent, row.path[-1]).text = base64.b64encode(field.raw).decode("ascii")
            else:
                self._write_row(element, row, field)

    def _fields(self, table: RecordTable) -> dict[str, Field]:
        found: dict[str, Field] = {}
        for field in self.record.fields:
            if field.number == _LENGTH and field.type == table.type:
                continue
            rows = table.rows_of(field.tag)
            if not rows:
                raise self._error("E0005", f"field {field.tag} has no place in the XML form", field)
            if rows[0].is_image != field.is_image:
                raise self._error("E0005", f"field {field.tag} is not where its image is expected", field)
            if field.tag in found:
                raise self._error("E0005", f"field {field.tag} occurs twice; the XML form has it once", field)
            found[field.tag] = field
        return found

    def _write_row(self, element: etree._Element, row: Row, field: Field) -> None:
        subfields: Sequence[list[str]] = field.values
        if self.record.type not in BINARY_TYPES and not _encodes(field):
            raise self._error("E0002", f"field {row.tag} has bytes outside its character set", field)
        if row.part:
            subfields = subfields[:1] if row.part == FIRST else subfields[1:]
        if row.part != REST and len(subfields) != 1 and not row.many:
            raise self._error("E0005", f"field {row.tag} has {len(subfields)} subfields; the XML form has one", field)
        for items in subfields:
            values = items
            if row.cut is not None and len(items) == 1:
                values = forms.cut(items[0], row.cut)
            if len(values) > len(row.items) or (row.cut is not None and len(items) != 1):
                raise self._error("E0005", f"field {row.tag} has more items than the XML form: {len(items)}", field)
            home = self._reach(element, row.path) if row.inline else self._subfield(element, row)
            for item, value in zip(row.items, values, strict=False):
                text = forms.to_text(value, item.form)
                if text is None:
                    raise self._error("E0002", f"field {row.tag} has a value that XML cannot carry unchanged", field)
                leaf = home
                if item.path:
                    leaf = etree.SubElement(self._reach(home, item.path[:-1]), item.path[-1])
                leaf.text = text

    def _subfield(self, element: etree._Element, row: Row) -> etree._Element:
        return etree.SubElement(self._reach(element, row.path[:-1]), row.path[-1])

    def _reach(self, element: etree._Element, path: Sequence[str]) -> etree._Element:
        """The element at the end of a path, made where it is missing: rows that share a parent share the element."""
        for step in path:
            found = element.find(step)
            element = etree.SubElement(element, step) if found is None else found
        return element

    def _error(self, code: str, message: str, field: Field | None = None) -> CodecError:
        record = self.record
        return CodecError(
            code, message, record=self.index, record_type=record.type, idc=record.idc,
            tag=field.tag if field else None, offset=field.offset if field else record.offset,
        )  # fmt: skip


def _encodes(field: Field) -> bool:
    """Whether the value's bytes are what its character set makes of its text."""
    try:
        return field.raw == "\x1e".join("\x1f".join(items) for items in field.values).encode(field.charset)
    except UnicodeEncodeError:
        return False
