# SPDX-License-Identifier: Apache-2.0
"""Who wants to hear of which events. A higher floor subscribes a background task; the floor that appends knows nobody.

In: a kind of event and a task that takes `event_id`. Out: the task is queued in the transaction that appends, so that
it runs if and only if the event stands, later, on the subscriber's own queue: a subscriber that fails delays nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from secure_communities.platform.events import registry


class Task(Protocol):
    """A background task of the form `task(event_id: int)`, safe to run twice."""

    @property
    def defer(self) -> Callable[..., Any]:
        """Queue the task with the arguments given by name."""


_SUBSCRIBERS: dict[str, list[Task]] = {}


def subscribe(task: Task, *kinds: str) -> None:
    """Queue `task` with the event's id whenever an event of these kinds is appended. Raises UnknownKind."""
    for tag in kinds:
        registry.kind(tag)
        wanted = _SUBSCRIBERS.setdefault(tag, [])
        if task not in wanted:
            wanted.append(task)


def subscribers(kind: str) -> Iterable[Task]:
    """The tasks subscribed to a kind, in the order in which they subscribed."""
    return tuple(_SUBSCRIBERS.get(kind, ()))
