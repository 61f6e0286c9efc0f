# SPDX-License-Identifier: Apache-2.0
"""Builders of people for tests: records of sources, changes at each turn, staff."""

from __future__ import annotations

from itertools import count
from typing import Any

from secure_communities.identify.people import registration, services
from secure_communities.identify.people.models import Assignment, Change, Person, SourceRecord
from secure_communities.identify.people.registration import Source
from secure_communities.identify.people.vocabulary import SourceKind
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User
from secure_communities.platform.keys import services as keys
from tests.platform.builders import AT, a_user

_numbers = count(1)


def said(name: str = "SAMPLEWELL,ADA", *others: str, dob: str = "1988-03-14", **more: Any) -> dict[str, Any]:
    return {"names": [name, *others], "birth_dates": [dob], "sex": "F", "places": ["MM"], "numbers": []} | more


def a_source(features: dict[str, Any] | None = None, *, reference: str | None = None) -> Source:
    return Source(
        SourceKind.EVIDENCE, reference or f"SAMPLE REGISTER/{next(_numbers)}", keys.create_data_key(at=AT),
        features or said(), AT,
    )  # fmt: skip


def a_record(features: dict[str, Any] | None = None, *, reference: str | None = None) -> SourceRecord:
    return registration.register(a_source(features, reference=reference), at=AT, actor="system:test")


def person_of(record: SourceRecord) -> Person:
    return Person.objects.get(assignments__record=record, assignments__ends_at=None)


def a_person(*names: str) -> Person:
    return person_of(a_record(said(*names) if names else None))


def records_of(person: Person) -> set[int]:
    return set(Assignment.objects.filter(person=person, ends_at=None).values_list("record_id", flat=True))


def whose() -> dict[int, str]:
    """Whose every record is now."""
    current = Assignment.objects.filter(ends_at=None).select_related("person")
    return {one.record_id: one.person.number for one in current}


def a_specialist() -> User:
    return a_user(Role.SUPPORT_SPECIALIST)


def a_supervisor() -> User:
    return a_user(Role.SUPPORT_SUPERVISOR)


def approve(change: Change, by: User | None = None) -> Change:
    return services.approve(change_id=change.pk, by=by or a_supervisor(), reason="Agreed.", at=AT)


def merged(person: Person, other: Person) -> Change:
    """Two people merged by a specialist and a supervisor."""
    proposed = services.propose_merge(
        person=person, other=other, rationale="Same photograph.", by=a_specialist(), at=AT
    )
    return approve(proposed)


def split(person: Person, *records: int) -> Change:
    proposed = services.propose_split(
        person=person, records=records, rationale="Two birth certificates.", by=a_specialist(), at=AT
    )
    return approve(proposed)


def undone(change: Change) -> Change:
    return approve(services.propose_undo(change=change, rationale="It was wrong.", by=a_specialist(), at=AT))
