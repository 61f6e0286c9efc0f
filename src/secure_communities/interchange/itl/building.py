# SPDX-License-Identifier: Apache-2.0
"""Values → records and transactions, and edits of existing ones. Lengths and 1.003 are computed here only."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime

from secure_communities.interchange.itl.binary import read_binary_record
from secure_communities.interchange.itl.parsing import parse, read_text_record
from secure_communities.interchange.itl.records import BINARY_TYPES, Record, Transaction, tag_key, tag_name

Value = str | Sequence[Sequence[str]]

_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f")


def emit(transaction: Transaction) -> bytes:
    """The bytes of a transaction: every record verbatim, in order."""
    return b"".join(record.raw for record in transaction.records) + transaction.trailing


def text_record(
    record_type: int,
    *,
    idc: int | None,
    fields: Sequence[tuple[str, Value]],
    image: bytes | None = None,
    charset: str = "ascii",
) -> Record:
    """A tagged record. LEN and IDC are written first, `fields` in the given order, `image` last as 999.

    Raises ValueError for a separator inside a value or a character outside `charset`.
    """
    parts = [] if idc is None else [f"{record_type}.002:{idc:02d}".encode()]
    parts += [tag.encode() + b":" + _encoded(tag, value, charset) for tag, value in fields]
    if image is not None:
        parts.append(f"{record_type}.999:".encode() + image)
    body = b"\x1d".join(parts) + b"\x1c"
    raw = _with_length(f"{record_type}.001".encode(), body, width=1)
    return read_text_record(raw, 0, index=0, charset=charset)[0]


def fingerprint_record(
    *,
    idc: int,
    impression: int,
    positions: Sequence[int],
    width: int,
    height: int,
    compression: int,
    data: bytes,
    resolution_flag: int = 0,
    record_type: int = 4,
) -> Record:
    """A binary fingerprint record (Types 3–6): up to six finger positions, `compression` as the GCA number."""
    if not 1 <= len(positions) <= 6:
        raise ValueError("a fingerprint record names one to six finger positions")
    fgp = bytes(positions) + b"\xff" * (6 - len(positions))
    header = struct.pack(">IBB", 18 + len(data), idc, impression) + fgp
    raw = header + struct.pack(">BHHB", resolution_flag, width, height, compression) + data
    return read_binary_record(raw, 0, index=0, record_type=record_type)[0]


def transaction(
    *,
    tot: str,
    ori: str,
    dai: str,
    tcn: str,
    date: date | str,
    records: Sequence[Record],
    tcr: str | None = None,
    gmt: datetime | str | None = None,
    priority: int | None = None,
    domain: tuple[str, str] | None = ("NORAM", "EBTS 10.0"),
    version: str = "0500",
    native_resolution: str | None = None,
    transmitting_resolution: str | None = None,
) -> Transaction:
    """A complete transaction: Type-1 with computed 1.003, then `records` in the given order.

    Resolutions are pixels per millimetre as `dd.dd`; unless given, 19.69 (500 ppi), or 00.00 when no record of
    Types 3–7 follows.
    """
    resolution = "19.69" if any(3 <= record.type <= 7 for record in records) else "00.00"
    fields: list[tuple[str, Value]] = [
        ("1.002", version),
        ("1.003", _contents(records)),
        ("1.004", tot),
        ("1.005", date if isinstance(date, str) else f"{date:%Y%m%d}"),
        ("1.006", "" if priority is None else str(priority)),
        ("1.007", dai),
        ("1.008", ori),
        ("1.009", tcn),
        ("1.010", tcr or ""),
        ("1.011", native_resolution or resolution),
        ("1.012", transmitting_resolution or native_resolution or resolution),
        ("1.013", [list(domain)] if domain else ""),
        ("1.014", gmt.astimezone(UTC).strftime("%Y%m%d%H%M%SZ") if isinstance(gmt, datetime) else gmt or ""),
    ]
    header = text_record(1, idc=None, fields=[(tag, value) for tag, value in fields if value])
    return parse(header.raw + b"".join(record.raw for record in records))


def with_field(transaction: Transaction, index: int, tag: str, value: Value | None) -> Transaction:
    """The transaction with one field of a text record replaced, appended (before an image) or, for None, removed.

    Only that field and the record's LEN are written anew. Raises ValueError for LEN itself and for binary records.
    """
    records = list(transaction.records)
    records[index] = _edited(records[index], tag, value)
    return parse(b"".join(record.raw for record in records) + transaction.trailing)


def with_records(transaction: Transaction, records: Sequence[Record]) -> Transaction:
    """The transaction with other records after its Type-1; 1.003 is computed if the list changed."""
    header = transaction.header
    if [(r.type, r.idc) for r in records] != [(r.type, r.idc) for r in transaction.records[1:]]:
        header = _edited(header, "1.003", _contents(records))
    return parse(header.raw + b"".join(record.raw for record in records))


def _edited(record: Record, tag: str, value: Value | None) -> Record:
    if record.type in BINARY_TYPES:
        raise ValueError("the header of a binary record is not edited; build the record anew")
    key = tag_key(tag)
    if key[1] == 1:
        raise ValueError("LEN is computed")
    length, *rest = record.fields
    written = None if value is None else _encoded(tag, value, length.charset)
    parts: list[bytes] = []
    for field in rest:
        if field.is_image and written is not None:
            parts.append(tag.encode() + b":" + written)
            written = None
        if (field.type, field.number) != key:
            parts.append(field.source[field.offset : field.stop])
        elif written is not None:
            parts.append(field.spelling.encode() + b":" + written)
            written = None
    if written is not None:
        parts.append(tag.encode() + b":" + written)
    raw = _with_length(length.spelling.encode(), b"\x1d".join(parts) + b"\x1c", width=length.stop - length.start)
    return read_text_record(raw, 0, index=0, charset=length.charset)[0]


def _contents(records: Sequence[Record]) -> list[list[str]]:
    return [["1", str(len(records))]] + [[str(record.type), f"{record.idc or 0:02d}"] for record in records]


def _with_length(tag: bytes, body: bytes, *, width: int) -> bytes:
    """`tag:LEN GS body`, where LEN counts itself and keeps at least `width` digits."""
    fixed = len(tag) + 2 + len(body)
    digits = width
    while len(str(fixed + digits)) > digits:
        digits += 1
    return tag + b":" + str(fixed + digits).zfill(digits).encode() + b"\x1d" + body


def _encoded(tag: str, value: Value, charset: str) -> bytes:
    subfields = [[value]] if isinstance(value, str) else value
    for items in subfields:
        for item in items:
            if not _SEPARATORS.isdisjoint(item):
                raise ValueError(f"{tag_name(*tag_key(tag))}: a value may not contain a separator character")
    return "\x1e".join("\x1f".join(items) for items in subfields).encode(charset)
