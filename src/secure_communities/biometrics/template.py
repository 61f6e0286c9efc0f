# SPDX-License-Identifier: Apache-2.0
"""The template: what is kept of one finger. In: minutiae at 500 ppi; out: a few hundred checked, versioned bytes.

`Template.from_bytes` may be given hostile bytes: it allocates nothing it has not checked and raises BadTemplate.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.parameters import MOST_MINUTIAE_STORED

MINUTIA = np.dtype([("x", "<u2"), ("y", "<u2"), ("direction", "u1"), ("kind", "u1"), ("quality", "u1")])
"""One minutia: x, y in px at 500 ppi from the top left; direction 0–255 for 0–360°, counter-clockwise from +x with y
up (ISO/IEC 19794-2); kind (Kind); quality 0–100."""

_MAGIC = b"SCMT"
_VERSION = 1
_HEAD = struct.Struct("<4sBBHHBBH")  # magic, version, position, width, height, quality, extractor length, count
_CHECK = struct.Struct("<I")
FINGERS = range(1, 11)
LARGEST_TEMPLATE = _HEAD.size + 255 + MOST_MINUTIAE_STORED * MINUTIA.itemsize + _CHECK.size


class Kind(IntEnum):
    """Type of a minutia, with the codes of ISO/IEC 19794-2."""

    OTHER = 0
    ENDING = 1
    BIFURCATION = 2


class BadTemplate(ValueError):
    """Bytes or values that are not a template; the message says what is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """Minutiae of one finger, best quality first, in px at 500 ppi.

    `position` is the finger 1–10 (0: unknown), `quality` 0–100, `extractor` names method, weights hash and crop
    policy. Raises BadTemplate when a value is out of range.
    """

    position: int
    minutiae: NDArray[Any]
    width: int
    height: int
    quality: int
    extractor: str

    def __post_init__(self) -> None:
        if not 0 <= self.position <= 10:
            raise BadTemplate(f"finger position {self.position} is not 0–10")
        if not 0 <= self.quality <= 100:
            raise BadTemplate(f"quality {self.quality} is not 0–100")
        if not (0 < self.width <= 0xFFFF and 0 < self.height <= 0xFFFF):
            raise BadTemplate(f"size {self.width}×{self.height} is not 1–65535 px a side")
        if not (self.extractor.isascii() and self.extractor.isprintable() and len(self.extractor) <= 255):
            raise BadTemplate("extractor is not at most 255 printable ASCII characters")
        points = self.minutiae
        if points.dtype != MINUTIA or points.ndim != 1 or len(points) > MOST_MINUTIAE_STORED:
            raise BadTemplate(f"minutiae are not at most {MOST_MINUTIAE_STORED} rows of the minutia type")
        if len(points) and (points["x"].max() >= self.width or points["y"].max() >= self.height):
            raise BadTemplate("a minutia lies outside the image")
        if len(points) and (points["quality"].max() > 100 or points["kind"].max() > Kind.BIFURCATION):
            raise BadTemplate("a minutia has an unknown kind or a quality above 100")
        if points.flags.writeable:
            frozen = points.copy()
            frozen.setflags(write=False)
            object.__setattr__(self, "minutiae", frozen)

    def __len__(self) -> int:
        return len(self.minutiae)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def to_bytes(self) -> bytes:
        """Serialise: header, extractor, minutiae of 7 bytes each, CRC-32."""
        name = self.extractor.encode("ascii")
        head = _HEAD.pack(
            _MAGIC, _VERSION, self.position, self.width, self.height, self.quality, len(name), len(self.minutiae)
        )
        body = head + name + self.minutiae.tobytes()
        return body + _CHECK.pack(zlib.crc32(body))

    @classmethod
    def from_bytes(cls, data: bytes) -> Template:
        """Read what to_bytes wrote. Raises BadTemplate for anything else."""
        if not _HEAD.size + _CHECK.size <= len(data) <= LARGEST_TEMPLATE:
            raise BadTemplate(f"{len(data)} bytes cannot be a template")
        magic, version, position, width, height, quality, name_length, count = _HEAD.unpack_from(data)
        if magic != _MAGIC:
            raise BadTemplate("not a template: wrong first bytes")
        if version != _VERSION:
            raise BadTemplate(f"template version {version} is not known here (known: {_VERSION})")
        names, end = _HEAD.size, len(data) - _CHECK.size
        start = names + name_length
        if start + count * MINUTIA.itemsize != end:
            raise BadTemplate("length does not agree with the number of minutiae")
        if _CHECK.unpack_from(data, end)[0] != zlib.crc32(data[:end]):
            raise BadTemplate("checksum differs: the template is damaged")
        try:
            extractor = data[names:start].decode("ascii")
        except UnicodeDecodeError:
            raise BadTemplate("extractor is not at most 255 printable ASCII characters") from None
        minutiae = np.frombuffer(data, MINUTIA, count, start)
        return cls(position, minutiae, width, height, quality, extractor)


TenPrint = Mapping[int, Template]
"""The fingers of one person at one encounter: finger position 1–10 → template; absent fingers have no key."""


def check_tenprint(tenprint: TenPrint) -> TenPrint:
    """Return the ten-print unchanged, or raise BadTemplate when a key is no finger or disagrees with its template."""
    for position, template in tenprint.items():
        if position not in FINGERS:
            raise BadTemplate(f"finger position {position} is not 1–10")
        if template.position not in (position, 0):
            raise BadTemplate(f"the template under finger {position} says it is finger {template.position}")
    return tenprint
