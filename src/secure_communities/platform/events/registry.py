# SPDX-License-Identifier: Apache-2.0
"""The kinds of event there are. Each subject registers its own in its `events.py`; unknown kinds are refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Lane(StrEnum):
    """Which side of a submission's life an event belongs to."""

    BOTH = "both"
    CRIMINAL = "criminal"
    IMMIGRATION = "immigration"


class Tone(StrEnum):
    """How a reader should take it; screens map it to a style."""

    NEUTRAL = "neutral"
    WORKING = "working"
    GOOD = "good"
    ATTENTION = "attention"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: `subject:action` and how a person would say it."""

    tag: str
    title: str
    lane: Lane = Lane.BOTH
    tone: Tone = Tone.NEUTRAL


_KINDS: dict[str, Kind] = {}


class UnknownKind(ValueError):
    """An event kind nobody registered."""


def register(*kinds: Kind) -> None:
    """Add kinds; the same tag with another meaning is a programming error."""
    for kind in kinds:
        subject, _, action = kind.tag.partition(":")
        if not (subject and action):
            raise UnknownKind(f"an event kind reads subject:action, not {kind.tag!r}")
        if _KINDS.setdefault(kind.tag, kind) != kind:
            raise UnknownKind(f"{kind.tag} is registered twice with different meanings")


def kind(tag: str) -> Kind:
    """The kind with this tag."""
    try:
        return _KINDS[tag]
    except KeyError:
        raise UnknownKind(f"{tag} is not a registered kind of event") from None


def all_kinds() -> list[Kind]:
    """Every registered kind, by tag."""
    return sorted(_KINDS.values(), key=lambda one: one.tag)
