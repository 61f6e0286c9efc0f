# SPDX-License-Identifier: Apache-2.0
"""Claims and signs of citizenship in plain words. In: rows and opened details. Out: what the templates show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from secure_communities.identify.citizenship.models import Claim, Source
from secure_communities.policy.citizenship import Standing

CLAIM_COLUMNS = (
    {"key": "version", "title": "Claim"},
    {"key": "source", "title": "Source"},
    {"key": "value", "title": "Says"},
    {"key": "provenance", "title": "Who said it, or where it stands"},
    {"key": "recorded", "title": "Recorded"},
)
LIST_COLUMNS = (
    {"key": "submission", "title": "Submission"},
    {"key": "signs", "title": "Open signs"},
    {"key": "concluded", "title": "Concluded so far"},
    {"key": "clock", "title": "Conclusion due"},
)
SOURCES: Mapping[str, str] = {
    Source.SUBMISSION_POB: "Booking, place of birth",
    Source.SUBMISSION_CTZ: "Booking, citizenship",
    Source.OWN_STATEMENT: "The person",
    Source.PARENT: "A parent",
    Source.PASSPORT: "Passport",
    Source.NATURALISATION: "Naturalisation",
    Source.BIRTH_RECORD: "Record of birth",
    Source.DETERMINATION: "Signed determination",
    Source.OTHER: "Other",
}
STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.OPEN: ("Open: adverse steps are blocked", "attention"),
    Standing.CLEARED: ("Cleared by supervisor and counsel", "neutral"),
    Standing.CONFIRMED: ("Citizenship confirmed: adverse steps are blocked for good", "good"),
}
CAPACITIES = {"SUPPORT_SUPERVISOR": "Supervisor", "COUNSEL": "Counsel"}
CONCLUSIONS = {"CLEARED": "the sign does not hold", "CONFIRMED": "the person is a citizen"}


def claims(said: Iterable[tuple[Claim, Mapping[str, str]]]) -> list[dict[str, Any]]:
    """Every claim ever recorded, in order; nothing is left out because something came later."""
    return [
        {
            "version": str(claim.version),
            "source": SOURCES[claim.source],
            "value": words["value"],
            "provenance": " ".join(filter(None, (words["provenance"], words["record"]))),
            "recorded": _moment(claim.recorded_at),
        }
        for claim, words in said
    ]


def conclusion_rows(rows: Iterable[tuple[Any, str]]) -> list[dict[str, Any]]:
    """Who concluded what, and why."""
    return [
        {
            "term": f"{CAPACITIES[one.capacity]}: {one.reviewer.display_name}",
            "value": f"{CONCLUSIONS[one.conclusion].capitalize()}, {_moment(one.concluded_at)}. {reason}",
        }
        for one, reason in rows
    ]


def _moment(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year} {at:%H:%M} UTC"
