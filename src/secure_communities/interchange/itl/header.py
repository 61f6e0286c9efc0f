# SPDX-License-Identifier: Apache-2.0
"""The Type-1 record of a file that may be damaged: enough to know whether, and to whom, an answer can be addressed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from secure_communities.interchange.itl.records import decode

_START = re.compile(rb"0*1\.0{0,5}1:")
# A value counts when the separator that ends it is there: without it, the value may have been cut in the middle.
_FIELD = re.compile(rb"\x1d0*1\.0{0,5}([2-9]|10):([^\x1d\x1c]*)(?=[\x1d\x1c])")
_HEADER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Header:
    """What could be read of Type-1, as written; a field that is absent or cut off is None."""

    version: str | None = None
    tot: str | None = None
    date: str | None = None
    dai: str | None = None
    ori: str | None = None
    tcn: str | None = None
    tcr: str | None = None


def read_header(data: bytes) -> Header | None:
    """The header fields that stand complete at the start of `data`; None if no Type-1 record starts there.

    Lengths are not looked at: a field counts when its separator is there. Never raises.
    """
    if not _START.match(data):
        return None
    head = data[:_HEADER_BYTES]
    head = head[: head.find(b"\x1c") + 1] or head
    found: dict[int, str] = {}
    for field in _FIELD.finditer(head):
        found.setdefault(int(field[1]), decode(field[2], "ascii"))
    return Header(
        version=found.get(2),
        tot=found.get(4),
        date=found.get(5),
        dai=found.get(7),
        ori=found.get(8),
        tcn=found.get(9),
        tcr=found.get(10),
    )
