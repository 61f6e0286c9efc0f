# SPDX-License-Identifier: Apache-2.0
"""The clock of an open sign of citizenship (S3): when a conclusion is due, and who is alarmed on the way. Ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

TARGET: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Escalation:
    """One alarm: how long after the opening, and the sentence that says whom it calls."""

    code: str
    after: timedelta
    sentence: str


ESCALATIONS: Final = (
    Escalation("FIRST", timedelta(minutes=30), "Half an hour without a conclusion: the supervisors are called."),
    Escalation("SECOND", timedelta(hours=1), "One hour without a conclusion: supervisors and counsel are called."),
    Escalation("DUE", TARGET, "The target time passed without a conclusion."),
    Escalation("OVERDUE", timedelta(hours=4), "Two hours over the target time: the programme manager is called."),
)


def due_at(opened_at: datetime) -> datetime:
    """When supervisor and counsel should have concluded."""
    return opened_at + TARGET


def passed(opened_at: datetime, *, at: datetime) -> tuple[Escalation, ...]:
    """The alarms whose moment has come, earliest first."""
    return tuple(one for one in ESCALATIONS if opened_at + one.after <= at)
