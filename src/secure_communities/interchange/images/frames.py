# SPDX-License-Identifier: Apache-2.0
"""The frame headers of WSQ, JPEG, JPEG 2000 and PNG: size, depth, components, resolution.

Each reader walks markers, boxes or chunks forward only, at most `MAXIMUM_SEGMENTS` of them, and raises ImageRefused
E0002 when the data ends or contradicts itself first. Nothing is decoded and nothing is allocated by declared size."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from secure_communities.interchange.images.refusal import INVALID_DATA, ImageRefused

MAXIMUM_SEGMENTS: Final = 4_096
_METRES_PER_INCH: Final = 0.0254


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What an image says of itself: pixels, bits per component, components, pixels per inch where stated.

    The resolution is hearsay (comments and density fields are often wrong): the record's own fields come first.
    """

    width: int
    height: int
    bits: int
    components: int
    ppi: float | None
    lossless: bool = False


def read_wsq(data: bytes) -> ImageHeader:
    """Frame header of a WSQ image (SOF, marker FFA2), with the resolution of its NISTCOM comment where present."""
    position, ppi = 2, None
    for _ in range(MAXIMUM_SEGMENTS):
        marker, length = _unpack(">HH", data, position, "WSQ")
        if not 0xFFA2 <= marker <= 0xFFA8 or length < 2:
            raise ImageRefused(INVALID_DATA, f"the WSQ data has no valid marker at byte {position}")
        if marker == 0xFFA3:
            raise ImageRefused(INVALID_DATA, "the WSQ data has no frame header before its first block")
        if marker == 0xFFA8:
            ppi = _nistcom_ppi(data[position + 4 : position + 2 + length]) or ppi
        if marker == 0xFFA2:
            height, width = _unpack(">HH", data, position + 6, "WSQ")
            return ImageHeader(width=width, height=height, bits=8, components=1, ppi=ppi)
        position += 2 + length
    raise _too_many("WSQ")


def _nistcom_ppi(comment: bytes) -> float | None:
    if not comment.startswith(b"NIST_COM"):
        return None
    for line in comment.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name == b"PPI" and value.isdigit() and len(value) < 6:
            # Some encoders write -1 (unknown) as one byte: NIST's own 500 ppi cards say 255.
            return float(value) if int(value) not in (0, 255) else None
    return None


# Start-of-frame markers: C4, C8 and CC in their midst are tables, a reserved code and arithmetic conditioning.
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_LOSSY: Final = frozenset({0xC0, 0xC1, 0xC2})
_JPEG_LOSSLESS: Final = 0xC3


def read_jpeg(data: bytes) -> ImageHeader:
    """Frame header of a JPEG image: baseline, extended, progressive (SOF0–2) or lossless (SOF3), with JFIF density."""
    ppi = None
    for marker, position, length in _jpeg_segments(data):
        if marker == 0xE0 and data[position : position + 5] == b"JFIF\x00" and length >= 12:
            ppi = _jfif_ppi(data, position)
        if marker not in _JPEG_FRAMES:
            continue
        if marker not in _JPEG_LOSSY and marker != _JPEG_LOSSLESS:
            raise ImageRefused(INVALID_DATA, f"JPEG process SOF{marker - 0xC0} is not supported")
        bits, height, width, components = _unpack(">BHHB", data, position, "JPEG")
        if components not in (1, 3):
            raise ImageRefused(INVALID_DATA, f"the JPEG data has {components} components instead of 1 or 3")
        if not 2 <= bits <= 16:
            raise ImageRefused(INVALID_DATA, f"the JPEG data has {bits} bits per component")
        return ImageHeader(width, height, bits, components, ppi, lossless=marker == _JPEG_LOSSLESS)
    raise _too_many("JPEG")


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start of the segment's content, its length) for each segment after SOI, up to the first scan."""
    position = 2
    for _ in range(MAXIMUM_SEGMENTS):
        first, marker = _unpack(">BB", data, position, "JPEG")
        if first != 0xFF:
            raise ImageRefused(INVALID_DATA, f"the JPEG data has no valid marker at byte {position}")
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xDA:
            raise ImageRefused(INVALID_DATA, "the JPEG data has no frame header before its first scan")
        (length,) = _unpack(">H", data, position + 2, "JPEG")
        if length < 2:
            raise ImageRefused(INVALID_DATA, f"the JPEG data has no valid segment at byte {position}")
        yield marker, position + 4, length - 2
        position += 2 + length


def _jfif_ppi(data: bytes, position: int) -> float | None:
    unit, across = _unpack(">BH", data, position + 7, "JPEG")
    factor = {1: 1.0, 2: 2.54}.get(unit)
    return across * factor if factor and across else None


def read_png(data: bytes) -> ImageHeader:
    """IHDR of a PNG image, with pHYs where it precedes the pixels. A palette counts as three components of 8 bits."""
    length, name, width, height, bits, colour = _unpack(">I4sIIBB", data, 8, "PNG")
    components = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}.get(colour)
    if name != b"IHDR" or length != 13 or components is None or bits not in (1, 2, 4, 8, 16):
        raise ImageRefused(INVALID_DATA, "the PNG data does not begin with a valid IHDR chunk")
    return ImageHeader(width, height, 8 if colour == 3 else bits, components, _png_ppi(data), lossless=True)


def _png_ppi(data: bytes) -> float | None:
    position = 33
    for _ in range(MAXIMUM_SEGMENTS):
        head = data[position : position + 8]
        if len(head) < 8 or head[4:] in (b"IDAT", b"IEND"):
            return None
        if head[4:] == b"pHYs":
            across, _down, unit = _unpack(">IIB", data, position + 8, "PNG")
            return round(across * _METRES_PER_INCH, 1) if unit == 1 and across else None
        position += 12 + int.from_bytes(head[:4], "big")
    return None


def read_jpeg2000(data: bytes) -> ImageHeader:
    """SIZ segment of a JPEG 2000 codestream, bare or inside JP2 boxes (there with the resolution box where present)."""
    if data.startswith(b"\xff\x4f"):
        return _codestream(data, 0, None)
    ppi, boxed = None, None
    for name, start, end in _boxes(data, 0, len(data)):
        if name == b"jp2h":
            for inner, inner_start, inner_end in _boxes(data, start, end):
                if inner == b"ihdr":
                    boxed = _unpack(">II", data, inner_start, "JPEG 2000")
                elif inner == b"res ":
                    ppi = _resolution(data, inner_start, inner_end)
        elif name == b"jp2c":
            header = _codestream(data, start, ppi)
            if boxed != (header.height, header.width):
                raise ImageRefused(INVALID_DATA, "the JPEG 2000 boxes and codestream disagree about the image size")
            return header
    raise ImageRefused(INVALID_DATA, "the JPEG 2000 data has no codestream")


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start, end) of the content of each JP2 box in a range; length 0 runs to the end, 1 means 64-bit."""
    for _ in range(MAXIMUM_SEGMENTS):
        if start + 8 > end:
            return
        length, name = _unpack(">I4s", data, start, "JPEG 2000")
        head = 8
        if length == 1:
            (length,) = _unpack(">Q", data, start + 8, "JPEG 2000")
            head = 16
        stop = end if length == 0 else start + length
        if stop < start + head or stop > end:
            raise ImageRefused(INVALID_DATA, f"the JPEG 2000 data has no valid box at byte {start}")
        yield name, start + head, stop
        start = stop
    raise _too_many("JPEG 2000")


def _codestream(data: bytes, position: int, ppi: float | None) -> ImageHeader:
    soc, siz, _length, _profile, right, bottom, left, top = _unpack(">HHHHIIII", data, position, "JPEG 2000")
    components, depth = _unpack(">HB", data, position + 40, "JPEG 2000")
    if (soc, siz) != (0xFF4F, 0xFF51):
        raise ImageRefused(INVALID_DATA, "the JPEG 2000 codestream does not begin with its size")
    if not 1 <= components <= 4:
        raise ImageRefused(INVALID_DATA, f"the JPEG 2000 data has {components} components instead of 1 to 4")
    if depth & 0x80:
        raise ImageRefused(INVALID_DATA, "the JPEG 2000 data has signed pixels")
    return ImageHeader(max(right - left, 0), max(bottom - top, 0), depth + 1, components, ppi)


def _resolution(data: bytes, start: int, end: int) -> float | None:
    """Horizontal capture resolution in ppi, else the display one (ISO/IEC 15444-1, I.5.3.7)."""
    found = {name: at for name, at, stop in _boxes(data, start, end) if name in (b"resc", b"resd") and stop - at >= 10}
    at = found.get(b"resc", found.get(b"resd"))
    if at is None:
        return None
    _vn, _vd, numerator, denominator, _ve, exponent = _unpack(">HHHHbb", data, at, "JPEG 2000")
    if not numerator or not denominator or not -10 <= exponent <= 10:
        return None
    return round(float(numerator / denominator * 10.0**exponent * _METRES_PER_INCH), 1)


def _unpack(layout: str, data: bytes, position: int, kind: str) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(layout, data, position)
    except struct.error:
        raise ImageRefused(INVALID_DATA, f"the {kind} data ends inside its header") from None


def _too_many(kind: str) -> ImageRefused:
    return ImageRefused(INVALID_DATA, f"the {kind} data has no frame header in its first {MAXIMUM_SEGMENTS} segments")
