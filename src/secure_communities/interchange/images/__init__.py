# SPDX-License-Identifier: Apache-2.0
"""Image payloads: header reading without decoding, and decoding in disposable processes.

Threat model: payloads are hostile. The WSQ decoder crashes and leaks state between images, any decoder may spin or
allocate. So sizes are judged from the header first, then each image is decoded in a fresh process that has no network,
opens no file, is limited in memory and time, and can hand back nothing but pixels and one sentence.
More in docs/explanation/image-decoding.md."""

from __future__ import annotations

from secure_communities.interchange.images.client import (
    DecodedImage,
    DecoderUnavailable,
    DecodeServer,
    decode_server,
)
from secure_communities.interchange.images.frames import ImageHeader
from secure_communities.interchange.images.header import COMPRESSIONS, read_image_header
from secure_communities.interchange.images.limits import Limits
from secure_communities.interchange.images.refusal import ImageRefused

__all__ = [
    "COMPRESSIONS",
    "DecodeServer",
    "DecodedImage",
    "DecoderUnavailable",
    "ImageHeader",
    "ImageRefused",
    "Limits",
    "decode_server",
    "read_image_header",
]
