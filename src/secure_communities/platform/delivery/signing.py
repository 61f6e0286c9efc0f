# SPDX-License-Identifier: Apache-2.0
"""Signatures of webhook requests: HMAC-SHA256 over time, number, description and body. Pure; both sides use it.

A request carries one signature for each key in force, so that keys can be changed without a gap.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

TIMESTAMP = "SC-Timestamp"
SIGNATURE = "SC-Signature"
NUMBER = "Idempotency-Key"
ABOUT = "SC-Message"
TOLERANCE = timedelta(minutes=5)


class BadSignature(Exception):
    """The request is not ours, not whole, or too old. The text says which."""


@dataclass(frozen=True, slots=True)
class About:
    """What a message is: enough to put it in its place without opening it."""

    kind: str
    version: int
    answers: str

    def encode(self) -> str:
        """As a header: `kind=first; version=1; answers=…` (percent-encoded: it came from outside once)."""
        return f"kind={self.kind}; version={self.version}; answers={quote(self.answers, safe='')}"

    @classmethod
    def decode(cls, text: str) -> About:
        """Read the header. ValueError when it is not of that form."""
        parts = dict(part.strip().split("=", 1) for part in text.split(";"))
        try:
            return cls(parts["kind"], int(parts["version"]), unquote(parts["answers"]))
        except KeyError as missing:
            raise ValueError(f"{ABOUT} lacks {missing}") from None


def _digest(secret: bytes, timestamp: str, number: str, about: str, body: bytes) -> str:
    head = f"{timestamp}\n{number}\n{about}\n".encode()
    return hmac.new(secret, head + body, hashlib.sha256).hexdigest()


def headers(*, keys: Mapping[str, bytes], number: str, about: About, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a signed request. `keys`: key id → secret, at least one."""
    if not keys:
        raise ValueError("a webhook request is signed with at least one key")
    timestamp, described = str(int(at.timestamp())), about.encode()
    signatures = ", ".join(
        f"{key_id}={_digest(secret, timestamp, number, described, body)}" for key_id, secret in keys.items()
    )
    return {TIMESTAMP: timestamp, NUMBER: number, ABOUT: described, SIGNATURE: signatures}


def verify(given: Mapping[str, str], body: bytes, *, keys: Mapping[str, bytes], at: datetime) -> tuple[str, About]:
    """Number and description of a request, if one of our keys signed it within the last five minutes.

    `given`: the request's headers by the names of this module. Raises BadSignature.
    """
    try:
        timestamp, number, described, signed = (given[name] for name in (TIMESTAMP, NUMBER, ABOUT, SIGNATURE))
        sent_at = datetime.fromtimestamp(int(timestamp), UTC)
        signatures = dict(part.strip().split("=", 1) for part in signed.split(","))
        about = About.decode(described)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise BadSignature("the signature headers are missing or not of their form") from error
    if abs(at - sent_at) > TOLERANCE:
        raise BadSignature("the request was signed more than five minutes ago, or the clocks differ")
    for key_id, secret in keys.items():
        expected = _digest(secret, timestamp, number, described, body)
        if hmac.compare_digest(expected.encode(), signatures.get(key_id, "").encode()):
            return number, about
    raise BadSignature("no key of ours made this signature")
