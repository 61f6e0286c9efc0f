# SPDX-License-Identifier: Apache-2.0
"""What follows from signing in and out, from second factors, and from too many wrong answers: sessions and events."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest

from secure_communities.platform import clock
from secure_communities.platform.accounts import events, sessions
from secure_communities.platform.accounts.models import SessionEnd, StaffSession, User
from secure_communities.platform.events.services import append
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import DataKey

SESSION_KEY = "staff_session"
KINDS = {"totp": "authenticator app", "webauthn": "passkey", "recovery_codes": "recovery codes"}


def address_of(request: HttpRequest) -> str | None:
    """The address the request came from, or None where there is none (a test, a socket)."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


@receiver(user_logged_in)
def begin_session(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Every sign-in begins a session of its own."""
    program = request.META.get("HTTP_USER_AGENT", "")
    made = sessions.begin(user=user, address=address_of(request), program=program, at=clock.now())
    request.session[SESSION_KEY] = str(made.pk)


@receiver(user_logged_out)
def end_session(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    """Signing out ends it; where it is over already, nothing is added."""
    session_id = request.session.get(SESSION_KEY)
    if user is not None and session_id and StaffSession.objects.filter(pk=session_id, user=user).exists():
        sessions.end(session_id=session_id, by=user, because=SessionEnd.SIGNED_OUT, at=clock.now())


@receiver(authenticator_added)
@receiver(authenticator_reset)
def note_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Whoever has just set up a second factor has proved it in this session."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
    _note(events.SECOND_FACTOR_ADDED, user, authenticator)


@receiver(authenticator_removed)
def note_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor that is taken away is an event."""
    _note(events.SECOND_FACTOR_REMOVED, user, authenticator)


@receiver(post_delete, sender=Authenticator)
def destroy_secret(sender: Any, instance: Authenticator, **_: Any) -> None:
    """The key that sealed a second factor goes with it."""
    sealed = str(instance.data.get("secret") or instance.data.get("seed") or "")
    key = DataKey.objects.filter(pk=sealed.partition(":")[0]).first() if ":" in sealed else None
    if key is not None:
        keys.destroy_data_key(key, reason="second factor removed", at=clock.now())


@receiver(user_locked_out)
def note_lock_out(sender: Any, request: HttpRequest, username: str | None, **_: Any) -> None:
    """Logged under the account's name, once it is one."""
    user = User.objects.filter(username=username or "").first()
    if user is not None:
        append(kind=events.LOCKED_OUT, actor="system:sign-in", about=("user", user.username), at=clock.now())


def _note(kind: str, user: User, authenticator: Authenticator) -> None:
    append(kind=kind, actor=user, about=("user", user.username), data={"type": authenticator.type}, at=clock.now())
