# SPDX-License-Identifier: Apache-2.0
"""What is known of a person, from which source, and what happened, for a reader who has opened the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from secure_communities.identify.people import reading, registration
from secure_communities.identify.people.models import Assignment, Change, LinkRule, Person, Review, SourceRecord
from secure_communities.identify.people.states import Proposal
from secure_communities.platform.events import registry
from secure_communities.platform.events.models import Event
from secure_communities.platform.events.registry import Lane
from secure_communities.platform.keys.services import KeyDestroyed

CLAIMS = (
    ("names", "Name"),
    ("birth_dates", "Birth date"),
    ("places", "Place of birth"),
    ("sex", "Sex"),
    ("numbers", "Number"),
)
MOST_EVENTS = 400


@dataclass(frozen=True, slots=True)
class Held:
    """One of a person's records: what it says, or why that is not shown (`withheld`, `expunged`)."""

    record: SourceRecord
    assignment: Assignment
    said: Mapping[str, Any] | None
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that sources say of a person, with each source that says it."""

    title: str
    value: str
    sources: tuple[SourceRecord, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A person's record as this reader may see it."""

    person: Person
    held: list[Held]
    claims: list[Claim]
    changes: list[Change]
    rules: list[LinkRule]
    withheld: bool = False
    events: list[Event] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name that the oldest record shown gives first; nothing where none is shown."""
        return next((one.value for one in self.claims if one.title == "Name"), "")


def picture(person: Person, *, reader: Any, at: datetime) -> Picture:
    """Gather it. The caller has opened the person, which logged the reading."""
    protected = reading.sees_protected(reader, at=at)
    current = Assignment.objects.filter(person=person, ends_at=None).select_related(
        "record__data_key", "record__subject", "record__submission__originator__agency", "change"
    )
    held = [_held(one, protected=protected) for one in current.order_by("record_id")]
    records = [one.record.pk for one in held]
    rules = LinkRule.objects.filter(Q(first__in=records) | Q(second__in=records))
    return Picture(
        person=person,
        held=held,
        claims=_claims(held),
        changes=list(
            Change.objects.filter(Q(person=person) | Q(other=person)).select_related(
                "person", "other", "undoes", "proposed_by", "decided_by"
            )
        ),
        rules=list(rules.select_related("first", "second", "set_by", "withdrawn_by")),
        withheld=any(one.hidden == "withheld" for one in held),
        events=_events(person, held),
    )


def _held(assignment: Assignment, *, protected: bool) -> Held:
    record = assignment.record
    if not protected and reading.withheld(record):
        return Held(record, assignment, None, "withheld")
    try:
        return Held(record, assignment, registration.features_of(record))
    except KeyDestroyed:
        return Held(record, assignment, None, "expunged")


def _claims(held: list[Held]) -> list[Claim]:
    """Every value once, with all of its sources: nothing is overwritten, and contradictions stand side by side."""
    claims = []
    for key, title in CLAIMS:
        sources: dict[str, list[SourceRecord]] = {}
        for one in held:
            stated = (one.said or {}).get(key) or []
            for value in [stated] if isinstance(stated, str) else stated:
                sources.setdefault(str(value), []).append(one.record)
        claims += [Claim(title, value, tuple(records)) for value, records in sources.items()]
    return claims


def _events(person: Person, held: list[Held]) -> list[Event]:
    """What happened to the person, to the registers' entries and in the bookings, newest first; readings left out.

    Where a record is withheld, nothing of the immigration side is told.
    """
    people = [str(person.pk), *(str(pk) for pk in person.merged.values_list("pk", flat=True))]
    subjects = [str(one.record.subject_id) for one in held if one.record.subject_id and one.hidden != "withheld"]
    bookings = [one.record.reference for one in held if one.record.submission_id]
    found = Event.objects.filter(
        Q(about_type="person", about_id__in=people)
        | Q(about_type="register_subject", about_id__in=subjects)
        | Q(correlation__in=bookings)
    ).exclude(Q(kind__endswith=":read") | Q(kind__endswith=":searched"))
    if any(one.hidden == "withheld" for one in held):
        aside = [kind.tag for kind in registry.all_kinds() if kind.lane is Lane.IMMIGRATION]
        found = found.exclude(kind__in=aside)
    told: dict[Any, Event] = {}  # a change is noted for each person it concerns, and told once
    for event in found.order_by("-occurred_at", "-id")[:MOST_EVENTS]:
        change = event.data.get("change") if event.about_type == "person" else None
        told.setdefault((event.kind, change) if change else event.pk, event)
    return list(told.values())


def open_changes() -> QuerySet[Change]:
    """Changes that wait for a supervisor, oldest first."""
    return (
        Change.objects.filter(state=Proposal.OPEN)
        .select_related("person", "other", "undoes", "proposed_by")
        .order_by("proposed_at", "pk")
    )


def open_reviews() -> QuerySet[Review]:
    """Pairs that nobody has looked at, oldest first: never by weight, so that looking is blind."""
    return Review.objects.filter(opinion="").select_related("first", "second").order_by("opened_at", "pk")


def person_of_submission(control_number: str) -> Person | None:
    """Whose a booking is, once its prints were confirmed or kept."""
    return Person.objects.filter(
        assignments__record__submission__control_number=control_number, assignments__ends_at=None
    ).first()
