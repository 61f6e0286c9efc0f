# SPDX-License-Identifier: Apache-2.0
"""AES-256-GCM boxes: version byte, key id, nonce, ciphertext and tag, bound to a context. No Django.

Version 2 names the key it was sealed with; version 1 (no key id) still opens.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION_1, VERSION_2 = b"\x01", b"\x02"
KEY_ID_BYTES, NONCE_BYTES, TAG_BYTES = 4, 12, 16
EMPTY_BOX = len(VERSION_2) + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES  # the length of a sealed nothing


class BoxError(Exception):
    """A box that does not open: damaged, moved to another context, or sealed with another key."""


def seal(key: bytes, plain: bytes, *, context: str, key_id: bytes) -> bytes:
    """Seal `plain` under a 32-byte key. The context (what and whose it is) must be given again to open.

    `key_id` (4 bytes) says in the clear which key that is: ids are no secrets.
    """
    if len(key_id) != KEY_ID_BYTES:
        raise ValueError(f"a key id has {KEY_ID_BYTES} bytes, not {len(key_id)}")
    nonce = os.urandom(NONCE_BYTES)
    return VERSION_2 + key_id + nonce + AESGCM(key).encrypt(nonce, plain, key_id + context.encode())


def unseal(key: bytes, box: bytes, *, context: str) -> bytes:
    """Open a box made by `seal`; raise `BoxError` when key, context or content differ."""
    named = key_id_of(box) or b""
    start = 1 + len(named)
    nonce, sealed = box[start : start + NONCE_BYTES], box[start + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, named + context.encode())
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise BoxError(f"the box for {context!r} does not open: damaged, moved, or another key") from None


def key_id_of(box: bytes) -> bytes | None:
    """The id of the key a box was sealed with; None for a box of version 1. Raises BoxError for no box at all."""
    version = box[:1]
    if version == VERSION_1:
        return None
    if version != VERSION_2 or len(box) < 1 + KEY_ID_BYTES:
        raise BoxError(f"unknown box version {version!r}")
    return bytes(box[1 : 1 + KEY_ID_BYTES])
