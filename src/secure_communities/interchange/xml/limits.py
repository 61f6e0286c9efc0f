# SPDX-License-Identifier: Apache-2.0
"""Hard limits of the XML reader, counted in the bytes before a tree is built from them."""

from __future__ import annotations

from secure_communities.interchange.itl.limits import FILE_BYTES

DOCUMENT_BYTES = FILE_BYTES
# Every `<` of the file: start tags, end tags, comments. A booking with 40 charges and 14 images has under 2,000.
MARKUP = 60_000
# Both kinds of quote: two for each attribute, and what the text holds.
QUOTES = 20_000
DEPTH = 24
# Image bytes after decoding. The parser itself stops at ten million characters in one element.
IMAGE_BYTES = 7_400_000
