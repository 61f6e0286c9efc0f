# SPDX-License-Identifier: Apache-2.0
"""Blind indexes: a keyed digest that finds equal values without storing them. No Django, no database.

In: a value in its normal form, the context it stands in, the index key. Out: 16 bytes.
"""

from __future__ import annotations

import hashlib
import hmac

DIGEST_BYTES = 16


def index_key(master: bytes) -> bytes:
    """The key of the blind indexes, derived from the master key so that the two are never one (RFC 5869, one block)."""
    pseudo_random = hmac.new(b"secure-communities", master, hashlib.sha256).digest()
    return hmac.new(pseudo_random, b"blind-index\x01", hashlib.sha256).digest()


def digest(key: bytes, value: str, *, context: str) -> bytes:
    """The blind index of `value`. Equal values of one context have equal digests; other contexts tell nothing."""
    message = len(context.encode()).to_bytes(2, "big") + context.encode() + value.encode()
    return hmac.new(key, message, hashlib.sha256).digest()[:DIGEST_BYTES]
