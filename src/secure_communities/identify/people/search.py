# SPDX-License-Identifier: Apache-2.0
"""Find records to look at: candidates by blind keys, opened, weighed, in order, each with its reasons.

Nothing is written but the log of the search, and nothing that writes imports this module (a test holds that).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from secure_communities.identify.people import indexing, reading, registration
from secure_communities.identify.people.models import Person, SourceRecord
from secure_communities.identify.people.registration import PeopleRefused
from secure_communities.linkage import blocking, weighing
from secure_communities.linkage.features import Features, features_of
from secure_communities.linkage.weighing import Weighing
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.events import services as events
from secure_communities.platform.keys.services import KeyDestroyed

LIMIT = 20
AT_ONCE = 40  # ranked records whose people are looked up together
MILLISECONDS = 2_000  # the database gives up after so long

CANDIDATES = """
SELECT found.record_id
FROM (SELECT record_id, keys FROM people_blockingindex WHERE keys && %(keys)s::bigint[] AND record_id <> %(but)s
      LIMIT %(most_found)s) found
CROSS JOIN LATERAL (
    SELECT sum(asked.worth) AS worth FROM unnest(found.keys) AS held(key)
    JOIN unnest(%(keys)s::bigint[], %(worths)s::int[]) AS asked(key, worth) ON asked.key = held.key
) shared
ORDER BY shared.worth DESC, found.record_id LIMIT %(most)s
"""
MOST_FOUND = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """One person to look at: by which of the person's records, with what weight, and what that record says."""

    person: Person
    record: SourceRecord
    said: Mapping[str, Any]
    weighing: Weighing


def search(asked: Mapping[str, Any], *, reader: Any, purpose: str, at: datetime, limit: int = LIMIT) -> list[Found]:
    """People whose records resemble what is asked for, heaviest first; the search is logged without its words.

    `asked`: as `features.py` has it. Raises PurposeMissing, access.NotAllowed, PeopleRefused where too much is found.
    """
    stated = reading.stated_purpose(purpose)
    access.require(reader, Permission.PERSON_VIEW, at=at)
    features = features_of(asked)
    if not (features.names or features.birth_dates or features.numbers):
        raise PeopleRefused("Give a name, a birth date or a number to search for.")
    found = list(_first_of_each(features, reading.sees_protected(reader, at=at), limit=limit))
    events.append(
        kind="person:searched", actor=reader, about=("people", "search"), purpose=stated, at=at,
        data={"found": len(found), "people": [str(one.person.pk) for one in found]},
    )  # fmt: skip
    return found


def like(record: SourceRecord, *, limit: int = LIMIT) -> list[Found]:
    """Other people whose records resemble this one: for opening reviews."""
    own = registration.people_of([record]).get(record.pk)
    features = features_of(registration.features_of(record))
    found = _first_of_each(features, True, limit=limit + 1, but=record.pk)
    return [one for one in found if one.person != own][:limit]


def compare(first: SourceRecord, second: SourceRecord) -> Weighing:
    """The weight of two records against each other, with its reasons."""
    return weighing.weigh(
        features_of(registration.features_of(first)), features_of(registration.features_of(second))
    )  # fmt: skip


def _first_of_each(asked: Features, protected: bool, *, limit: int, but: int = 0) -> Iterator[Found]:
    """The best record of each person, in the order of weight, without what this reader is not entitled to."""
    records = {one.pk: one for one in candidates(asked, but=but)}
    said = {pk: opened for pk, one in records.items() if (opened := _open(one)) is not None}
    ranked = weighing.rank(asked, ((pk, _numbered(records[pk], one)) for pk, one in said.items()))
    people: dict[int, Person] = {}
    seen: set[Any] = set()
    for place, (pk, weighed) in enumerate(ranked):
        if place % AT_ONCE == 0:  # most are never reached
            people |= registration.people_of(records[key] for key, _ in ranked[place : place + AT_ONCE])
        person = people.get(pk)
        if person is None or person.pk in seen or not (protected or not reading.withheld(records[pk])):
            continue
        seen.add(person.pk)
        yield Found(person, records[pk], said[pk], weighed)
        if len(seen) >= limit:
            return


def _numbered(record: SourceRecord, said: Mapping[str, Any]) -> Features:
    return features_of({**said, "numbers": [*said.get("numbers", ()), record.reference]})


def _open(record: SourceRecord) -> dict[str, Any] | None:
    try:
        return registration.features_of(record)
    except KeyDestroyed:
        return None


def candidates(asked: Features, *, but: int = 0) -> list[SourceRecord]:
    """The records worth weighing, at most `blocking.MOST_CANDIDATES`. Raises PeopleRefused after `MILLISECONDS`."""
    wanted = indexing.asked(asked)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {MILLISECONDS}")
            cursor.execute(
                CANDIDATES,
                {
                    "keys": list(wanted), "worths": list(wanted.values()), "but": but,
                    "most_found": MOST_FOUND, "most": blocking.MOST_CANDIDATES,
                },
            )  # fmt: skip
            found = [row[0] for row in cursor.fetchall()]
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError:
        raise PeopleRefused("Too many records resemble this: add a birth date or another name.") from None
    records = SourceRecord.objects.select_related("data_key", "subject").in_bulk(found)
    return [records[pk] for pk in found]
