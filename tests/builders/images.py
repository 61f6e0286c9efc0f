# SPDX-License-Identifier: Apache-2.0
"""Builders of images for tests: a synthetic ridge pattern, its encodings, and hand-made headers without pixels."""

from __future__ import annotations

import io
import struct
import zlib

import _wsq
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def ridges(width: int, height: int, *, seed: int = 1) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, 4, (height, width))
    y, x = np.mgrid[0:height, 0:width].astype(float)
    distance = np.hypot(x - width * 0.45, 1.2 * (y - height * 0.55))
    pixels: Pixels = np.clip(127 + 100 * np.sin(2 * np.pi * distance / 9) + noise, 0, 255).astype(np.uint8)
    return pixels


def photograph(width: int, height: int) -> Pixels:
    """Something in colour, smooth enough for every codec."""
    y, x = np.mgrid[0:height, 0:width]
    return np.dstack([x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)]).astype(np.uint8)


def encode(pixels: Pixels, compression: str) -> bytes:
    """`pixels` in one of the compressions of the record formats."""
    match compression:
        case "NONE":
            return pixels.tobytes()
        case "WSQ20":
            return bytes(_wsq.compress(pixels.tobytes(), *pixels.shape, 12.0))
        case "JPEGL":
            return bytes(imagecodecs.ljpeg_encode(pixels))
        case "JP2" | "JP2L":
            return bytes(imagecodecs.jpeg2k_encode(pixels, level=0 if compression == "JP2L" else 40, codecformat="jp2"))
        case "J2K":
            return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="j2k"))
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, {"JPEGB": "JPEG", "PNG": "PNG"}[compression], dpi=(500, 500))
    return stream.getvalue()


def wsq_header(width: int, height: int) -> bytes:
    """A WSQ image that ends after its frame header."""
    frame = struct.pack(">BBHHBHBHBBH", 255, 0, height, width, 2, 1, 1, 1, 1, 0, 0)[:15]
    return b"\xff\xa0" + b"\xff\xa2" + struct.pack(">H", 17) + frame + bytes(40)


def jpeg_header(width: int, height: int, *, process: int = 0xC0, components: int = 1) -> bytes:
    """A JPEG image that ends after its frame header."""
    frame = struct.pack(">BHHB", 8, height, width, components) + bytes(3 * components)
    return b"\xff\xd8\xff" + bytes([process]) + struct.pack(">H", len(frame) + 2) + frame + bytes(40)


def png(width: int, height: int, *, rows: bytes | None = None, bits: int = 8, colour: int = 0) -> bytes:
    """A PNG image with a given size and given (or no) filtered rows."""
    parts = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))]
    parts.append(_chunk(b"IDAT", zlib.compress(b"" if rows is None else rows, 1)))
    return b"".join(parts) + _chunk(b"IEND", b"")


def codestream_header(width: int, height: int, *, components: int = 1, depth: int = 7) -> bytes:
    """A bare JPEG 2000 codestream that ends after its size segment."""
    siz = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, width, height, 0, 0, components)
    siz += bytes([depth, 1, 1]) * components
    return b"\xff\x4f\xff\x51" + struct.pack(">H", len(siz) + 2) + siz + bytes(40)


def jp2(codestream: bytes, *, width: int, height: int, pixels_per_metre: int | None = None) -> bytes:
    """A codestream in JP2 boxes, with a capture resolution if given."""
    inner = _box(b"ihdr", struct.pack(">IIHBBBB", height, width, 1, 7, 7, 0, 0))
    if pixels_per_metre:
        resolution = struct.pack(">HHHHbb", pixels_per_metre, 1, pixels_per_metre, 1, 0, 0)
        inner += _box(b"res ", _box(b"resc", resolution))
    head = b"\x00\x00\x00\x0cjP  \r\n\x87\n" + _box(b"ftyp", b"jp2 \x00\x00\x00\x00jp2 ")
    return head + _box(b"jp2h", inner) + _box(b"jp2c", codestream)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content
