# SPDX-License-Identifier: Apache-2.0
"""May X do Y to Z, and why: the same answer as on the page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from secure_communities.api.authentication import staff
from secure_communities.api.errors import Problem
from secure_communities.oversight import access
from secure_communities.platform import clock
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require

router = Router(tags=["Access"], auth=staff)
Name = Annotated[str, StringConstraints(max_length=80)]


class Question(Schema):
    """Who, what, and perhaps to what. `kind`: submission, ori, query, examination or worklist."""

    user: Name
    permission: Permission
    kind: Name = ""
    number: Name = ""


class RoleOut(Schema):
    """What one role does for the question."""

    role: str
    carries: bool
    held_since: datetime | None
    granted_by: str
    condition: str
    gives: bool
    sentence: str


class AnswerOut(Schema):
    """Yes or no, and why."""

    who: str
    permission: str
    title: str
    thing: str
    allowed: bool
    sentence: str
    roles: list[RoleOut]


@router.get("/access", response={200: AnswerOut, 403: Problem, 422: Problem})
def explain(request: HttpRequest, question: Query[Question]) -> dict[str, Any]:
    """Explain whether a user may do something, role by role."""
    require(request.user, Permission.ACCESS_EXPLAIN, at=clock.now())
    found = access.answer(
        username=question.user, permission=question.permission, kind=question.kind, number=question.number,
        at=clock.now(),
    )  # fmt: skip
    return {
        "who": found.who,
        "permission": found.permission.value,
        "title": found.title,
        "thing": found.thing,
        "allowed": found.allowed,
        "sentence": found.sentence,
        "roles": [
            {
                "role": one.role.value,
                "carries": one.carries,
                "held_since": one.held.since if one.held else None,
                "granted_by": one.held.granted_by if one.held else "",
                "condition": one.condition,
                "gives": one.gives,
                "sentence": one.sentence,
            }
            for one in found.roles
        ],
    }
