# SPDX-License-Identifier: Apache-2.0
"""Reads what an image says of itself, in bounded pure Python, and refuses it before any decoder sees it.

In: payload bytes and the compression its record declares. Out: `ImageHeader`. Refuses a payload of another kind than
declared (never guesses), a frame that cannot be read, and a frame too large for its body or for us."""

from __future__ import annotations

from typing import Final

from secure_communities.interchange.images.frames import (
    ImageHeader,
    read_jpeg,
    read_jpeg2000,
    read_png,
    read_wsq,
)
from secure_communities.interchange.images.limits import (
    MAXIMUM_PIXELS,
    MAXIMUM_PIXELS_PER_BYTE,
    MAXIMUM_SIDE,
    PIXELS_FREE_OF_RATIO,
)
from secure_communities.interchange.images.refusal import INVALID_DATA, OUT_OF_RANGE, ImageRefused

COMPRESSIONS: Final = ("NONE", "WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG")

# First bytes of each kind: start of image and a marker (WSQ, JPEG), first box or bare codestream (JPEG 2000), magic.
_SIGNATURES: Final = (
    (b"\xff\xa0\xff", "WSQ"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
)
_KIND_DECLARED: Final = {
    "WSQ20": "WSQ",
    "JPEGB": "JPEG",
    "JPEGL": "JPEG",
    "JP2": "JPEG 2000",
    "JP2L": "JPEG 2000",
    "PNG": "PNG",
}
_READERS: Final = {"WSQ": read_wsq, "JPEG": read_jpeg, "JPEG 2000": read_jpeg2000, "PNG": read_png}


def read_image_header(
    data: bytes, compression: str, *, width: int | None = None, height: int | None = None
) -> ImageHeader:
    """Size, depth, components and resolution of `data`, without decoding it.

    `compression` is one of `COMPRESSIONS`. A raw image (NONE) has no header: its declared `width` and `height` are
    needed, and its length decides between 8-bit gray and 24-bit colour. For the others the two are ignored.
    Raises ImageRefused: E0002 for another kind of payload than declared (ebts.md trap T7) or an unreadable frame,
    E0003 for a frame beyond the caps.
    """
    if compression not in COMPRESSIONS:
        raise ImageRefused(INVALID_DATA, f"the compression algorithm (GCA/CGA) is not one of {', '.join(COMPRESSIONS)}")
    if not data:
        raise ImageRefused(INVALID_DATA, "the image data (field 999) has no bytes")
    if compression == "NONE":
        header = _raw(data, width=width, height=height)
    else:
        header = _compressed(data, compression)
    _check_size(header, len(data))
    return header


def detect_kind(data: bytes) -> str | None:
    """The kind that the first bytes announce ("WSQ", "JPEG", "JPEG 2000", "PNG", "TIFF" …), or None."""
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)


def _compressed(data: bytes, compression: str) -> ImageHeader:
    declared, found = _KIND_DECLARED[compression], detect_kind(data)
    if found != declared:
        is_what = f"is {found}" if found else "has no known image signature"
        raise ImageRefused(
            INVALID_DATA,
            f"the compression algorithm (GCA/CGA) declares {compression} but the image data {is_what}",
        )
    header = _READERS[found](data)
    if found == "JPEG" and header.lossless != (compression == "JPEGL"):
        process = "lossless" if header.lossless else "lossy"
        raise ImageRefused(
            INVALID_DATA,
            f"the compression algorithm (GCA/CGA) declares {compression} but the image data is {process} JPEG",
        )
    return header


def _raw(data: bytes, *, width: int | None, height: int | None) -> ImageHeader:
    if width is None or height is None:
        raise ImageRefused(INVALID_DATA, "an uncompressed image needs its width and height (HLL, VLL)")
    if width < 1 or height < 1:
        raise ImageRefused(OUT_OF_RANGE, f"the declared size is {width} × {height}")
    for components in (1, 3):
        if len(data) == width * height * components:
            return ImageHeader(width=width, height=height, bits=8, components=components, ppi=None)
    raise ImageRefused(
        INVALID_DATA,
        f"an uncompressed image of {width} × {height} needs {width * height} bytes (gray) or {width * height * 3} "
        f"(colour), not {len(data)}",
    )


def _check_size(header: ImageHeader, length: int) -> None:
    width, height = header.width, header.height
    size = f"the image header says {width} × {height}"
    if width < 1 or height < 1:
        raise ImageRefused(OUT_OF_RANGE, f"{size}: an image has at least one pixel")
    if width > MAXIMUM_SIDE or height > MAXIMUM_SIDE:
        raise ImageRefused(OUT_OF_RANGE, f"{size}: a side is at most {MAXIMUM_SIDE} pixels")
    pixels = width * height
    if pixels > MAXIMUM_PIXELS:
        raise ImageRefused(OUT_OF_RANGE, f"{size}: an image is at most {MAXIMUM_PIXELS} pixels")
    if pixels > PIXELS_FREE_OF_RATIO and pixels > length * MAXIMUM_PIXELS_PER_BYTE:
        raise ImageRefused(OUT_OF_RANGE, f"{size}: {length} bytes of data cannot hold so many pixels")
