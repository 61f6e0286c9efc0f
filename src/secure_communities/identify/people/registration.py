# SPDX-License-Identifier: Apache-2.0
"""Register what a source says of a person: sealed, indexed, and assigned to a person of its own or of its source.

Registering never joins two sources: `services.link_confirmed` and approved changes do.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from secure_communities.identify.galleries.models import Register, RegisterSubject
from secure_communities.identify.intake import services as intake
from secure_communities.identify.intake.booking import read_booking
from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people import features, indexing
from secure_communities.identify.people.models import Assignment, BlockingIndex, Person, Review, SourceRecord
from secure_communities.identify.people.vocabulary import Basis, SourceKind
from secure_communities.identify.records import selectors as records
from secure_communities.platform import identifiers
from secure_communities.platform.events import services as events
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey

FEATURES = "people.features"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KINDS = {Register.CRIMINAL: SourceKind.CRIMINAL, Register.IMMIGRATION: SourceKind.IMMIGRATION}


class PeopleRefused(Exception):
    """What was asked for cannot be done, and why, in a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Source:
    """What one source says, before it is sealed. `features`: the mapping of `features.py`."""

    kind: SourceKind
    reference: str
    data_key: DataKey
    features: Mapping[str, Any]
    retrieved_at: datetime
    subject: RegisterSubject | None = None
    submission: Submission | None = None


def new_number() -> str:
    """A person's number: `SC-P` and ten letters and digits drawn at random."""
    return "SC-P" + "".join(secrets.choice(ALPHABET) for _ in range(10))


@transaction.atomic
def register(source: Source, *, at: datetime, actor: Any) -> SourceRecord:
    """Register what a source says now. Said already: the record as it is. Said otherwise before: a further version.

    Raises PeopleRefused for names or numbers that are not reserved ones.
    """
    refuse_unreserved(source.features)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"people:{source.kind}:{source.reference}"])
    latest = _latest(source)
    if latest is not None and _says(latest, source):
        return latest
    record = _row(source, version=latest.version + 1 if latest else 1, at=at, actor=actor)
    record.save()
    indexing.index_of(record, source.features).save(force_insert=True)
    if latest is None:
        person = Person.objects.create(number=new_number(), created_at=at)
        basis, reason = Basis.FIRST_SEEN, "First record of this source"
    else:
        person = Person.objects.get(assignments__record=latest, assignments__ends_at=None)
        basis, reason = Basis.SAME_SOURCE, f"Version {record.version} of the same record"
    Assignment.objects.create(
        record=record, person=person, basis=basis, starts_at=at, assigned_by=events.actor_name(actor), reason=reason
    )
    events.append(
        kind="person:record-registered", actor=actor, about=("person", person.pk), at=at,
        data={"record": record.pk, "kind": record.kind, "version": record.version},
    )  # fmt: skip
    return record


@transaction.atomic
def register_many(sources: Sequence[Source], *, at: datetime, actor: Any) -> list[SourceRecord]:
    """Register sources that were never seen before, each as a person of its own: for loading a whole register.

    A few thousand a call. A source seen before makes the whole call fail (IntegrityError).
    """
    for one in sources:
        refuse_unreserved(one.features)
    made = SourceRecord.objects.bulk_create([_row(one, version=1, at=at, actor=actor) for one in sources])
    said = [(record, one.features) for record, one in zip(made, sources, strict=True)]
    BlockingIndex.objects.bulk_create(indexing.index_many(said))
    people = Person.objects.bulk_create([Person(number=new_number(), created_at=at) for _ in made])
    Assignment.objects.bulk_create(
        [
            Assignment(
                record=record, person=person, basis=Basis.FIRST_SEEN, starts_at=at,
                assigned_by=events.actor_name(actor), reason="First record of this source",
            )
            for record, person in zip(made, people, strict=True)
        ]
    )  # fmt: skip
    if made:
        events.append(
            kind="person:records-loaded", actor=actor, about=("source_record", made[0].pk), at=at,
            data={"first": made[0].pk, "last": made[-1].pk, "records": len(made)},
        )  # fmt: skip
    return made


def register_subject(subject: RegisterSubject, *, at: datetime, actor: Any) -> SourceRecord:
    """Register what a register holds on a subject now."""
    return register(subject_source(subject, at=at), at=at, actor=actor)


def subject_source(subject: RegisterSubject, *, at: datetime) -> Source:
    """A register's subject as a source. Raises records.RecordMissingError, keys.KeyDestroyed."""
    register_ = Register(subject.register)
    if register_ == Register.CRIMINAL:
        said = features.of_criminal(records.criminal_identity(subject))
    else:
        said = features.of_immigration(records.immigration_identity(subject))
    return Source(KINDS[register_], subject.number, subject.data_key, said, at, subject=subject)


def register_submission(submission: Submission, *, at: datetime, actor: Any) -> SourceRecord:
    """Register what a booking file says of the person booked."""
    booking = read_booking(intake.transaction_of(submission))
    source = Source(
        SourceKind.SUBMISSION, submission.control_number, submission.data_key, features.of_booking(booking),
        submission.received_at, submission=submission,
    )  # fmt: skip
    return register(source, at=at, actor=actor)


def missing_subjects(*, limit: int) -> list[RegisterSubject]:
    """Subjects that have a record in their register and no source record yet."""
    known = SourceRecord.objects.filter(subject=OuterRef("pk"))
    return list(
        RegisterSubject.objects.filter(~Exists(known), data_key__wrapped__isnull=False)
        .exclude(criminal_record=None, immigration_record=None)
        .select_related("data_key")
        .order_by("pk")[:limit]
    )


def catch_up(*, at: datetime, limit: int = 500) -> int:
    """Register subjects that were enrolled without it; return how many. Safe to repeat."""
    sources = [subject_source(one, at=at) for one in missing_subjects(limit=limit)]
    return len(register_many(sources, at=at, actor="system:people"))


@transaction.atomic
def renew_index(*, at: datetime, limit: int = 500) -> int:
    """Write anew index rows that were made by another scheme or under another index key; return how many.

    A row whose record's key was destroyed is removed. Safe to repeat until it returns 0.
    """
    stale = BlockingIndex.objects.exclude(scheme=indexing.scheme()).select_related("record__data_key")
    rows = list(stale.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:limit])
    gone = [one.pk for one in rows if one.record.data_key.wrapped is None]
    said = [(one.record, features_of(one.record)) for one in rows if one.pk not in gone]
    BlockingIndex.objects.filter(pk__in=gone).delete()
    BlockingIndex.objects.bulk_update(indexing.index_many(said), ["scheme", "keys"])
    if rows:
        events.append(
            kind="person:index-renewed", actor="system:people", about=("source_record", rows[0].pk), at=at,
            data={"written": len(said), "removed": len(gone)},
        )  # fmt: skip
    return len(rows)


def forget_index(key: DataKey) -> int:
    """Remove the index rows of what a destroyed key sealed: nothing finds it any more. Returns how many."""
    return BlockingIndex.objects.filter(record__data_key=key, record__data_key__wrapped=None).delete()[0]


def features_of(record: SourceRecord) -> dict[str, Any]:
    """What a record says, opened. Raises keys.KeyDestroyed."""
    opened: dict[str, Any] = keys.unseal_json(record.data_key, record.sealed_features, context=FEATURES)
    return opened


def refuse_unreserved(said: Mapping[str, Any]) -> None:
    """Raise PeopleRefused unless every name is one of the reserved ones: synthetic people only."""
    for name in said.get("names", ()):
        if why := identifiers.refuse_name(name):
            raise PeopleRefused(why)


def _latest(source: Source) -> SourceRecord | None:
    return (
        SourceRecord.objects.select_related("data_key")
        .filter(kind=source.kind, reference=source.reference)
        .order_by("-version")
        .first()
    )


def _says(record: SourceRecord, source: Source) -> bool:
    return record.data_key_id == source.data_key.pk and features_of(record) == dict(source.features)


def _row(source: Source, *, version: int, at: datetime, actor: Any) -> SourceRecord:
    return SourceRecord(
        kind=source.kind,
        reference=source.reference,
        version=version,
        subject=source.subject,
        submission=source.submission,
        data_key=source.data_key,
        sealed_features=keys.seal_json(source.data_key, dict(source.features), context=FEATURES),
        retrieved_at=source.retrieved_at,
        registered_at=at,
        registered_by=events.actor_name(actor),
    )


def people_of(records_: Iterable[SourceRecord]) -> dict[int, Person]:
    """Whose each record is now, by the record's id."""
    found = Assignment.objects.filter(record__in=list(records_), ends_at=None).select_related("person")
    return {one.record_id: one.person for one in found}


def note_review_read(review: Review, *, reader: Any, at: datetime) -> None:
    """Looking at a pair opens two people's records: both readings are logged (S23)."""
    for person in set(people_of([review.first, review.second]).values()):
        events.append(
            kind="person:read", actor=reader, about=("person", person.pk), purpose="linkage", at=at,
            data={"review": review.pk},
        )  # fmt: skip
