# SPDX-License-Identifier: Apache-2.0
"""Opening what was assessed of a case: who may, for what purpose, and the log entry that says so (S23).

There is no other way for a door to reach an assessment. Of a protected person it says only that it is withheld (S19).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from secure_communities.identify.intake.reading import NotFound
from secure_communities.identify.people import reading as people
from secure_communities.identify.research.models import StatusQuery
from secure_communities.platform.access import services as access
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.agencies.selectors import originators_in_scope
from secure_communities.platform.events import services as events
from secure_communities.prioritize.facts import selectors as facts

AT_ONCE = 20  # cases that one call opens


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that somebody opened. `withheld`: of a protected person, and the reader is not entitled to more."""

    query: StatusQuery
    withheld: bool


def open_case(query_id: int, *, reader: Any, purpose: str, at: datetime) -> Opened:
    """The case; the reading is logged in the same breath. Raises PurposeMissing, access.NotAllowed or NotFound."""
    return open_cases([query_id], reader=reader, purpose=purpose, at=at)[0]


def open_cases(query_ids: Iterable[int], *, reader: Any, purpose: str, at: datetime) -> list[Opened]:
    """Up to `AT_ONCE` cases in the order asked for: all of them, or none. Each is logged by itself.

    Raises PurposeMissing, access.NotAllowed, NotFound, or ValueError for too many.
    """
    wanted = list(dict.fromkeys(query_ids))
    if len(wanted) > AT_ONCE:
        raise ValueError(f"At most {AT_ONCE} cases are opened at once.")
    stated = people.stated_purpose(purpose)
    found = {one.pk: one for one in cases().filter(pk__in=wanted)}
    if len(found) != len(wanted):
        raise NotFound("There is no such case.")
    for query in found.values():
        access.require(reader, Permission.ASSESSMENT_VIEW, query.submission.originator, at=at)
    entitled = people.sees_protected(reader, at=at)
    opened = []
    for one in wanted:
        query = found[one]
        withheld = not entitled and facts.protected(query)
        events.append(
            kind="assessment:read", actor=reader, about=("query", query.pk), purpose=stated, at=at,
            correlation=query.submission.control_number, data={"withheld": withheld},
        )  # fmt: skip
        opened.append(Opened(query, withheld))
    return opened


def cases() -> QuerySet[StatusQuery]:
    """Cases with what the question of who may open them needs."""
    rows = StatusQuery.objects.select_related("submission__data_key", "submission__originator__agency")
    return rows.defer("submission__content")


def visible_to(reader: Any, *, at: datetime) -> QuerySet[StatusQuery]:
    """The cases whose assessments a reader may open: those of the own office, or all. Raises access.NotAllowed."""
    answer = access.may(reader, Permission.ASSESSMENT_VIEW, at=at)
    if isinstance(answer, access.Refused):
        raise access.NotAllowed(Permission.ASSESSMENT_VIEW, answer.why)
    return cases().filter(submission__originator__in=originators_in_scope(reader, Permission.ASSESSMENT_VIEW, at=at))
