# SPDX-License-Identifier: Apache-2.0
"""Reads of the event log for timelines."""

from __future__ import annotations

from typing import Any

from secure_communities.platform.events import registry
from secure_communities.platform.events.models import SEALED, Event
from secure_communities.platform.keys import services as keys


def personal_of(event: Event) -> dict[str, Any]:
    """The personal values of an event, opened; none where it has none. Raises KeyDestroyed after expunction."""
    if event.sealed is None or event.data_key is None:
        return {}
    opened: dict[str, Any] = keys.unseal_json(event.data_key, event.sealed, context=SEALED)
    return opened


def timeline(correlation: str) -> list[dict[str, Any]]:
    """The events of one submission in the order they were recorded, worded for people."""
    items = []
    for event in Event.objects.filter(correlation=correlation).exclude(kind__endswith=":read").order_by("id"):
        kind = registry.kind(event.kind)
        who, _, name = event.actor.partition(":")
        items.append(
            {
                "at": event.occurred_at,
                "kind": event.kind,
                "title": kind.title,
                "lane": kind.lane.value,
                "tone": kind.tone.value,
                "actor": name,
                "actor_kind": "person" if who == "user" else "machine",
                "detail": event.data.get("summary", ""),
                "reason": event.reason,
                "data": event.data,
            }
        )
    return items
