# SPDX-License-Identifier: Apache-2.0
"""How long somebody stays signed in, on how many screens, and how a session ends.

In: a user, a session, a moment. Out: whether it stands, or why it ended. Every beginning and end is an event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.accounts import events
from secure_communities.platform.accounts.models import SessionEnd, StaffSession, User
from secure_communities.platform.events.services import append

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
AT_ONCE = 3
SEEN_STEP = timedelta(minutes=1)  # how often the last use is written down

WORDS: dict[str, str] = {
    SessionEnd.SIGNED_OUT: "signed out",
    SessionEnd.IDLE: "not used for 30 minutes",
    SessionEnd.TOO_LONG: "open for 8 hours",
    SessionEnd.TOO_MANY: "a newer one was begun, and at most three run at once",
    SessionEnd.ENDED_ELSEWHERE: "ended from another screen",
    SessionEnd.PASSWORD_CHANGED: "the password was changed",
}


def over(*, started_at: datetime, last_seen_at: datetime, at: datetime) -> SessionEnd | None:
    """Why a session with these times is over at `at`, or None. Pure."""
    if at - started_at >= LONGEST:
        return SessionEnd.TOO_LONG
    return SessionEnd.IDLE if at - last_seen_at >= IDLE else None


@transaction.atomic
def begin(*, user: User, address: str | None, program: str, at: datetime) -> StaffSession:
    """Begin a session; where three run already, the one that was begun first ends."""
    User.objects.select_for_update().get(pk=user.pk)
    running = list(StaffSession.objects.filter(user=user, ended_at=None).order_by("started_at"))
    standing = []
    for one in running:
        because = over(started_at=one.started_at, last_seen_at=one.last_seen_at, at=at)
        if because:
            _end(one, because, by=user, at=at)
        else:
            standing.append(one)
    for one in standing[: max(0, len(standing) - AT_ONCE + 1)]:
        _end(one, SessionEnd.TOO_MANY, by=user, at=at)
    made = StaffSession.objects.create(
        user=user, started_at=at, last_seen_at=at, address=address, program=program[:200]
    )
    append(kind=events.SIGNED_IN, actor=user, about=("user", user.username), data={"session": str(made.pk)}, at=at)
    return made


def standing(session_id: str | UUID | None, *, user: User, used: bool, at: datetime) -> SessionEnd | None:
    """None while the session stands (and its use is noted, if `used`), else why it is over."""
    found = StaffSession.objects.filter(pk=session_id, user=user).first() if session_id else None
    if found is None:
        return SessionEnd.SIGNED_OUT
    if found.ended_at is not None:
        return SessionEnd(found.ended_because)
    because = over(started_at=found.started_at, last_seen_at=found.last_seen_at, at=at)
    if because:
        with transaction.atomic():
            _end(found, because, by=user, at=at)
        return because
    if used and at - found.last_seen_at >= SEEN_STEP:
        StaffSession.objects.filter(pk=found.pk, ended_at=None).update(last_seen_at=at)
    return None


@transaction.atomic
def end(*, session_id: str | UUID, by: User, because: SessionEnd, at: datetime) -> None:
    """End one's own session; somebody else's is ended by an administrator only."""
    found = StaffSession.objects.select_for_update().select_related("user").get(pk=session_id)
    if found.user_id != by.pk:
        require(by, Permission.USER_MANAGE, at=at)
    if found.ended_at is None:
        _end(found, because, by=by, at=at)


@transaction.atomic
def end_others(*, user: User, but: str | None, because: SessionEnd, by: Any, at: datetime) -> None:
    """End every running session of a user, except the one named."""
    others = StaffSession.objects.select_for_update().filter(user=user, ended_at=None)
    for one in others.exclude(pk=but) if but else others:
        _end(one, because, by=by, at=at)


def running(user: User, *, at: datetime) -> QuerySet[StaffSession]:
    """The user's sessions that stand, the latest used first."""
    return StaffSession.objects.filter(
        user=user, ended_at=None, started_at__gt=at - LONGEST, last_seen_at__gt=at - IDLE
    ).order_by("-last_seen_at")


def _end(session: StaffSession, because: SessionEnd, *, by: Any, at: datetime) -> None:
    session.ended_at, session.ended_because = max(at, session.started_at), because
    session.save(update_fields=["ended_at", "ended_because"])
    append(
        kind=events.SESSION_ENDED,
        actor=by,
        about=("user", session.user.username),
        data={"session": str(session.pk), "because": because.value},
        at=at,
    )
