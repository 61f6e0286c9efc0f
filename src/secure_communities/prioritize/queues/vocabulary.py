# SPDX-License-Identifier: Apache-2.0
"""Closed lists of the queues: the levers, and how a field office deals with a case."""

from __future__ import annotations

from enum import StrEnum


class Lever(StrEnum):
    """The numbers of the order that people may set, within bounds."""

    STEP_HOURS = "STEP_HOURS"
    CLOCK_CAP_HOURS = "CLOCK_CAP_HOURS"
    UNDECIDED_BEHIND_PERCENT = "UNDECIDED_BEHIND_PERCENT"
    ITEMS_PER_OFFICER = "ITEMS_PER_OFFICER"


class Outcome(StrEnum):
    """How a field office dealt with a case. None of them says anything about the person."""

    ACTED = "ACTED"
    NO_ACTION = "NO_ACTION"
    PASSED_ON = "PASSED_ON"
