# SPDX-License-Identifier: Apache-2.0
"""One submission: its identity bar, what the booking says, and what was wrong with a refused file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from secure_communities.identify.intake.booking import Booking
from secure_communities.policy.offences import offence
from secure_communities.web.presenters import states
from secure_communities.web.presenters.sight import Sight

FINDING_COLUMNS = (
    {"key": "code", "title": "Code", "mono": True},
    {"key": "tag", "title": "Field", "mono": True},
    {"key": "record", "title": "Record", "numeric": True},
    {"key": "message", "title": "What is wrong"},
)
CHARGE_COLUMNS = (
    {"key": "literal", "title": "Charge as submitted"},
    {"key": "code", "title": "Code"},
    {"key": "date", "title": "Date"},
)
SEXES = {"M": "Male", "F": "Female", "X": "X", "U": "Unknown"}


def identity_bar(
    submission: Any, booking: Booking | None, sight: Sight, *, clock: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Who and what: the name only where the purpose of the reading includes it."""
    criminal = states.criminal(submission.intake_state, submission.criminal_state)
    tags = [{"text": criminal[0], "tone": criminal[1]}]
    if sight.immigration:
        side = states.immigration(submission.intake_state, submission.immigration_state)
        tags = [{"text": f"Criminal: {_lower(criminal[0])}", "tone": criminal[1]},
                {"text": f"Immigration: {_lower(side[0])}", "tone": side[1]}]  # fmt: skip
    agency = submission.originator
    return {
        "kind": states.PURPOSE.get(submission.purpose, submission.purpose),
        "title": (spaced(booking.name) if booking else "") or submission.control_number,
        "facts": [
            {"term": "Control number", "value": submission.control_number, "mono": True},
            {"term": "Agency", "value": f"{agency.agency.name} ({agency.ori})"},
            {"term": "Agency's number", "value": submission.tcn, "mono": True},
            {"term": "Type", "value": submission.transaction_type},
            {"term": "Received", "at": submission.received_at},
        ],
        "tags": tags,
        "clock": clock,
    }


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def spaced(name: str) -> str:
    """`SURNAME,GIVEN` as people write it."""
    return ", ".join(part.strip() for part in name.split(",", 1))


def day(text: str | None) -> str:
    """A CCYYMMDD date for people; as it stands when it is none."""
    if text and len(text) == 8 and text.isdigit():
        try:
            when = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return text
        return f"{when:%b} {when.day}, {when.year}"
    return text or ""


def booking_rows(booking: Booking) -> list[dict[str, Any]]:
    """What the booking says of the person: claims as submitted, nothing derived."""
    return [
        {"term": "Name", "value": spaced(booking.name)},
        *([{"term": "Other names", "value": "; ".join(map(spaced, booking.aliases))}] if booking.aliases else []),
        {"term": "Date of birth", "value": ", ".join(day(one) for one in booking.birth_dates)},
        {"term": "Sex", "value": SEXES.get(booking.sex, booking.sex)},
        {"term": "Agency case", "value": booking.agency_case, "mono": True},
        {"term": "State number", "value": booking.state_number, "mono": True},
        {"term": "Arrested", "value": day(booking.arrest_date)},
        {"term": "Prints to be kept", "value": "Yes" if booking.retain else "No"},
    ]


def charge_rows(booking: Booking) -> list[dict[str, Any]]:
    """The charges; a charge without a submitted code is UNKNOWN, never read out of its words (S4)."""
    rows = []
    for charge in booking.charges:
        known = offence(charge.code) if charge.code else None
        rows.append(
            {
                "literal": charge.literal or "No words submitted",
                "code": {"text": charge.code, "note": known.description if known else ""}
                if charge.code
                else {"text": "Unknown", "note": "no code submitted"},
                "date": day(charge.date),
            }
        )
    return rows


def finding_rows(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Why a file was refused, each finding with its place."""
    return [
        {
            "code": one["code"],
            "tag": one.get("tag"),
            "record": one.get("record"),
            "message": {
                "text": one["message"],
                "note": f"at byte {one['offset']:,}" if one.get("offset") is not None else "",
            },
        }
        for one in findings
    ]
