# SPDX-License-Identifier: Apache-2.0
"""Rows, columns and tiles of the lists. In: rows with their related rows at hand. Out: contexts of table and tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from secure_communities.platform.ui.clocks import words
from secure_communities.web.presenters import states

REGISTERS = {"criminal": "Criminal register", "immigration": "Immigration register"}
FINDINGS = {"open": "Open", "lead_needed": "Needs a lead examiner"}


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers on top of the list of submissions; None where the reader may not know."""

    today: int
    examiners: int
    refused: int | None
    queries: int | None
    late: int | None
    median_seconds: float | None


def submission_columns(*, immigration: bool, sort: Mapping[str, str]) -> list[dict[str, Any]]:
    """The columns; the immigration side and the clocks only where the reader may know them."""
    columns: list[dict[str, Any]] = [
        {"key": "number", "title": "Control number", "mono": True},
        {"key": "agency", "title": "Agency"},
        {"key": "type", "title": "Type and purpose"},
        {"key": "received", "title": "Received", "sort_url": sort["url"], "sorted": sort["sorted"]},
        {"key": "criminal", "title": "Criminal side"},
    ]
    return [
        *columns,
        *([{"key": "immigration", "title": "Immigration side"}] if immigration else []),
        {"key": "clock", "title": "Due"},
    ]


def submission_row(submission: Any, *, href: str, immigration: bool, now: datetime) -> dict[str, Any]:
    """One submission. Its `examinations` and first responses (`firsts`) are prefetched, its query is joined."""
    criminal = states.criminal(submission.intake_state, submission.criminal_state)
    clock = _running_clock(submission, immigration=immigration, now=now)
    firsts = submission.firsts
    answered = f"in {words(firsts[0].created_at - submission.received_at)}" if firsts else ""
    row = {
        "number": {"text": submission.control_number, "href": href, "note": submission.tcn},
        "agency": {"text": submission.originator.agency.name, "note": submission.originator.ori},
        "type": {
            "text": submission.transaction_type,
            "note": states.PURPOSE.get(submission.purpose, submission.purpose),
        },
        "received": {"at": submission.received_at, "style": "clock", "note": f"{submission.received_at:%b %-d, %Y}"},
        "criminal": {"text": criminal[0], "tone": criminal[1], "note": answered},
        "clock": {"clock": clock} if clock else None,
        "late": bool(clock and clock["due"] < now),
    }
    if immigration:
        side = states.immigration(submission.intake_state, submission.immigration_state)
        row["immigration"] = {"text": side[0], "tone": side[1]}
    return row


def _running_clock(submission: Any, *, immigration: bool, now: datetime) -> dict[str, Any] | None:
    """The clock that runs out first, of those the reader may know."""
    running = [
        {"due": one.due_at, "started": one.opened_at, "label": "Examiner"}
        for one in submission.examinations.all()
        if one.closed_at is None and (immigration or one.register == "criminal")
    ]
    query = getattr(submission, "query", None)
    if immigration and query is not None and query.state != "determined":
        running.append({"due": query.due_at, "started": query.sent_at, "label": "Determination"})
    return {**min(running, key=lambda one: one["due"]), "now": now} if running else None


def tiles(tally: Tally, *, address: str) -> list[dict[str, Any]]:
    """Counts, each a link to the rows it counts."""
    median = words_of(tally.median_seconds)
    shown: list[dict[str, Any]] = [
        {"value": tally.today, "label": "Received today", "href": f"{address}?day=today"},
        {"value": median, "label": "To the first response", "note": "median of the last today", "tone": "good",
         "href": f"{address}?day=today&state=answered"},
        {"value": tally.examiners, "label": "Waiting for examiners", "tone": "attention" if tally.examiners else "",
         "href": f"{address}?state=examiner"},
    ]  # fmt: skip
    if tally.queries is None:
        shown.append({"value": tally.refused or 0, "label": "Refused today", "tone": "late" if tally.refused else "",
                      "href": f"{address}?day=today&state=refused"})  # fmt: skip
    else:
        shown += [
            {"value": tally.queries, "label": "Queries open", "tone": "working" if tally.queries else "",
             "href": f"{address}?state=query"},
            {"value": tally.late or 0, "label": "Queries late", "tone": "late" if tally.late else "",
             "href": f"{address}?state=late"},
        ]  # fmt: skip
    return shown


def words_of(seconds: float | None) -> str:
    """A span of seconds for a tile: tenths below ten seconds, a dash when there is none."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


EXAMINATION_COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "number", "title": "Submission", "mono": True},
    {"key": "register", "title": "Register"},
    {"key": "candidates", "title": "Candidates", "numeric": True},
    {"key": "finding", "title": "State"},
    {"key": "opened", "title": "Waiting since"},
    {"key": "clock", "title": "Due"},
)


def examination_row(examination: Any, *, href: str, now: datetime) -> dict[str, Any]:
    """One comparison that waits. How many candidates, never how they scored."""
    lead = examination.finding == "lead_needed"
    return {
        "number": {"text": examination.submission.control_number, "href": href},
        "register": {"lane": examination.register},
        "candidates": len(examination.candidates.all()),
        "finding": {"text": FINDINGS[examination.finding], "tone": "attention" if lead else "working"},
        "opened": {"at": examination.opened_at, "style": "clock"},
        "clock": {"clock": {"due": examination.due_at, "started": examination.opened_at, "now": now, "label": "Due"}},
        "late": examination.due_at < now,
    }


QUERY_COLUMNS: Sequence[dict[str, Any]] = (
    {"key": "reference", "title": "Query", "mono": True},
    {"key": "agency", "title": "Agency"},
    {"key": "state", "title": "State"},
    {"key": "sent", "title": "Sent"},
    {"key": "held", "title": "With"},
    {"key": "clock", "title": "Due"},
)


def query_row(query: Any, *, href: str, held_by: str, now: datetime) -> dict[str, Any]:
    """One status query that waits."""
    text, tone = states.QUERY[query.state]
    return {
        "reference": {"text": query.reference, "href": href},
        "agency": {"text": query.submission.originator.agency.name, "note": query.submission.originator.ori},
        "state": {"text": text, "tone": tone},
        "sent": {"at": query.sent_at, "style": "clock"},
        "held": held_by or "Nobody yet",
        "clock": {"clock": {"due": query.due_at, "started": query.sent_at, "now": now, "label": "Due"}},
        "late": query.due_at < now,
    }
