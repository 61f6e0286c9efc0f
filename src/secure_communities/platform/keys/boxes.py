# SPDX-License-Identifier: Apache-2.0
"""AES-256-GCM boxes: version byte, 12-byte nonce, ciphertext and tag, bound to a context. No Django."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE_BYTES = 12


class BoxError(Exception):
    """A box that does not open: damaged, moved to another context, or sealed with another key."""


def seal(key: bytes, plain: bytes, *, context: str) -> bytes:
    """Seal `plain` under a 32-byte key. The context (what and whose it is) must be given again to open."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, box: bytes, *, context: str) -> bytes:
    """Open a box made by `seal`; raise `BoxError` when key, context or content differ."""
    if box[:1] != VERSION:
        raise BoxError(f"unknown box version {box[:1]!r}")
    try:
        return AESGCM(key).decrypt(box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :], context.encode())
    except InvalidTag:
        raise BoxError(f"the box for {context!r} does not open: damaged, moved, or another key") from None
