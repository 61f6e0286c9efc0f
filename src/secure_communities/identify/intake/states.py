# SPDX-License-Identifier: Apache-2.0
"""The life of a submission as three literal tables: intake, then two branches that fail independently (domain 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class Intake(StrEnum):
    """Is the file fit to be searched?"""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Criminal(StrEnum):
    """The criminal register's side."""

    WAITING = "waiting"
    EXAMINER = "examiner"
    IDENTIFIED = "identified"
    NOT_IDENTIFIED = "not_identified"
    ANSWERED = "answered"


class Immigration(StrEnum):
    """The immigration register's side."""

    WAITING = "waiting"
    NOT_SEARCHED = "not_searched"
    NO_MATCH = "no_match"
    EXAMINER = "examiner"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"
    CONFIRMED = "confirmed"
    QUERIED = "queried"
    ACKNOWLEDGED = "acknowledged"
    DETERMINED = "determined"
    ANSWERED = "answered"


class Move(StrEnum):
    """What can happen."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    HIT = "hit"
    NO_HIT = "no_hit"
    POSSIBLE = "possible"
    CONFIRM = "confirm"
    REJECT = "reject"
    LEAVE_OPEN = "leave_open"
    ANSWER = "answer"
    NOT_ELIGIBLE = "not_eligible"
    QUERY = "query"
    ACKNOWLEDGE = "acknowledge"
    SIGN = "sign"


INTAKE: dict[tuple[Intake, Move], Intake] = {
    (Intake.RECEIVED, Move.ACCEPT): Intake.ACCEPTED,
    (Intake.RECEIVED, Move.REFUSE): Intake.REFUSED,
}

# POSSIBLE waits for an examiner; there is no way from it to NOT_IDENTIFIED but a person's REJECT.
CRIMINAL: dict[tuple[Criminal, Move], Criminal] = {
    (Criminal.WAITING, Move.HIT): Criminal.IDENTIFIED,
    (Criminal.WAITING, Move.NO_HIT): Criminal.NOT_IDENTIFIED,
    (Criminal.WAITING, Move.POSSIBLE): Criminal.EXAMINER,
    (Criminal.EXAMINER, Move.CONFIRM): Criminal.IDENTIFIED,
    (Criminal.EXAMINER, Move.REJECT): Criminal.NOT_IDENTIFIED,
    (Criminal.IDENTIFIED, Move.ANSWER): Criminal.ANSWERED,
    (Criminal.NOT_IDENTIFIED, Move.ANSWER): Criminal.ANSWERED,
}

# No way leads from WAITING to CONFIRMED: a match is a candidate until people confirm it (S1).
IMMIGRATION: dict[tuple[Immigration, Move], Immigration] = {
    (Immigration.WAITING, Move.NOT_ELIGIBLE): Immigration.NOT_SEARCHED,
    (Immigration.WAITING, Move.NO_HIT): Immigration.NO_MATCH,
    (Immigration.WAITING, Move.HIT): Immigration.EXAMINER,
    (Immigration.WAITING, Move.POSSIBLE): Immigration.EXAMINER,
    (Immigration.EXAMINER, Move.CONFIRM): Immigration.CONFIRMED,
    (Immigration.EXAMINER, Move.REJECT): Immigration.REJECTED,
    (Immigration.EXAMINER, Move.LEAVE_OPEN): Immigration.INCONCLUSIVE,
    (Immigration.CONFIRMED, Move.QUERY): Immigration.QUERIED,
    (Immigration.QUERIED, Move.ACKNOWLEDGE): Immigration.ACKNOWLEDGED,
    (Immigration.ACKNOWLEDGED, Move.SIGN): Immigration.DETERMINED,
    (Immigration.DETERMINED, Move.ANSWER): Immigration.ANSWERED,
}

PROBE_DISCARDED_IN = frozenset(
    {Immigration.NOT_SEARCHED, Immigration.NO_MATCH, Immigration.REJECTED, Immigration.INCONCLUSIVE}
)


class ForbiddenMove(Exception):
    """A move the table does not know from this state."""


def intake_after(state: str, move: Move) -> Intake:
    """The intake state after a move. Raises ForbiddenMove."""
    return _after(INTAKE, Intake(state), move)


def criminal_after(state: str, move: Move) -> Criminal:
    """The criminal side's state after a move. Raises ForbiddenMove."""
    return _after(CRIMINAL, Criminal(state), move)


def immigration_after(state: str, move: Move) -> Immigration:
    """The immigration side's state after a move. Raises ForbiddenMove."""
    return _after(IMMIGRATION, Immigration(state), move)


State = TypeVar("State", Intake, Criminal, Immigration)


def _after(table: Mapping[tuple[State, Move], State], state: State, move: Move) -> State:
    try:
        return table[state, move]
    except KeyError:
        raise ForbiddenMove(f"“{move}” cannot happen to a submission that is “{state}”") from None
