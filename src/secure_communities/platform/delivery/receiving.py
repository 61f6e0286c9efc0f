# SPDX-License-Identifier: Apache-2.0
"""The other side, as it should be written: every response kept once, whatever comes twice, late or out of order.

An inbox is a folder. In: a message's description and bytes. Out: whether it was new. No Django, no database.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from email import policy
from email.parser import BytesParser
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from secure_communities.platform.delivery.signing import About

KIND = re.compile(r"[a-z_]{1,16}", re.ASCII)
PING = "ping"


class Taken(StrEnum):
    """What became of a message that came in."""

    NEW = "new"
    REPEATED = "repeated"
    CONFLICT = "conflict"  # the same (control number, kind, version) with other bytes: kept beside it, for people


class Inbox:
    """Responses by (control number of the submission, kind, version). Safe for several threads of one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._turn = threading.Lock()

    def take(self, about: About, content: bytes) -> Taken:
        """Keep a message, once. ValueError when its description is not one of a message."""
        if not KIND.fullmatch(about.kind) or not about.answers or not 1 <= about.version <= 999:
            raise ValueError("a message names the submission it answers, its kind and its version")
        name = quote(about.answers, safe="").replace(".", "%2E")[:200]
        place = self.folder / name
        path = place / f"{about.kind}-{about.version}.ebts"
        with self._turn:
            place.mkdir(parents=True, exist_ok=True)
            if path.exists():
                if path.read_bytes() == content:
                    return Taken.REPEATED
                path = path.with_suffix(f".{hashlib.sha256(content).hexdigest()[:12]}.conflict")
                _write(path, content)
                return Taken.CONFLICT
            _write(path, content)
            return Taken.NEW

    def answers_to(self, control_number: str) -> dict[tuple[str, int], bytes]:
        """What is there for a submission: (kind, version) → bytes."""
        place = self.folder / quote(control_number, safe="").replace(".", "%2E")[:200]
        found = {}
        for path in sorted(place.glob("*.ebts")):
            kind, _, version = path.stem.rpartition("-")
            found[kind, int(version)] = path.read_bytes()
        return found


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)


def of_mail(raw: bytes) -> tuple[str, bytes] | None:
    """A mail's number (its Idempotency-Key) and attachment; None when it carries no attachment (a test message)."""
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    for part in mail.iter_attachments():
        content = part.get_content()
        if isinstance(content, bytes) and content:
            return str(mail["Idempotency-Key"]), content
    return None
