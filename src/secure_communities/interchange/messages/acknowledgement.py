# SPDX-License-Identifier: Apache-2.0
"""The support centre's acknowledgement of a query: received, not answered. Sent at once and automatically."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from secure_communities.interchange.messages.errors import STRUCTURE, MessageError
from secure_communities.interchange.messages.layout import load_layout, read_pairs, write_lines
from secure_communities.interchange.messages.text import read_lines
from secure_communities.interchange.messages.values import compact, read_time, write_time

VERSION: Final = "1.0"
_TEXT: Final = "The query was received. This is not an answer to it and allows no action."


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Receipt of the query `reference` about submission `tcn`; `due_at` is a target, not a promise."""

    tcn: str
    sender: str
    destination: str
    reference: str
    received_at: datetime
    due_at: datetime | None = None
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def identity_key(self) -> tuple[str, str, int]:
        """(tcn, kind, version): a receiver keeps one message for each."""
        return self.tcn, "ACK", 1

    def encode(self) -> str:
        """The message as lines of at most 72 characters. Raises MessageError."""
        layout = load_layout("ack", VERSION)
        layout.check_extra(self.extra)
        pairs = compact(
            [
                ("TCN", self.tcn),
                ("ORI", self.destination),
                ("SND", self.sender),
                ("REF", self.reference),
                ("RCV", write_time("RCV", self.received_at)),
                ("DUE", write_time("DUE", self.due_at) if self.due_at else ""),
                ("TXT", _TEXT),
                *self.extra,
            ]
        )
        layout.check(pairs, kind="RECEIVED")
        return write_lines(f"ACK/{VERSION}", pairs)

    @classmethod
    def decode(cls, message: str | bytes) -> Self:
        """Read a message: any order of items, folded lines, unknown tags kept in `extra`. Raises MessageError."""
        lines = read_lines(message)
        name, _, version = lines[0].partition("/")
        if name != "ACK":
            raise MessageError(STRUCTURE, "", "the message does not begin with ACK/")
        layout = load_layout("ack", version)
        pairs = read_pairs(lines[1:])
        layout.check(pairs, kind="RECEIVED")
        values = dict(pairs)
        return cls(
            tcn=values["TCN"],
            sender=values["SND"],
            destination=values["ORI"],
            reference=values["REF"],
            received_at=read_time("RCV", values["RCV"]),
            due_at=read_time("DUE", values["DUE"]) if "DUE" in values else None,
            extra=layout.unknown(pairs),
        )
