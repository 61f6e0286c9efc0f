# SPDX-License-Identifier: Apache-2.0
"""Which data keys were destroyed, noted outside the database: a restored backup must not bring them back.

A line for each: id, reason, time. Ids and reasons name nobody.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings


def file() -> Path:
    """Where the destroyed keys are noted."""
    path: Path = settings.VAR / "destroyed-keys.jsonl"
    return path


def note(key_id: UUID, *, reason: str, at: datetime) -> None:
    """Add one key, and have it on disk before the caller goes on."""
    file().parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(json.dumps({"key": str(key_id), "reason": reason, "at": at.isoformat()}) + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def noted() -> dict[UUID, str]:
    """Every key noted as destroyed, with the reason. A torn last line (a crash while writing) is passed over."""
    try:
        lines = file().read_text().splitlines()
    except FileNotFoundError:
        return {}
    found: dict[UUID, str] = {}
    for line in lines:
        try:
            entry = json.loads(line)
            found[UUID(entry["key"])] = str(entry["reason"])
        except (ValueError, KeyError, TypeError):
            continue
    return found
