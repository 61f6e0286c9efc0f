# SPDX-License-Identifier: Apache-2.0
"""Connect an account with what an agency's sign-in service calls its holder; nothing else lets that service vouch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.accounts import events
from secure_communities.platform.accounts.models import User
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, stated


@transaction.atomic
def connect_identity(*, user: User, service: str, subject: str, reason: str, by: Any, at: datetime) -> None:
    """Let `service` vouch for `user` under `subject`. An identity is one account's."""
    require(by, Permission.USER_MANAGE, at=at)
    if not subject.strip() or not service.strip():
        raise Refusal("Name the service and what it calls the person.")
    if SocialAccount.objects.filter(provider=service, uid=subject).exists():
        raise Refusal("That identity is connected with an account already.")
    SocialAccount.objects.create(user=user, provider=service, uid=subject)
    append(
        kind=events.IDENTITY_CONNECTED,
        actor=by,
        about=("user", user.username),
        reason=stated(reason),
        data={"service": service},
        at=at,
    )


@transaction.atomic
def disconnect_identity(*, user: User, service: str, reason: str, by: Any, at: datetime) -> None:
    """The service vouches for this account no longer."""
    require(by, Permission.USER_MANAGE, at=at)
    why = stated(reason)
    gone, _ = SocialAccount.objects.filter(user=user, provider=service).delete()
    if not gone:
        raise Refusal("No identity of that service is connected with this account.")
    append(
        kind=events.IDENTITY_DISCONNECTED, actor=by, about=("user", user.username), reason=why,
        data={"service": service}, at=at,
    )  # fmt: skip
