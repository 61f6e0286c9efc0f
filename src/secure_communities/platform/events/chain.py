# SPDX-License-Identifier: Apache-2.0
"""The hash chain over events: what is hashed and how links follow. Pure; the offline verifier uses it too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = b"\x00" * 32
FIELDS = (
    "id", "kind", "occurred_at", "recorded_at", "actor", "about_type", "about_id",
    "correlation", "purpose", "reason", "data", "data_key_id", "sealed",
)  # fmt: skip


def canonical(event: Mapping[str, Any]) -> bytes:
    """The bytes of an event that its digest covers: every field, in one fixed JSON form."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, (bytes, memoryview)):
            return bytes(value).hex()
        if value is None or isinstance(value, (int, str, dict, list, bool)):
            return value
        return str(value)

    record = {field: plain(event[field]) for field in FIELDS}
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: bytes, position: int, event: Mapping[str, Any]) -> bytes:
    """SHA-256 over the previous digest, the position (8 bytes, big-endian) and the event's canonical bytes."""
    return hashlib.sha256(previous + position.to_bytes(8, "big") + canonical(event)).digest()
