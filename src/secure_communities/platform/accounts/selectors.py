# SPDX-License-Identifier: Apache-2.0
"""Reads of accounts: who holds a role."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from secure_communities.platform.access.explain import Held
from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import RoleGrant, User


def holders(role: Role, *, at: datetime) -> QuerySet[User]:
    """The active users who hold a role at that moment, by username."""
    running = Q(role_grants__ends_at__isnull=True) | Q(role_grants__ends_at__gt=at)
    return User.objects.filter(
        running, is_active=True, role_grants__role=role, role_grants__starts_at__lte=at
    ).distinct()


def held_by(user: User, *, at: datetime) -> list[Held]:
    """The roles a user holds at that moment, with who granted them; none for a deactivated user."""
    if not user.is_active:
        return []
    running = RoleGrant.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), user=user, starts_at__lte=at)
    return [
        Held(Role(one.role), one.starts_at, one.ends_at, one.granted_by.display_name if one.granted_by else "")
        for one in running.select_related("granted_by").order_by("role")
    ]
