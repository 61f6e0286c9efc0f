# SPDX-License-Identifier: Apache-2.0
"""Who calls: a booking system by its ORI's key, or a member of staff by their session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, django_auth

from secure_communities.platform import clock
from secure_communities.platform.accounts.machine_keys import authenticate_machine


class MachineKeyBearer(HttpBearer):
    """`Authorization: Bearer <key>`; the caller is the ORI the key was issued to."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The ORI, or None for an unknown or revoked key."""
        return authenticate_machine(token, at=clock.now())


machine = MachineKeyBearer()
staff = django_auth
