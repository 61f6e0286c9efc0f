# SPDX-License-Identifier: Apache-2.0
"""Why a search was answered as it was: what each finger said, and where the sum falls in the zones of the policy.

In: the evidence kept of a search. Out: cards of rows and sentences, for those who audit decisions; nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from secure_communities.biometrics.decision import current_thresholds, explain_hit
from secure_communities.identify.examination.selectors import SearchEvidence
from secure_communities.platform.ui.minutiae import FINGERS

COLUMNS = (
    {"key": "finger", "title": "Finger"},
    {"key": "score", "title": "Score, 0 to 1", "numeric": True},
    {"key": "bans", "title": "Evidence, bans", "numeric": True},
)
REGISTERS = {"criminal": "Criminal register", "immigration": "Immigration register"}


def cards(found: Iterable[SearchEvidence]) -> list[dict[str, Any]]:
    """One card a candidate. Sentences only where the policy that decided is the one in force here."""
    return [
        {
            "title": f"{REGISTERS[one.register]}, candidate {one.rank}: {one.ending}",
            "rows": [_row(one, finger) for finger in sorted(one.hit.fingers)],
            "policy": one.policy_version,
            "sentences": _sentences(one),
        }
        for one in found
    ]


def _row(one: SearchEvidence, finger: int) -> dict[str, Any]:
    bans = one.hit.contributions.get(finger)
    return {
        "finger": FINGERS.get(finger, str(finger)),
        "score": f"{one.hit.fingers[finger]:.3f}",
        "bans": "" if bans is None else f"{bans:+.2f}",
    }


def _sentences(one: SearchEvidence) -> tuple[str, ...]:
    if one.policy_version != current_thresholds().version or not one.hit.contributions:
        return (
            f"Decided under policy {one.policy_version}, which is not the one in force: the numbers stand as kept.",
        )
    return explain_hit(one.hit, fingers=one.fingers)
