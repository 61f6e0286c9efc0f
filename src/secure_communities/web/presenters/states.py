# SPDX-License-Identifier: Apache-2.0
"""The states of a submission in words and tones. The words say where the work stands, never what a person is."""

from __future__ import annotations

from collections.abc import Mapping

from secure_communities.identify.intake.states import Criminal, Immigration, Intake
from secure_communities.identify.research.states import Query

Worded = tuple[str, str]

CRIMINAL: Mapping[str, Worded] = {
    Criminal.WAITING: ("Searching", "working"),
    Criminal.EXAMINER: ("Waits for an examiner", "attention"),
    Criminal.IDENTIFIED: ("Identified, answer in preparation", "working"),
    Criminal.NOT_IDENTIFIED: ("Not identified, answer in preparation", "working"),
    Criminal.ANSWERED: ("Answered", "good"),
}

IMMIGRATION: Mapping[str, Worded] = {
    Immigration.WAITING: ("Searching", "working"),
    Immigration.NOT_SEARCHED: ("Not searched", "neutral"),
    Immigration.NO_MATCH: ("No match", "neutral"),
    Immigration.EXAMINER: ("With the examiners", "attention"),
    Immigration.REJECTED: ("Candidate excluded", "neutral"),
    Immigration.INCONCLUSIVE: ("Inconclusive", "neutral"),
    Immigration.CONFIRMED: ("Match confirmed", "working"),
    Immigration.QUERIED: ("Query sent", "working"),
    Immigration.ACKNOWLEDGED: ("At the support centre", "working"),
    Immigration.DETERMINED: ("Determined", "working"),
    Immigration.ANSWERED: ("Determined", "good"),
}

QUERY: Mapping[str, Worded] = {
    Query.SENT: ("Sent", "working"),
    Query.OPEN: ("To be researched", "attention"),
    Query.DRAFTED: ("To be signed", "attention"),
    Query.DETERMINED: ("Determined", "good"),
}

PURPOSE: Mapping[str, str] = {"BOOKING": "Booking", "COMMUNITY_SUPERVISION": "Community supervision"}


def criminal(intake: str, state: str) -> Worded:
    """Where the criminal side stands, in words; before that, whether the file was fit to be searched."""
    if intake == Intake.REFUSED:
        return "File refused", "late"
    if intake == Intake.RECEIVED:
        return "Being checked", "working"
    return CRIMINAL[state]


def immigration(intake: str, state: str) -> Worded:
    """Where the immigration side stands, in words."""
    if intake == Intake.REFUSED:
        return "Not searched", "neutral"
    if intake == Intake.RECEIVED:
        return "Waits for the check", "neutral"
    return IMMIGRATION[state]
