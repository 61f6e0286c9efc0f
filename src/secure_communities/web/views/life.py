# SPDX-License-Identifier: Apache-2.0
"""Gather what the life of one submission is told from: its events, names of staff, clocks, and who must stay blind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from secure_communities.identify.intake.models import Submission
from secure_communities.platform.accounts.models import User
from secure_communities.platform.events import selectors as events
from secure_communities.web.presenters.lanes import Life
from secure_communities.web.presenters.sight import Sight


def of(submission: Submission, *, blind: bool = False) -> Life:
    """A submission's life."""
    return Life(
        intake=submission.intake_state,
        criminal=submission.criminal_state,
        immigration=submission.immigration_state,
        received_at=submission.received_at,
        ori=submission.originator.ori,
        events=events.timeline(submission.control_number),
        blind=blind,
    )


def names_of(told: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Display names of the staff in a list of events, in one query."""
    usernames = {event["actor"] for event in told if event["actor_kind"] == "person"}
    return dict(User.objects.filter(username__in=usernames).values_list("username", "display_name"))


def clocks(submission: Submission, sight: Sight, *, now: datetime) -> list[dict[str, Any]]:
    """The service clocks this reader may see, running ones first."""
    found = [
        {
            "label": f"Examiners, {one.register} side, due",
            "started": one.opened_at, "due": one.due_at, "stopped": one.closed_at, "now": now,
        }
        for one in submission.examinations.order_by("opened_at")
        if sight.immigration or one.register == "criminal"
    ]  # fmt: skip
    query = getattr(submission, "query", None)
    if query is not None and sight.immigration:
        signed = query.determinations.order_by("version").first()
        found.append(
            {"label": "Determination due", "started": query.sent_at, "due": query.due_at,
             "stopped": signed.signed_at if signed else None, "now": now}
        )  # fmt: skip
    return sorted(found, key=lambda one: one["stopped"] is not None)
