# SPDX-License-Identifier: Apache-2.0
"""What a reader is shown of a submission follows from the purpose of the reading, as two literal tables.

In: roles, and the purpose stated. Out: the purposes to choose from, and a `Sight`: one switch for each kind of fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secure_communities.identify.intake.reading import ReadPurpose
from secure_communities.platform.access.roles import Role


@dataclass(frozen=True, slots=True)
class Sight:
    """What may be shown. Everything is off unless the table says otherwise."""

    person: bool = False  # name and description as booked, and the file itself
    prints: bool = False  # finger images and minutiae
    immigration: bool = False  # where the immigration side stands
    answers: bool = False  # messages to the submitting agency
    centre: bool = False  # messages to and from the support centre
    evidence: bool = False  # scores of what is decided, finger by finger
    priority: bool = False  # that the case was assessed, overridden, found to be so: never to who matches or researches


# Examiners decide on prints alone: no name, no record, no message. Operators see that work moves, not whose it is.
SIGHTS: Mapping[ReadPurpose, Sight] = {
    ReadPurpose.OWN_SUBMISSION: Sight(person=True, prints=True, answers=True),
    ReadPurpose.EXAMINATION: Sight(prints=True, immigration=True),
    ReadPurpose.RESEARCH: Sight(person=True, prints=True, immigration=True, answers=True, centre=True),
    ReadPurpose.DETERMINATION: Sight(
        person=True, prints=True, immigration=True, answers=True, centre=True, priority=True
    ),
    ReadPurpose.OVERSIGHT: Sight(person=True, immigration=True, answers=True, evidence=True, priority=True),
    ReadPurpose.SUPPORT: Sight(immigration=True),
}

PURPOSES: Mapping[Role, tuple[ReadPurpose, ...]] = {
    Role.BOOKING_OFFICER: (ReadPurpose.OWN_SUBMISSION,),
    Role.STATE_BUREAU: (ReadPurpose.OWN_SUBMISSION,),
    Role.EXAMINER: (ReadPurpose.EXAMINATION,),
    Role.LEAD_EXAMINER: (ReadPurpose.EXAMINATION,),
    Role.SUPPORT_SPECIALIST: (ReadPurpose.RESEARCH,),
    Role.AUTHORISED_OFFICER: (ReadPurpose.DETERMINATION,),
    Role.SUPPORT_SUPERVISOR: (ReadPurpose.RESEARCH, ReadPurpose.DETERMINATION),
    Role.AUDITOR: (ReadPurpose.OVERSIGHT,),
    Role.OPERATOR: (ReadPurpose.SUPPORT,),
}

WORDS: Mapping[ReadPurpose, str] = {
    ReadPurpose.OWN_SUBMISSION: "It is a submission of my agency or my state",
    ReadPurpose.EXAMINATION: "To compare its fingerprints",
    ReadPurpose.RESEARCH: "To research the status query",
    ReadPurpose.DETERMINATION: "To review and sign the determination",
    ReadPurpose.OVERSIGHT: "To audit how it was handled",
    ReadPurpose.SUPPORT: "To find out why it is not moving",
}


def purposes_of(roles: Iterable[Role]) -> tuple[ReadPurpose, ...]:
    """The purposes for which somebody with these roles may open a record, in the order of the list."""
    held = {purpose for role in roles for purpose in PURPOSES.get(role, ())}
    return tuple(purpose for purpose in ReadPurpose if purpose in held)


def knows_immigration(roles: Iterable[Role]) -> bool:
    """Whether lists may say where the immigration side stands: never to booking officers and state bureaus alone."""
    return any(SIGHTS[purpose].immigration for purpose in purposes_of(roles))
