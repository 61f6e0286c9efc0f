# SPDX-License-Identifier: Apache-2.0
"""Who calls: a booking system by its ORI's key or a signature made with it, or a member of staff by a session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, django_auth

from secure_communities.platform import clock
from secure_communities.platform.access.doors import MACHINE_SCOPES, KeyScope, operation_of
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import NotAllowed
from secure_communities.platform.accounts import signing
from secure_communities.platform.accounts.machine_keys import key_presented, key_that_signed
from secure_communities.platform.accounts.models import MachineKey

NEEDS = {KeyScope.SUBMIT: Permission.SUBMISSION_SUBMIT}


class MachineKeyBearer(HttpBearer):
    """`Authorization: Bearer <key>`; the caller is the ORI the key was issued to."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The ORI, or None for an unknown, ended or revoked key, and where the ORI asks for signed requests."""
        return _caller(request, key_presented(token, at=clock.now()))


class SignedRequest(HttpBearer):
    """`Authorization: SC1-HMAC-SHA256 key=…, time=…, nonce=…, signature=…` (platform/accounts/signing.py)."""

    openapi_scheme = signing.SCHEME.lower()

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The ORI, or None for a wrong or stale signature and for a nonce that was used before."""
        row = key_that_signed(
            token, method=request.method or "", target=request.get_full_path(), body=request.body, at=clock.now()
        )
        return _caller(request, row)


def _caller(request: HttpRequest, row: MachineKey | None) -> Any:
    if row is None or request.resolver_match is None:
        return None
    scope = MACHINE_SCOPES.get(operation_of(request.method or "", request.resolver_match.route))
    if scope is None or scope.value not in row.scopes:
        permission = NEEDS.get(scope, Permission.SUBMISSION_VIEW) if scope else Permission.SUBMISSION_VIEW
        raise NotAllowed(permission, "This key is not good for that: its scopes do not include it.")
    return row.originating_agency


machine = [MachineKeyBearer(), SignedRequest()]
staff = django_auth
