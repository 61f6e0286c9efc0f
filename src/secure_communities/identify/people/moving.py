# SPDX-License-Identifier: Apache-2.0
"""The mechanics of an assignment: lock people, list whose records are whose, move records, close a person.

Decides nothing; `prints`, `services` and `link_rules` say what moves and on what ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from secure_communities.identify.intake.models import Submission
from secure_communities.identify.people.models import Assignment, Change, Person, SourceRecord
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.identify.people.vocabulary import Basis
from secure_communities.platform.events import services as events


def lock(people: Iterable[Person]) -> list[Person]:
    """The people, each once, locked in one order for everybody, as they stand now."""
    wanted = {one.pk for one in people}
    return list(
        Person.objects.select_for_update(of=("self",))
        .select_related("merged_into")
        .filter(pk__in=wanted)
        .order_by("pk")
    )


def records_of(person: Person) -> list[SourceRecord]:
    """The records that are a person's now."""
    return list(SourceRecord.objects.filter(assignments__person=person, assignments__ends_at=None).order_by("pk"))


def with_versions(picked: Collection[int], among: Sequence[SourceRecord]) -> list[SourceRecord]:
    """The picked records and every other version of the same source."""
    sources = {(one.kind, one.reference) for one in among if one.pk in set(picked)}
    return [one for one in among if (one.kind, one.reference) in sources]


def move(
    records: Sequence[SourceRecord], *, to: Person, basis: Basis, by: Any, reason: str, at: datetime,
    change: Change | None = None, prints_of: Submission | None = None,
) -> None:  # fmt: skip
    """End the records' present assignments and begin new ones. The database checks the ground."""
    Assignment.objects.filter(record__in=records, ends_at=None).update(ends_at=at)
    for record in records:
        Assignment.objects.create(
            record=record, person=to, basis=basis, starts_at=at, assigned_by=events.actor_name(by), reason=reason,
            change=change, prints_of=prints_of,
        )  # fmt: skip


def close(person: Person, *, into: Person) -> None:
    """Note that a person's records all went to another."""
    person.merged_into = into
    person.save(update_fields=["merged_into"])


def stated(words: str) -> str:
    """The words, trimmed; PeopleRefused where there are none."""
    if not words.strip():
        raise PeopleRefused("Say in your own words why: this is kept with the decision.")
    return words.strip()
