# SPDX-License-Identifier: Apache-2.0
"""Deliveries as people read them: states in words, attempts with what they came to. Numbers and codes, no person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from secure_communities.platform.delivery.rules import sentence_of
from secure_communities.platform.delivery.states import Delivery as State
from secure_communities.web.presenters.messages import TITLES

WORDS: Mapping[str, tuple[str, str]] = {
    State.WAITING: ("Waiting", "working"),
    State.SENDING: ("Being sent", "working"),
    State.RETRY: ("Failed, to be tried again", "attention"),
    State.OFFERED: ("To be fetched by the agency", "neutral"),
    State.DELIVERED: ("Delivered", "good"),
    State.DEAD: ("Given up", "late"),
}
CHANNELS: Mapping[str, str] = {
    "API": "Fetched by API", "DIRECTORY": "Folder", "WEBHOOK": "Webhook", "SMTP": "Mail", "PORTAL": "Portal",
}  # fmt: skip
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "delivered": ("Arrived", "good"),
    "failed": ("Failed", "attention"),
    "refused": ("Refused", "late"),
    "interrupted": ("Interrupted", "attention"),
}

COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "number", "title": "Delivery"},
    {"key": "message", "title": "Message"},
    {"key": "recipient", "title": "To"},
    {"key": "state", "title": "State"},
    {"key": "tries", "title": "Attempts", "numeric": True},
    {"key": "when", "title": "Next try or end"},
)
ATTEMPT_COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "number", "title": "Attempt", "numeric": True},
    {"key": "at", "title": "At"},
    {"key": "channel", "title": "Channel"},
    {"key": "outcome", "title": "Outcome"},
    {"key": "what", "title": "What happened"},
    {"key": "took", "title": "Took", "numeric": True},
)
REPLAY_COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "at", "title": "Begun again"},
    {"key": "by", "title": "By"},
    {"key": "reason", "title": "Reason"},
)
ADDRESS_COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "target", "title": "Address"},
    {"key": "channel", "title": "Channel"},
    {"key": "state", "title": "State"},
    {"key": "since", "title": "Since"},
    {"key": "until", "title": "Until"},
)
KEY_COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "key", "title": "Signing key", "mono": True},
    {"key": "state", "title": "State"},
    {"key": "since", "title": "Signs since"},
    {"key": "until", "title": "Signs until"},
)
AGENCY_COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "ori", "title": "ORI", "mono": True},
    {"key": "agency", "title": "Agency"},
    {"key": "channel", "title": "Takes answers by"},
    {"key": "webhook", "title": "Webhook"},
    {"key": "mail", "title": "Mail"},
)


def message_words(kind: str, *, immigration: bool) -> str:
    """What is delivered: its kind only to those who may know of the immigration side."""
    return TITLES[kind][0] if immigration and kind in TITLES else "A response"


def row(delivery: Any, *, href: str, kind: str, immigration: bool) -> dict[str, Any]:
    """One delivery; `tries` is annotated."""
    words, tone = WORDS[delivery.state]
    ended = delivery.next_try_at or delivery.ended_at
    agency = delivery.recipient
    why = sentence_of(delivery.last_code) if delivery.state in (State.DEAD, State.RETRY) and delivery.last_code else ""
    return {
        "number": {"text": f"No. {delivery.pk}", "href": href, "note": delivery.stream},
        "message": {
            "text": message_words(kind, immigration=immigration),
            "note": f"{delivery.created_at:%b} {delivery.created_at.day}, {delivery.created_at:%H:%M}",
        },
        "recipient": {"text": agency.agency.name, "note": f"{agency.ori} · {CHANNELS[delivery.channel]}"},
        "state": {"text": words, "tone": tone, "note": why},
        "tries": delivery.tries,
        "when": {"at": ended} if ended else None,
        "late": delivery.state == State.DEAD,
    }


def attempt_row(attempt: Any) -> dict[str, Any]:
    """One attempt."""
    words, tone = OUTCOMES[attempt.outcome]
    status = f"status {attempt.status}" if attempt.status else ""
    return {
        "number": attempt.number,
        "at": {"at": attempt.at},
        "channel": {"text": CHANNELS[attempt.channel], "note": attempt.target},
        "outcome": {"text": words, "tone": tone, "note": status},
        "what": sentence_of(attempt.code),
        "took": f"{attempt.milliseconds / 1000:.1f} s",
    }


def address_row(address: Any, *, now: datetime) -> dict[str, Any]:
    """One address, in force or ended."""
    running = address.in_force(now)
    return {
        "target": address.target,
        "channel": CHANNELS[address.channel],
        "state": {"text": "In force" if running else "Ended", "tone": "good" if running else "neutral"},
        "since": {"at": address.starts_at},
        "until": {"at": address.ends_at} if address.ends_at else None,
    }


def key_row(key: Any, *, now: datetime) -> dict[str, Any]:
    """One signing key; its secret is shown nowhere."""
    running = key.ends_at is None or now < key.ends_at
    return {
        "key": key.key_id,
        "state": {"text": "Signs" if running else "Ended", "tone": "good" if running else "neutral"},
        "since": {"at": key.starts_at},
        "until": {"at": key.ends_at} if key.ends_at else None,
    }
