# SPDX-License-Identifier: Apache-2.0
"""The second factor: who must have one, codes that are spent once, and what administrators do about lost devices.

django-allauth keeps apps, passkeys and recovery codes; what is ours stands here and in `adapters`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.db import transaction

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import SECOND_FACTOR_REQUIRED, Role
from secure_communities.platform.access.services import require
from secure_communities.platform.accounts import events
from secure_communities.platform.accounts.models import TimeStep, User
from secure_communities.platform.accounts.time_codes import step_of
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, stated


def required_of(roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles must have a second factor."""
    return bool(roles & SECOND_FACTOR_REQUIRED)


@transaction.atomic
def accept_code(*, authenticator: Authenticator, code: str, at: datetime) -> bool:
    """Use a code up: true once for each step, and only for later steps than the last one used (RFC 6238, 5.2)."""
    step = step_of(decrypt(authenticator.data["secret"]), code, at=at)
    if step is None:
        return False
    TimeStep.objects.get_or_create(user_id=authenticator.user_id, defaults={"step": 0})
    return TimeStep.objects.filter(user_id=authenticator.user_id, step__lt=step).update(step=step) == 1


@transaction.atomic
def enrol_totp(*, user: User, secret: str, by: Any, at: datetime) -> None:
    """Give a user an authenticator secret that the installation made (synthetic staff); refused where one stands."""
    require(by, Permission.USER_MANAGE, at=at)
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        raise Refusal("The user has an authenticator app already.")
    TOTP.activate(user, secret)
    append(kind=events.SECOND_FACTOR_ADDED, actor=by, about=("user", user.username), data={"type": "totp"}, at=at)


@transaction.atomic
def reset(*, user: User, reason: str, by: Any, at: datetime) -> None:
    """Take every second factor of a user away (a lost device): the next sign-in leads to setting up a new one."""
    require(by, Permission.USER_MANAGE, at=at)
    if getattr(by, "pk", None) == user.pk:
        raise Refusal("Another administrator resets your second factor: nobody resets their own.")
    why = stated(reason)
    for one in Authenticator.objects.filter(user=user):
        one.delete()
    append(kind=events.SECOND_FACTOR_RESET, actor=by, about=("user", user.username), reason=why, at=at)


def stands(user: Any) -> bool:
    """Whether the user has an authenticator app or a passkey."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists())
