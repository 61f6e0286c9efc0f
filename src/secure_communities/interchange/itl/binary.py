# SPDX-License-Identifier: Apache-2.0
"""Binary records, Types 3–8: fixed big-endian headers followed by image bytes.

ANSI/NIST-ITL 1-2000 and later, clauses of Types 3–6 (18-byte header), 7 (left to the sender) and 8 (12 bytes)."""

from __future__ import annotations

import struct

from secure_communities.interchange.itl.errors import CodecError, Finding
from secure_communities.interchange.itl.records import Field, Record

# (field number, offset in the record, length); the image follows the last.
_Layout = tuple[tuple[int, int, int], ...]
_FINGERPRINT: _Layout = (
    (1, 0, 4),
    (2, 4, 1),
    (3, 5, 1),
    (4, 6, 6),
    (5, 12, 1),
    (6, 13, 2),
    (7, 15, 2),
    (8, 17, 1),
    (9, 18, 0),
)
_SIGNATURE: _Layout = ((1, 0, 4), (2, 4, 1), (3, 5, 1), (4, 6, 1), (5, 7, 1), (6, 8, 2), (7, 10, 2), (8, 12, 0))
_OPAQUE: _Layout = ((1, 0, 4), (2, 4, 1), (3, 5, 0))

_UNUSED = 255
_HEADER_BYTES = {3: 18, 4: 18, 5: 18, 6: 18, 7: 5, 8: 12}


def used_positions(six: bytes) -> tuple[int, ...]:
    """Finger positions of a six-byte FGP: unused bytes are 255, by some senders 0."""
    positions = [byte for byte in six[1:] if byte != _UNUSED]
    while positions and positions[-1] == 0:
        positions.pop()
    return (six[0], *positions)


def has_fingerprint_layout(record_type: int, header: bytes) -> bool:
    """Types 3–6 always; Type-7 only when its first 18 bytes make sense as the same header."""
    if record_type != 7:
        return record_type in (3, 4, 5, 6)
    if len(header) < 18:
        return False
    width, height = struct.unpack_from(">HH", header, 13)
    positions = all(byte <= 60 or byte == _UNUSED for byte in header[6:12])
    return header[5] <= 29 and positions and header[12] <= 1 and width > 0 and height > 0 and header[17] <= 6


def read_binary_record(data: bytes, offset: int, *, index: int, record_type: int) -> tuple[Record, list[Finding]]:
    """The binary record that starts at `offset`. Raises CodecError (E0004) when its length cannot be right."""
    left = len(data) - offset
    length = int.from_bytes(data[offset : offset + 4], "big")
    idc = data[offset + 4] if left > 4 else None
    if left < 5 or length > left or length < _HEADER_BYTES[record_type]:
        message = f"RECORD TYPE {record_type}: it says {length} bytes, at least {_HEADER_BYTES[record_type]} are needed"
        message += f" and {left} are left in the file"
        tag = f"{record_type}.001"
        raise CodecError("E0004", message, record=index, record_type=record_type, idc=idc, tag=tag, offset=offset)
    header = data[offset : offset + min(length, 18)]
    if record_type == 8:
        layout = _SIGNATURE
    elif has_fingerprint_layout(record_type, header):
        layout = _FINGERPRINT
    else:
        layout = _OPAQUE
    fields = []
    for number, at, size in layout:
        start = offset + at
        is_image = size == 0
        literal = None
        if not is_image and size == 6:
            literal = tuple((str(position),) for position in used_positions(header[6:12]))
        elif not is_image:
            literal = ((str(int.from_bytes(header[at : at + size], "big")),),)
        stop = offset + length if is_image else start + size
        fields.append(
            Field(
                record_type, number, f"{record_type}.{number:03d}", start, data, start, stop, "ascii", literal, is_image
            )
        )
    record = Record(record_type, idc, offset, data, offset, offset + length, tuple(fields))
    warnings = []
    if layout is _FINGERPRINT and 0 in header[7:12] and len(used_positions(header[6:12])) < 6 - header[6:12].count(255):
        warnings.append(
            Finding(
                "W0003",
                message="unused finger positions are 0 instead of 255",
                record=index,
                idc=idc,
                tag=f"{record_type}.004",
                offset=offset + 6,
            )
        )
    return record, warnings
