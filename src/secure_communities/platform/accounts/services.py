# SPDX-License-Identifier: Apache-2.0
"""Writes of people and their roles. Roles come from administrators, the first of whom the installation appoints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.roles import SEPARATED, Role, incompatible
from secure_communities.platform.access.services import require
from secure_communities.platform.accounts import events
from secure_communities.platform.accounts.models import RoleGrant, User
from secure_communities.platform.agencies.models import Agency
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, refusing, stated

INSTALLATION = "system:installation"

REFUSALS: dict[str, str] = {
    "accounts_user_username_key": "That username is taken.",
    "username_is_plain": "A username is lower-case letters, digits, dot, hyphen and underscore.",
    "user_has_a_name": "A user has a name: signatures show it.",
    "granted_role_is_for_people": "That role belongs to booking systems, not to people.",
    "nobody_grants_a_role_to_themselves": "Nobody grants a role to themselves.",
    "a_role_is_held_once_at_a_time": "The user holds that role already.",
    "roles_held_apart": "The user holds a role that is never held together with this one: end the other role first.",
    "one_administrator_by_installation": "The installation has appointed its administrator already.",
}


@transaction.atomic
def install_first_administrator(
    *, username: str, display_name: str, agency: Agency, password: str | None, at: datetime
) -> User:
    """Appoint the one administrator whom nobody granted the role; refused ever after."""
    if RoleGrant.objects.filter(granted_by__isnull=True).exists():
        raise Refusal(REFUSALS["one_administrator_by_installation"])
    user = _add(username, display_name, agency, password, synthetic=True, actor=INSTALLATION, at=at)
    _grant(user, Role.ADMINISTRATOR, by=None, reason="First administrator of the installation", at=at)
    return user


@transaction.atomic
def add_user(
    *,
    username: str,
    display_name: str,
    agency: Agency,
    by: Any,
    at: datetime,
    password: str | None = None,
    is_synthetic: bool = True,
) -> User:
    """Add a person. Without a password the person cannot sign in yet."""
    require(by, Permission.USER_MANAGE, at=at)
    return _add(username, display_name, agency, password, synthetic=is_synthetic, actor=by, at=at)


@transaction.atomic
def set_password(*, user: User, password: str, by: Any, at: datetime) -> None:
    """Set a password: one's own, or as an administrator anybody's."""
    if getattr(by, "pk", None) != user.pk or not isinstance(by, User):
        require(by, Permission.USER_MANAGE, at=at)
    _strong(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    append(kind=events.PASSWORD_SET, actor=by, about=("user", user.username), at=at)


@transaction.atomic
def deactivate(*, user: User, reason: str, by: Any, at: datetime) -> None:
    """Stop a user from signing in and from holding any role, at once."""
    require(by, Permission.USER_MANAGE, at=at)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    append(kind=events.USER_DEACTIVATED, actor=by, about=("user", user.username), reason=stated(reason), at=at)


@transaction.atomic
def grant_role(*, user: User, role: Role, reason: str, by: Any, at: datetime) -> RoleGrant:
    """Grant a role from `at` on. Some roles are never held together (`access.roles.APART`)."""
    require(by, Permission.ROLE_GRANT, at=at)
    User.objects.select_for_update().get(pk=user.pk)
    if other := incompatible(role, user.roles(at)):
        why = SEPARATED[frozenset({role, other})]
        raise Refusal(f"{role} and {other} are not held by one person: {why}. End the other role first.")
    return _grant(user, role, by=by, reason=reason, at=at)


@transaction.atomic
def end_role(*, grant: RoleGrant, reason: str, by: Any, at: datetime) -> RoleGrant:
    """End a role at `at`."""
    require(by, Permission.ROLE_GRANT, at=at)
    locked = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if locked.ends_at is not None:
        raise Refusal("That grant was ended already.")
    locked.ends_at = max(at, locked.starts_at)
    locked.save(update_fields=["ends_at"])
    append(
        kind=events.ROLE_ENDED,
        actor=by,
        about=("user", locked.user.username),
        reason=stated(reason),
        data={"role": locked.role, "grant": locked.pk},
        at=at,
    )
    return locked


def _strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from None


def _add(
    username: str, display_name: str, agency: Agency, password: str | None, *, synthetic: bool, actor: Any, at: datetime
) -> User:
    if password is not None:
        _strong(password, User(username=username, display_name=display_name))
    with refusing(REFUSALS):
        user = User.objects.create_user(
            username, password, display_name=display_name, agency=agency, is_synthetic=synthetic
        )
    append(
        kind=events.USER_ADDED,
        actor=actor,
        about=("user", username),
        data={"agency": agency.pk, "synthetic": synthetic},
        at=at,
    )
    return user


def _grant(user: User, role: Role, *, by: User | None, reason: str, at: datetime) -> RoleGrant:
    with refusing(REFUSALS):
        grant = RoleGrant.objects.create(user=user, role=role, starts_at=at, granted_by=by)
    append(
        kind=events.ROLE_GRANTED,
        actor=by or INSTALLATION,
        about=("user", user.username),
        reason=stated(reason),
        data={"role": str(role), "grant": grant.pk},
        at=at,
    )
    return grant
