# SPDX-License-Identifier: Apache-2.0
"""Small values of the messages, written and read: times (UTC, whole seconds), dates, coded words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from secure_communities.interchange.messages.errors import INVALID, MessageError
from secure_communities.interchange.messages.text import check_value

Word = TypeVar("Word", bound=StrEnum)


def write_time(tag: str, moment: datetime) -> str:
    """YYYYMMDDhhmmssZ of an aware time."""
    if moment.tzinfo is None:
        raise MessageError(INVALID, tag, "the time has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat().translate(_NO_SIGNS) + "Z"


def read_time(tag: str, value: str) -> datetime:
    """The aware time that YYYYMMDDhhmmssZ stands for."""
    try:
        return datetime.fromisoformat(f"{value[:8]}T{value[8:14]}+00:00").astimezone(UTC)
    except ValueError:
        raise MessageError(INVALID, tag, "is no time of the form YYYYMMDDhhmmssZ") from None


def write_date(day: date) -> str:
    """CCYYMMDD."""
    return day.isoformat().translate(_NO_SIGNS)


def read_date(tag: str, value: str) -> date:
    """The date that CCYYMMDD stands for."""
    if len(value) == 8 and value.isascii() and value.isdigit():
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise MessageError(INVALID, tag, "is no date of the form CCYYMMDD")


def read_word(tag: str, value: str, words: type[Word]) -> Word:
    """The member of `words` that `value` names."""
    try:
        return words(value)
    except ValueError:
        raise MessageError(INVALID, tag, "is not in the vocabulary") from None


def write_parts(tag: str, first: str, **parts: str) -> str:
    """`first;NAME=value;…`, without the empty ones. Raises MessageError for a part that holds such signs itself."""
    for part in (first, *parts.values()):
        check_value(tag, part, minimum=0)
    return ";".join([first, *(f"{name}={value}" for name, value in parts.items() if value)])


def read_parts(tag: str, value: str, names: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The first part, and each named part ("" where absent). Raises MessageError for a name not listed."""
    first, *rest = value.split(";")
    parts = dict.fromkeys(names, "")
    for part in rest:
        name, _, content = part.partition("=")
        if name not in parts:
            raise MessageError(INVALID, tag, f"has a part that is not one of {', '.join(names)}")
        parts[name] = content
    return first, parts


def compact(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs that have a value."""
    return [(tag, value) for tag, value in pairs if value]


_NO_SIGNS = str.maketrans("", "", "-:T")
