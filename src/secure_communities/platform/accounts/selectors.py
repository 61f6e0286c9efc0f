# SPDX-License-Identifier: Apache-2.0
"""Reads of accounts: who holds a role."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from secure_communities.platform.access.roles import Role
from secure_communities.platform.accounts.models import User


def holders(role: Role, *, at: datetime) -> QuerySet[User]:
    """The active users who hold a role at that moment, by username."""
    running = Q(role_grants__ends_at__isnull=True) | Q(role_grants__ends_at__gt=at)
    return User.objects.filter(
        running, is_active=True, role_grants__role=role, role_grants__starts_at__lte=at
    ).distinct()
