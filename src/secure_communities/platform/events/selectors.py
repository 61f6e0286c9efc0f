# SPDX-License-Identifier: Apache-2.0
"""Reads of the event log for timelines."""

from __future__ import annotations

from typing import Any

from secure_communities.platform.events import registry
from secure_communities.platform.events.models import Event


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
