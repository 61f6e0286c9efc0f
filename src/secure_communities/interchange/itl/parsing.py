# SPDX-License-Identifier: Apache-2.0
"""Bytes → transaction, in linear time: lenient about meaning, strict about lengths and limits.

Records are cut by their stated length in the order of 1.003, never by searching for a separator."""

from __future__ import annotations

import re
from dataclasses import replace

from secure_communities.interchange.itl import limits
from secure_communities.interchange.itl.binary import read_binary_record
from secure_communities.interchange.itl.errors import CodecError, Finding, shown
from secure_communities.interchange.itl.records import (
    BINARY_TYPES,
    FS,
    GS,
    IMAGE_NUMBER,
    RS,
    US,
    Field,
    Record,
    Transaction,
    read_contents,
)

_TAG = re.compile(rb"(0*[1-9]\d?)\.(\d{1,6}):")
_CHARSETS = {"000": "ascii", "001": "latin-1", "003": "utf-8"}


def parse(data: bytes) -> Transaction:
    """Read one traditional-encoding ANSI/NIST-ITL file; `emit` gives the same bytes back.

    Raises CodecError when a length, a tag or a limit makes the records impossible to tell apart. Everything that can
    be read but is not as it should be is in `warnings`: the E… among them are errors for a validator.
    """
    if len(data) > limits.FILE_BYTES:
        raise CodecError("E0004", f"the file has {len(data)} bytes; at most {limits.FILE_BYTES} are read")
    if not data:
        raise CodecError("E0004", "the file is empty", offset=0)
    header, warnings = read_text_record(data, 0, index=0)
    if header.type != 1:
        raise CodecError(
            "E0004", f"the file starts with a Type-{header.type} record instead of Type-1", record=0, offset=0
        )
    charset = _charset(header)
    if charset != "ascii":
        header, warnings = read_text_record(data, 0, index=0, charset=charset)
    first, entries = read_contents(header)
    warnings += _check_contents(header, first[0], len(entries))
    if len(entries) >= limits.RECORDS:
        message = f"1.003 lists {len(entries) + 1} records; at most {limits.RECORDS} are read"
        raise CodecError("E0005", message, record=0, record_type=1, tag="1.003")

    records, offset = [header], header.stop
    fields, separators = len(header.fields), _separators(header)
    for index, (record_type, idc) in enumerate(entries, 1):
        if offset >= len(data):
            message = f"RECORD TYPE {record_type} IDC -1: 1.003 promises it (IDC {idc:02d}), the file ends before it"
            raise CodecError("E0004", message, record=index, record_type=record_type, idc=-1, offset=offset)
        record, found = _read_record(data, offset, index=index, record_type=record_type, charset=charset)
        if (record.type, record.idc) != (record_type, idc):
            message = f"1.003 says type {record_type}, IDC {idc:02d}; the record says type {record.type}, IDC "
            message += "none" if record.idc is None else f"{record.idc:02d}"
            found.append(Finding("E0004", message=message, record=index, idc=record.idc, tag="1.003", offset=offset))
        records.append(record)
        warnings += found
        fields += len(record.fields)
        separators += _separators(record)
        if fields > limits.FIELDS or separators > limits.SEPARATORS:
            message = f"more than {limits.FIELDS} fields or {limits.SEPARATORS} separators in one file"
            raise CodecError("E0005", message, record=index, record_type=record.type, idc=record.idc, offset=offset)
        offset = record.stop
    trailing = data[offset:]
    if trailing:
        message = f"{len(trailing)} bytes follow the last record that 1.003 lists"
        warnings.append(Finding("E0004", message=message, offset=offset))
    return Transaction(tuple(records), tuple(warnings), trailing)


def _read_record(
    data: bytes, offset: int, *, index: int, record_type: int, charset: str
) -> tuple[Record, list[Finding]]:
    # A text record starts with a digit; as the length of a binary record that byte would mean 800 MB.
    if data[offset] in b"0123456789":
        return read_text_record(data, offset, index=index, charset=charset)
    if record_type in BINARY_TYPES:
        return read_binary_record(data, offset, index=index, record_type=record_type)
    message = f"RECORD TYPE {record_type}: no tag where it should start"
    raise CodecError("E0004", message, record=index, record_type=record_type, offset=offset)


def read_text_record(data: bytes, offset: int, *, index: int, charset: str = "ascii") -> tuple[Record, list[Finding]]:
    """The tagged record that starts at `offset`. Raises CodecError (E0003, E0004, E0005)."""
    record_type, end = _length(data, offset, index)
    where = {"record": index, "record_type": record_type}
    last = end - 1
    fields: list[Field] = []
    warnings: list[Finding] = []
    at = offset
    while at < last:
        found = _TAG.match(data, at, last)
        if not found:
            message = f"no tag (type.number:) at {shown(data[at : min(at + 20, last)])}"
            tag = fields[-1].tag if fields else None
            raise CodecError("E0005", message, tag=tag, offset=at, **where)
        type_, number = int(found[1]), int(found[2])
        is_image = number == IMAGE_NUMBER and type_ >= 10
        stop = last
        if not is_image:
            stop = data.find(GS, found.end(), last)
            stop = last if stop < 0 else stop
        field = Field(type_, number, found[0][:-1].decode(), at, data, found.end(), stop, charset, None, is_image)
        fields.append(field)
        _limit(field, len(fields), where)
        at = stop + 1
    text_end = fields[-1].offset if fields[-1].is_image else last
    separator = data.find(FS, offset, text_end)
    if separator >= 0:
        message = f"RECORD TYPE {record_type}: a record separator (FS) before the end that {record_type}.001 gives"
        raise CodecError("E0004", message, tag=f"{record_type}.001", offset=separator, **where)
    idc, found_idc = _idc(record_type, fields, index)
    warnings += found_idc
    warnings += _tolerated(data, fields, record_type=record_type, index=index, idc=idc, end=end)
    return Record(record_type, idc, offset, data, offset, end, tuple(fields)), warnings


def _length(data: bytes, offset: int, index: int) -> tuple[int, int]:
    """(record type, end of the record) from the LEN field the record must start with."""
    found = _TAG.match(data, offset, offset + 24)
    if not found or int(found[2]) != 1 or int(found[1]) in BINARY_TYPES:
        message = "no record starts here: the length field T.001 of a text record is expected"
        raise CodecError("E0004", message, record=index, offset=offset)
    record_type = int(found[1])
    tag = f"{record_type}.001"
    stop = found.end()
    while stop < len(data) and stop - found.end() <= limits.LENGTH_DIGITS and data[stop] not in GS + FS:
        stop += 1
    digits = data[found.end() : stop]
    if not digits.isdigit() or len(digits) > limits.LENGTH_DIGITS:
        message = f"RECORD TYPE {record_type}: the length {shown(digits)} is not a number of at most 9 digits"
        raise CodecError("E0004", message, record=index, record_type=record_type, tag=tag, offset=offset)
    end = offset + int(digits)
    if end <= stop or end > len(data) or data[end - 1 : end] != FS:
        left = len(data) - offset
        why = f"{left} are left in the file" if end > len(data) else "no record separator (FS) stands there"
        message = f"RECORD TYPE {record_type}: it says {int(digits)} bytes, but {why}"
        raise CodecError("E0004", message, record=index, record_type=record_type, tag=tag, offset=offset)
    return record_type, end


def _limit(field: Field, fields: int, where: dict[str, int]) -> None:
    if fields > limits.FIELDS_PER_RECORD:
        message = f"more than {limits.FIELDS_PER_RECORD} fields in one record"
        raise CodecError("E0005", message, tag=field.tag, offset=field.offset, **where)
    if field.is_image:
        return
    if field.source.count(RS, field.start, field.stop) >= limits.SUBFIELDS_PER_FIELD:
        message = f"more than {limits.SUBFIELDS_PER_FIELD} subfields in one field"
        raise CodecError("E0005", message, tag=field.tag, offset=field.offset, **where)
    if field.stop - field.start > limits.TEXT_FIELD_BYTES:
        message = f"{field.stop - field.start} bytes in a text field; at most {limits.TEXT_FIELD_BYTES} are read"
        raise CodecError("E0003", message, tag=field.tag, offset=field.offset, **where)


def _separators(record: Record) -> int:
    if record.type in BINARY_TYPES:
        return 0
    stop = record.image.offset if record.image else record.stop
    return record.source.count(RS, record.start, stop) + record.source.count(US, record.start, stop)


def _idc(record_type: int, fields: list[Field], index: int) -> tuple[int | None, list[Finding]]:
    if record_type == 1:
        return None, []
    for field in fields[:8]:
        if field.number == 2:
            digits = field.raw
            if digits.isdigit() and len(digits) <= 5:
                return int(digits), []
            message = f"the IDC {shown(digits)} is not a number"
            return None, [Finding("E0002", message=message, record=index, tag=field.tag, offset=field.offset)]
    message = f"{record_type}.002 (IDC) is missing"
    return None, [Finding("E0001", message=message, record=index, tag=f"{record_type}.002", offset=fields[0].offset)]


def _tolerated(
    data: bytes, fields: list[Field], *, record_type: int, index: int, idc: int | None, end: int
) -> list[Finding]:
    """What a reader lives with in one text record, as findings."""
    here = Finding("", message="", record=index, idc=idc)
    findings = []
    for field in fields:
        at = replace(here, tag=field.tag, offset=field.offset)
        if field.type != record_type or field.number == 0:
            message = f"a Type-{record_type} record holds the tag {shown(field.spelling)}"
            findings.append(replace(at, code="E0005", message=message))
        if field.is_image:
            if data.find(GS + field.spelling.encode() + b":", field.start, field.stop) >= 0:
                message = f"{field.tag} is repeated: its first occurrence runs to the end of the record"
                findings.append(replace(at, code="E0005", message=message))
        elif not field.raw.isascii():
            findings += _character_findings(field, at)
    tail = fields[-1]
    if not tail.is_image and data[end - 2 : end - 1] == GS:
        findings.append(replace(here, code="W0001", message="an empty field before the record's end", offset=end - 2))
    return findings


def _character_findings(field: Field, at: Finding) -> list[Finding]:
    if field.charset == "ascii":
        message = "bytes above 7-bit ASCII without a character set in 1.015: read as Latin-1"
        return [replace(at, code="W0002", message=message)]
    try:
        field.raw.decode(field.charset)
    except UnicodeDecodeError:
        message = f"bytes that are not {field.charset.upper()}, the character set declared in 1.015: read as Latin-1"
        return [replace(at, code="E0002", message=message)]
    return []


def _charset(header: Record) -> str:
    for items in header.values("1.015"):
        if items[0] in _CHARSETS and items[0] != "000":
            return _CHARSETS[items[0]]
    return "ascii"


def _check_contents(header: Record, first: list[str], promised: int) -> list[Finding]:
    offset = header.occurrences("1.003")[0].offset
    findings = []
    if int(first[0]) != 1:
        message = f"1.003 starts with record type {int(first[0])} instead of 1"
        findings.append(Finding("E0005", message=message, record=0, tag="1.003", offset=offset))
    if int(first[1]) != promised:
        message = f"1.003 announces {int(first[1])} records and lists {promised}"
        findings.append(Finding("E0005", message=message, record=0, tag="1.003", offset=offset))
    return findings
