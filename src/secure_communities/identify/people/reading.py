# SPDX-License-Identifier: Apache-2.0
"""Opening a person's record and searching people: who may, for what purpose, and the log entry that says so (S23).

There is no other way for a door to reach a person; what is protected is left out for those not entitled to it (S19).
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from secure_communities.identify.intake.reading import NotFound, PurposeMissing
from secure_communities.identify.people.models import Person, SourceRecord
from secure_communities.identify.people.vocabulary import SourceKind
from secure_communities.identify.records import protection
from secure_communities.identify.records.protection import Disclosure
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events

NUMBER = re.compile(r"SC-P[2-9A-Z]{10}", re.ASCII)


class PersonPurpose(StrEnum):
    """Why somebody opens a person's record, or searches people."""

    RESEARCH = "research"
    DETERMINATION = "determination"
    LINKAGE = "linkage"
    REFERRAL = "referral"
    COUNSEL = "counsel"
    REDRESS = "redress"
    OVERSIGHT = "oversight"


def open_person(number: str, *, reader: Any, purpose: str, at: datetime) -> Person:
    """The person of that number; the read is logged in the same breath. A merged person is found too, and says so.

    Raises PurposeMissing, access.NotAllowed or NotFound.
    """
    stated = stated_purpose(purpose)
    access.require(reader, Permission.PERSON_VIEW, at=at)
    person = (
        Person.objects.select_related("merged_into").filter(number=number).first() if NUMBER.fullmatch(number) else None
    )
    if person is None:
        raise NotFound("There is no person of that number: SC-P and ten letters and digits.")
    events.append(kind="person:read", actor=reader, about=("person", person.pk), purpose=stated, at=at)
    return person


def stated_purpose(purpose: str) -> PersonPurpose:
    """The purpose, if it is one of the list. Raises PurposeMissing."""
    try:
        return PersonPurpose(purpose)
    except ValueError:
        choices = ", ".join(one.value for one in PersonPurpose)
        raise PurposeMissing(f"Say for what purpose you open this record: one of {choices}.") from None


def sees_protected(reader: Any, *, at: datetime) -> bool:
    """Whether the reader is entitled to what is kept of protected people."""
    return bool(access.may(reader, Permission.PERSON_PROTECTED, at=at))


def withheld(record: SourceRecord) -> bool:
    """Whether a record is of a protected person, or may be: unknown and failed count as protected (S19)."""
    if record.kind != SourceKind.IMMIGRATION:
        return False
    return record.subject is None or protection.disclosure(record.subject) is not Disclosure.FULL
