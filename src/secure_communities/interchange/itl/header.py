# SPDX-License-Identifier: Apache-2.0
"""The Type-1 record of a file that may be damaged: enough to know whether, and to whom, an answer can be addressed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from secure_communities.interchange.itl.records import decode

_START = re.compile(rb"0*1\.0{0,5}1:")
_FIELD = re.compile(rb"0*1\.0{0,5}(\d{1,3}):([^\x1d\x1c]*)", re.DOTALL)
_HEADER_BYTES = 65_536


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
    end = head.find(b"\x1c")
    # Without the record separator the last field may have been cut in the middle.
    complete = head[:end].split(b"\x1d") if end >= 0 else head.split(b"\x1d")[:-1]
    found: dict[int, str] = {}
    for part in complete:
        match = _FIELD.fullmatch(part)
        if match:
            found.setdefault(int(match[1]), decode(match[2], "ascii"))
    return Header(
        version=found.get(2),
        tot=found.get(4),
        date=found.get(5),
        dai=found.get(7),
        ori=found.get(8),
        tcn=found.get(9),
        tcr=found.get(10),
    )
