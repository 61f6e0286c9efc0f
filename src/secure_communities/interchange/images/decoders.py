# SPDX-License-Identifier: Apache-2.0
"""Payload → pixels: one decoder for each compression. Runs only inside a disposable process (see server.py).

Everything a decoder may need is imported here, at the top, because the process that decodes may open no file."""

from __future__ import annotations

import io
from typing import Any, Final

import _wsq  # the C decoder behind the wsq plug-in of Pillow
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from secure_communities.interchange.images.frames import ImageHeader
from secure_communities.interchange.images.refusal import INVALID_DATA, ImageRefused

Pixels = NDArray[np.uint8]

# imagecodecs loads each codec on first mention, the JPEG plug-in loads TIFF's for EXIF: mention them now.
_EXIF: Final = TiffImagePlugin
_decode_jpeg2000: Final = imagecodecs.jpeg2k_decode
_decode_lossless_jpeg: Final = imagecodecs.ljpeg_decode
Image.MAX_IMAGE_PIXELS = None  # our own caps are lower and were applied to the header
ImageFile.LOAD_TRUNCATED_IMAGES = False


def decode_payload(data: bytes, compression: str, header: ImageHeader, *, colour: bool) -> Pixels:
    """Pixels as uint8, height × width × 3 if `colour`, else height × width (luma, ITU-R 601).

    Raises ImageRefused E0002 for data that do not decode or whose decoded size is not that of `header`. May also
    crash, spin or exhaust memory: that is what the process is for.
    """
    try:
        pixels = _DECODERS[compression](data, header)
    except (ImageRefused, MemoryError):
        raise
    except Exception as error:
        raise ImageRefused(INVALID_DATA, f"the image data does not decode ({_describe(error)})") from error
    if pixels.shape[:2] != (header.height, header.width):
        raise ImageRefused(INVALID_DATA, "the image data decodes to another size than its header says")
    return _to_colour(pixels) if colour else _to_gray(pixels)


def _describe(error: Exception) -> str:
    text = str(error)
    return text if text and "/" not in text else type(error).__name__  # no paths of ours in an answer


def _decode_raw(data: bytes, header: ImageHeader) -> Pixels:
    pixels = np.frombuffer(data, dtype=np.uint8)
    if header.components == 1:
        return pixels.reshape(header.height, header.width)
    return pixels.reshape(header.height, header.width, 3)


def _decode_wsq(data: bytes, header: ImageHeader) -> Pixels:
    pixels, width, height, _ppi = _wsq.decompress(data)
    if (width, height) != (header.width, header.height) or len(pixels) != width * height:
        raise ImageRefused(INVALID_DATA, "the WSQ data decodes to another size than its header says")
    return np.frombuffer(pixels, dtype=np.uint8).reshape(height, width)


def _decode_pillow(data: bytes, header: ImageHeader) -> Pixels:
    # The plug-in's own class: Image.open would look for further plug-ins in files it may no longer open.
    reader = PngImagePlugin.PngImageFile if data.startswith(b"\x89PNG") else JpegImagePlugin.JpegImageFile
    with reader(io.BytesIO(data)) as image:
        if image.size != (header.width, header.height):
            raise ImageRefused(INVALID_DATA, "the image data decodes to another size than its header says")
        if image.mode.startswith("I;16"):
            return _to_eight_bits(np.asarray(image))
        return np.asarray(image.convert("L" if header.components in (1, 2) else "RGB"))


def _decode_imagecodecs(data: bytes, header: ImageHeader) -> Pixels:
    decode = _decode_lossless_jpeg if header.lossless else _decode_jpeg2000
    pixels = np.asarray(decode(data))
    if pixels.dtype not in (np.uint8, np.uint16) or pixels.ndim not in (2, 3):
        raise ImageRefused(INVALID_DATA, "the image data does not decode to 8 or 16-bit pixels")
    return _to_eight_bits(pixels, bits=header.bits)


def _to_eight_bits(pixels: NDArray[Any], bits: int = 16) -> Pixels:
    return (pixels >> max(bits - 8, 0)).astype(np.uint8)


def _to_gray(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] < 3:  # gray, or gray with an opacity that does not concern us
        return pixels[:, :, 0]
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels[:, :, :3])).convert("L"))


def _to_colour(pixels: Pixels) -> Pixels:
    if pixels.ndim == 3 and pixels.shape[2] >= 3:
        return pixels[:, :, :3]
    return np.repeat(_to_gray(pixels)[:, :, np.newaxis], 3, axis=2)


_DECODERS: Final = {
    "NONE": _decode_raw,
    "WSQ20": _decode_wsq,
    "JPEGB": _decode_pillow,
    "JPEGL": _decode_imagecodecs,
    "JP2": _decode_imagecodecs,
    "JP2L": _decode_imagecodecs,
    "PNG": _decode_pillow,
}
