# SPDX-License-Identifier: Apache-2.0
"""What a determination means for a jail, in plain sentences: a literal table by what it allows. Ours; no Django."""

from __future__ import annotations

from collections.abc import Mapping

from secure_communities.interchange.messages import DetainerRule, Determination, detainer_rule

SIGNED = "An officer read the records and signed this answer. No computer decided it."
MEANS: Mapping[DetainerRule, tuple[str, ...]] = {
    DetainerRule.NEVER: ("Nobody can place a detainer on this person under this answer.",),
    DetainerRule.NO: ("No detainer can be placed under this answer.",),
    DetainerRule.SUPERVISOR_AND_COUNSEL: (
        "By itself this answer allows nothing. A supervisor and counsel would first have to agree, on proof.",
    ),
    DetainerRule.AFTER_OFFICER_REVIEW: (
        "By itself this answer allows nothing. An authorised officer reviews the person's case first.",
    ),
}
WITHHELD = (
    "Two examiners confirmed that the fingerprints match a record. Nothing more is said.",
    "Nothing can be concluded from the silence, and no action may be based on it.",
)


def means(determination: Determination | None) -> tuple[str, ...]:
    """The sentences under "What this means"; None stands for an answer that is withheld."""
    if determination is None:
        return WITHHELD
    return (SIGNED, *MEANS[detainer_rule(determination)])
