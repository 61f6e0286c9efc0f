# SPDX-License-Identifier: Apache-2.0
"""A ten-print as one run of bytes: count, then position, length and template for each finger. Django-free."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from secure_communities.biometrics.template import Template

ENTRY = struct.Struct(">BI")


def pack(tenprint: Mapping[int, Template]) -> bytes:
    """All templates, lowest finger first."""
    parts = [bytes([len(tenprint)])]
    for position in sorted(tenprint):
        box = tenprint[position].to_bytes()
        parts += [ENTRY.pack(position, len(box)), box]
    return b"".join(parts)


def unpack(packed: bytes) -> dict[int, Template]:
    """What `pack` made. Raises ValueError when bytes are missing or left over."""
    count, offset = packed[0], 1
    tenprint: dict[int, Template] = {}
    for _ in range(count):
        position, length = ENTRY.unpack_from(packed, offset)
        offset += ENTRY.size
        tenprint[position] = Template.from_bytes(packed[offset : offset + length])
        offset += length
    if offset != len(packed):
        raise ValueError(f"a packed ten-print of {len(packed)} bytes ends at byte {offset}")
    return tenprint
