# SPDX-License-Identifier: Apache-2.0
"""Blind indexes: a keyed digest that finds equal values without storing them. No Django, no database.

In: a value in its normal form, the context it stands in, the index key. Out: 16 bytes.
"""

from __future__ import annotations

import hashlib
import hmac

DIGEST_BYTES = 16


def digest(key: bytes, value: str, *, context: str) -> bytes:
    """The blind index of `value`. Equal values of one context have equal digests; other contexts tell nothing."""
    message = len(context.encode()).to_bytes(2, "big") + context.encode() + value.encode()
    return hmac.new(key, message, hashlib.sha256).digest()[:DIGEST_BYTES]
