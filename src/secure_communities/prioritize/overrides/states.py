# SPDX-License-Identifier: Apache-2.0
"""The life of an override as a table. What is not in it cannot happen."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an override is."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    ENDED = "ended"


class Event(StrEnum):
    """What happens to one."""

    APPROVE = "approve"
    REFUSE = "refuse"
    END = "end"


TABLE: dict[tuple[State, Event], State] = {
    (State.PROPOSED, Event.APPROVE): State.IN_FORCE,
    (State.PROPOSED, Event.REFUSE): State.REFUSED,
    (State.PROPOSED, Event.END): State.ENDED,
    (State.IN_FORCE, Event.END): State.ENDED,
}


class Impossible(ValueError):
    """That cannot happen to it now."""


def after(state: State, event: Event) -> State:
    """The state after an event. Raises Impossible."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise Impossible(f"An override that is {state.value.replace('_', ' ')} cannot {event.value}.") from None
