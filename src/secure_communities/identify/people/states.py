# SPDX-License-Identifier: Apache-2.0
"""The life of a proposed change: a merge, a split, or the undoing of one."""

from __future__ import annotations

from enum import StrEnum


class Proposal(StrEnum):
    """Where a proposed change of a person's records stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class Step(StrEnum):
    """What can happen to it."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    UNDO = "undo"


TRANSITIONS: dict[tuple[Proposal, Step], Proposal] = {
    (Proposal.OPEN, Step.APPROVE): Proposal.APPROVED,
    (Proposal.OPEN, Step.REFUSE): Proposal.REFUSED,
    (Proposal.OPEN, Step.WITHDRAW): Proposal.WITHDRAWN,
    (Proposal.APPROVED, Step.UNDO): Proposal.UNDONE,
}


class ForbiddenStep(Exception):
    """A step the table does not know from this state."""


def after(state: str, step: Step) -> Proposal:
    """The state after a step. Raises ForbiddenStep."""
    try:
        return TRANSITIONS[Proposal(state), step]
    except KeyError:
        raise ForbiddenStep(f"“{step}” cannot happen to a proposed change that is “{state}”") from None
