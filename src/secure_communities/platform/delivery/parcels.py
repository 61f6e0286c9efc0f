# SPDX-License-Identifier: Apache-2.0
"""What is sent, and who hands it out. No Django.

The app that owns a kind of message registers one `Source`; the outbox asks it for bytes only at the moment of sending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message as it goes out.

    `number` is our own control number of it: the same at every attempt, so that the other side knows a duplicate.
    `answers` is the control number of what it answers, as the other side wrote it. `kind` and `version` are codes.
    """

    number: str
    kind: str
    version: int
    recipient: str
    answers: str
    media_type: str
    extension: str
    content: bytes

    def __post_init__(self) -> None:
        if not NUMBER.fullmatch(self.number):  # it becomes a file name and a header
            raise ValueError("a parcel's number is made of letters, digits, dots, hyphens and underscores")

    @property
    def file_name(self) -> str:
        """The name of its file: our own number only, nothing that came from outside."""
        return f"{self.number}.{self.extension}"


class Source(Protocol):
    """The owner of one kind of message."""

    def parcel(self, reference: int) -> Parcel:
        """The message of that number. LookupError: there is none, or it cannot be read any more."""

    def delivered(self, reference: int, *, by: str, at: datetime) -> None:
        """The recipient has it. Called inside the transaction that says so; repeats must do no harm."""


_SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Register the owner of a kind of message, under the name its deliveries carry."""
    _SOURCES[name] = source


def source(name: str) -> Source:
    """The owner registered under that name. LookupError if there is none."""
    return _SOURCES[name]
