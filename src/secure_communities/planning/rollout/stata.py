# SPDX-License-Identifier: Apache-2.0
"""Read the columns of a Stata 118 file (`.dta`): numbers and short texts, in bounded time and memory.

Layout: StataCorp, "Description of .dta file format 118". Raises `StataError` for anything else, saying what was found.
"""

from __future__ import annotations

import struct
from typing import Final

LARGEST: Final = 64 << 20
NUMBERS: Final = {65526: ("d", 8), 65527: ("f", 4), 65528: ("i", 4), 65529: ("h", 2), 65530: ("b", 1)}
# From here on a number means "missing" (.a to .z and the dot).
MISSING: Final = {"d": 2.0**1023, "f": 2.0**127, "i": 2147483621, "h": 32741, "b": 101}
NAME: Final = 129


class StataError(ValueError):
    """The file is no Stata 118 file, or is cut off."""


def read(data: bytes) -> dict[str, list[float | str | None]]:
    """Every column by its name. Raises StataError."""
    if len(data) > LARGEST:
        raise StataError(f"the file is larger than {LARGEST >> 20} MB")
    if not data.startswith(b"<stata_dta><header><release>118</release>"):
        raise StataError("the file does not begin as a Stata 118 file does: save it in that version")
    order = {b"LSF": "<", b"MSF": ">"}.get(data[52:55])
    if order is None:
        raise StataError("the byte order of the file is neither LSF nor MSF")
    try:
        (columns,) = struct.unpack_from(f"{order}H", data, _after(data, b"<K>"))
        (rows,) = struct.unpack_from(f"{order}Q", data, _after(data, b"<N>"))
        places = struct.unpack_from(f"{order}14Q", data, _after(data, b"<map>"))
        types = struct.unpack_from(f"{order}{columns}H", data, places[2] + len("<variable_types>"))
        first = places[3] + len("<varnames>")
        names = [_text(data[first + NAME * n : first + NAME * (n + 1)]) for n in range(columns)]
        codes = [_code(one) for one in types]
        width = sum(size for _, size in codes)
        start = places[9] + len("<data>")
        if start + width * rows > len(data):
            raise StataError(f"the file is cut off: {rows} rows of {width} bytes do not fit")
        record = struct.Struct(order + "".join(code for code, _ in codes))
        lines = [_row(record.unpack_from(data, start + width * n), codes) for n in range(rows)]
    except struct.error:
        raise StataError("the file is cut off, or its parts are not where its map says") from None
    return {name: [line[n] for line in lines] for n, name in enumerate(names)}


def _after(data: bytes, tag: bytes) -> int:
    at = data.find(tag, 0, 4096)
    if at < 0:
        raise StataError(f"the file has no {tag.decode()}")
    return at + len(tag)


def _code(kind: int) -> tuple[str, int]:
    if kind in NUMBERS:
        return NUMBERS[kind]
    if 1 <= kind <= 2045:
        return f"{kind}s", kind
    raise StataError(f"a column is of type {kind}: long texts are not read")


def _row(values: tuple[float | bytes, ...], codes: list[tuple[str, int]]) -> list[float | str | None]:
    return [
        _text(value) if isinstance(value, bytes) else None if value >= MISSING[code] else value
        for value, (code, _) in zip(values, codes, strict=True)
    ]


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")
