# SPDX-License-Identifier: Apache-2.0
"""Time-based codes (RFC 6238: HMAC-SHA-1, six digits, thirty seconds). Pure.

In: a base32 secret, a code, a moment. Out: the code, or the time step that a code belongs to.
"""

from __future__ import annotations

import base64
import hmac
import struct
from datetime import datetime

PERIOD = 30  # seconds of one step
DIGITS = 6
LEEWAY = 1  # steps before and after: a clock may be half a minute off


def code_at(secret: str, at: datetime) -> str:
    """The code of a base32 secret at that moment."""
    return _code(secret, int(at.timestamp()) // PERIOD)


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The step whose code this is, among the present one and its neighbours; None for a wrong code."""
    now = int(at.timestamp()) // PERIOD
    found = None
    for step in range(now - LEEWAY, now + LEEWAY + 1):
        if hmac.compare_digest(_code(secret, step).encode(), code.strip().encode()):
            found = step
    return found


def _code(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret, casefold=True), struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"
