# SPDX-License-Identifier: Apache-2.0
"""Signed requests of booking systems: what is signed, and how. Pure.

`Authorization: SC1-HMAC-SHA256 key=<prefix>, time=<seconds since 1970>, nonce=<16 to 64 letters and digits>,
signature=<hex>`. The signature is HMAC-SHA-256 (RFC 2104) over six lines: the word SC1-HMAC-SHA256, method, path with
its query, time, nonce, SHA-256 of the body in hex. Its key is HMAC-SHA-256 of `DERIVED` under the key's secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

SCHEME = "SC1-HMAC-SHA256"
DERIVED = b"secure-communities signed request 1"
SKEW = timedelta(minutes=5)  # how far the two clocks may differ
_HEADER = re.compile(
    r"key=(?P<prefix>[a-z2-7]{12}), ?time=(?P<time>[0-9]{1,12}), ?nonce=(?P<nonce>[A-Za-z0-9]{16,64}), ?"
    r"signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Signed:
    """The parts of the header."""

    prefix: str
    time: int
    nonce: str
    signature: str


def read_header(credentials: str) -> Signed | None:
    """The parts that follow the scheme, or None for anything of another shape."""
    found = _HEADER.fullmatch(credentials.strip())
    if found is None:
        return None
    return Signed(found["prefix"], int(found["time"]), found["nonce"], found["signature"])


def signing_key(secret: str) -> bytes:
    """The key that signs, from the secret part of a machine key."""
    return hmac.digest(secret.encode(), DERIVED, "sha256")


def signature(key: bytes, *, method: str, target: str, time: int, nonce: str, body: bytes) -> str:
    """The signature of a request, in hex. `target`: the path with its query string, as sent."""
    lines = (SCHEME, method.upper(), target, str(time), nonce, hashlib.sha256(body).hexdigest())
    return hmac.digest(key, "\n".join(lines).encode(), "sha256").hex()


def header(machine_key: str, *, method: str, target: str, body: bytes, nonce: str, at: datetime) -> str:
    """The whole value of the Authorization header, as a booking system makes it from its key."""
    _, prefix, secret = machine_key.split("_")
    time = int(at.timestamp())
    made = signature(signing_key(secret), method=method, target=target, time=time, nonce=nonce, body=body)
    return f"{SCHEME} key={prefix}, time={time}, nonce={nonce}, signature={made}"


def is_fresh(time: int, *, at: datetime) -> bool:
    """Whether the request's clock is near enough to ours."""
    return abs(at.timestamp() - time) <= SKEW.total_seconds()
