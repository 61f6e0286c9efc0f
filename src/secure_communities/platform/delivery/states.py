# SPDX-License-Identifier: Apache-2.0
"""The life of one delivery, as a literal table."""

from __future__ import annotations

from enum import StrEnum


class Delivery(StrEnum):
    """Where one message to one recipient on one channel stands."""

    WAITING = "waiting"  # to be sent, never tried since it was begun
    SENDING = "sending"  # an attempt is being made now
    RETRY = "retry"  # the last attempt failed; the next has its time
    OFFERED = "offered"  # the recipient fetches it
    DELIVERED = "delivered"
    DEAD = "dead"  # given up; a person must look


class Step(StrEnum):
    """What can happen to it."""

    BEGIN = "begin"
    SUCCEED = "succeed"
    FAIL = "fail"
    GIVE_UP = "give_up"
    RECOVER = "recover"
    COLLECT = "collect"
    LAPSE = "lapse"
    REPLAY = "replay"
    OFFER = "offer"


# RECOVER: whoever was sending died meanwhile; whether the recipient has it is unknown, so it is sent again.
# Nothing leads out of DEAD by itself: a person replays it, or the recipient fetches it after all.
DELIVERY: dict[tuple[Delivery, Step], Delivery] = {
    (Delivery.WAITING, Step.BEGIN): Delivery.SENDING,
    (Delivery.RETRY, Step.BEGIN): Delivery.SENDING,
    (Delivery.SENDING, Step.SUCCEED): Delivery.DELIVERED,
    (Delivery.SENDING, Step.FAIL): Delivery.RETRY,
    (Delivery.SENDING, Step.GIVE_UP): Delivery.DEAD,
    (Delivery.SENDING, Step.RECOVER): Delivery.RETRY,
    (Delivery.OFFERED, Step.COLLECT): Delivery.DELIVERED,
    (Delivery.OFFERED, Step.LAPSE): Delivery.DEAD,
    (Delivery.DEAD, Step.COLLECT): Delivery.DELIVERED,
    (Delivery.DEAD, Step.REPLAY): Delivery.WAITING,
    (Delivery.DELIVERED, Step.REPLAY): Delivery.WAITING,
    (Delivery.DEAD, Step.OFFER): Delivery.OFFERED,
}

OPEN = frozenset({Delivery.WAITING, Delivery.SENDING, Delivery.RETRY, Delivery.OFFERED})
MAY_BEGIN = frozenset(state for state, step in DELIVERY if step is Step.BEGIN)
MAY_REPLAY = frozenset(state for state, step in DELIVERY if step in (Step.REPLAY, Step.OFFER))


class ForbiddenStep(Exception):
    """A step the table does not know from this state."""


def after(state: str, step: Step) -> Delivery:
    """The state after a step. Raises ForbiddenStep."""
    try:
        return DELIVERY[Delivery(state), step]
    except KeyError:
        raise ForbiddenStep(f"“{step}” cannot happen to a delivery that is “{state}”") from None
