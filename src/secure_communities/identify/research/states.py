# SPDX-License-Identifier: Apache-2.0
"""The life of a status query at the support centre."""

from __future__ import annotations

from enum import StrEnum


class Query(StrEnum):
    """Where a query stands."""

    SENT = "sent"
    OPEN = "open"
    DRAFTED = "drafted"
    DETERMINED = "determined"


class Step(StrEnum):
    """What can happen to it."""

    ACKNOWLEDGE = "acknowledge"
    DRAFT = "draft"
    RETURN = "return"
    SIGN = "sign"
    REOPEN = "reopen"


TRANSITIONS: dict[tuple[Query, Step], Query] = {
    (Query.SENT, Step.ACKNOWLEDGE): Query.OPEN,
    (Query.OPEN, Step.DRAFT): Query.DRAFTED,
    (Query.DRAFTED, Step.DRAFT): Query.DRAFTED,
    (Query.DRAFTED, Step.RETURN): Query.OPEN,
    (Query.DRAFTED, Step.SIGN): Query.DETERMINED,
    (Query.DETERMINED, Step.REOPEN): Query.OPEN,
}


class ForbiddenStep(Exception):
    """A step the table does not know from this state."""


def after(state: str, step: Step) -> Query:
    """The state after a step. Raises ForbiddenStep."""
    try:
        return TRANSITIONS[Query(state), step]
    except KeyError:
        raise ForbiddenStep(f"“{step}” cannot happen to a query that is “{state}”") from None
