# SPDX-License-Identifier: Apache-2.0
"""Keys of booking systems: issue, revoke, authenticate. In: an ORI or a presented key. Out: a key once, or the ORI.

A key reads `sc_<prefix>_<secret>`: the prefix finds the row, the secret (256 random bits) proves the ORI.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.accounts import events
from secure_communities.platform.accounts.models import MachineKey
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.events.services import append
from secure_communities.platform.refusals import Refusal, stated

_KEY = re.compile(r"sc_([a-z2-7]{12})_([a-z2-7]{52})")
_SALT = "secure_communities.platform.accounts.machine_keys"
_NOBODY = bytes(32)
_LAST_USE_STEP = timedelta(minutes=1)  # so that a busy booking system does not write its key's row at every request


@transaction.atomic
def issue_machine_key(*, ori: OriginatingAgency, reason: str, by: Any, at: datetime) -> str:
    """Issue a key for an ORI and return its plain text: this once, it is stored nowhere."""
    require(by, Permission.MACHINE_KEY_MANAGE, at=at)
    if not ori.in_force(at.date()):
        raise Refusal("The ORI is not in force: no key is issued for it.")
    prefix, secret = _text(10)[:12], _text(32)
    MachineKey.objects.create(
        originating_agency=ori, prefix=prefix, digest=_digest(secret), created_at=at, created_by=by
    )
    append(
        kind=events.MACHINE_KEY_ISSUED,
        actor=by,
        about=("ori", ori.ori),
        reason=stated(reason),
        data={"prefix": prefix},
        at=at,
    )
    return f"sc_{prefix}_{secret}"


@transaction.atomic
def revoke_machine_key(*, prefix: str, reason: str, by: Any, at: datetime) -> None:
    """Revoke a key at once and for good."""
    require(by, Permission.MACHINE_KEY_MANAGE, at=at)
    key = MachineKey.objects.select_for_update().select_related("originating_agency").filter(prefix=prefix).first()
    if key is None:
        raise Refusal("There is no key of that prefix.")
    if key.revoked_at is not None:
        raise Refusal("The key was revoked already.")
    key.revoked_at = max(at, key.created_at)
    key.save(update_fields=["revoked_at"])
    append(
        kind=events.MACHINE_KEY_REVOKED,
        actor=by,
        about=("ori", key.originating_agency.ori),
        reason=stated(reason),
        data={"prefix": prefix},
        at=at,
    )


def authenticate_machine(key: str, *, at: datetime) -> OriginatingAgency | None:
    """Return the ORI that the key proves, or None: malformed, unknown, revoked, or its ORI not in force.

    An unknown prefix costs the same digest and comparison as a known one, and no answer tells which of the four it was.
    """
    parts = _KEY.fullmatch(key)
    prefix, secret = parts.groups() if parts else ("", "")
    row = MachineKey.objects.select_related("originating_agency__agency").filter(prefix=prefix).first()
    stored = bytes(row.digest) if row else _NOBODY
    candidates = [_digest(secret, key=server) for server in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]
    proved = sum(hmac.compare_digest(stored, candidate) for candidate in candidates) > 0
    if row is None or not proved or row.revoked_at is not None or not row.originating_agency.in_force(at.date()):
        return None
    MachineKey.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - _LAST_USE_STEP), pk=row.pk).update(
        last_used_at=at
    )
    return row.originating_agency


def _digest(secret: str, *, key: str | bytes | None = None) -> bytes:
    return salted_hmac(_SALT, secret, secret=key or settings.SECRET_KEY, algorithm="sha256").digest()


def _text(length: int) -> str:
    return base64.b32encode(secrets.token_bytes(length)).decode().rstrip("=").lower()
