# SPDX-License-Identifier: Apache-2.0
"""Keys of booking systems: issue, replace, revoke, authenticate. In: an ORI, a key, a signature. Out: a key, the ORI.

A key reads `sc_<prefix>_<secret>`: the prefix finds the row, the secret (256 random bits) proves the ORI.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from secure_communities.platform.access.doors import KeyScope
from secure_communities.platform.access.policy import Permission
from secure_communities.platform.access.services import require
from secure_communities.platform.accounts import events, signing
from secure_communities.platform.accounts.models import MachineKey, MachineRule, SpentNonce
from secure_communities.platform.agencies.models import OriginatingAgency
from secure_communities.platform.events.services import append
from secure_communities.platform.keys import services as keys
from secure_communities.platform.refusals import Refusal, stated

LONGEST_OVERLAP = timedelta(days=30)
SIGNING = "accounts.machine_key.signing"
_KEY = re.compile(r"sc_([a-z2-7]{12})_([a-z2-7]{52})")
_SALT = "secure_communities.platform.accounts.machine_keys"
_NOBODY = bytes(32)
_LAST_USE_STEP = timedelta(minutes=1)  # so that a busy booking system does not write its key's row at every request


@transaction.atomic
def issue_machine_key(
    *,
    ori: OriginatingAgency,
    reason: str,
    by: Any,
    at: datetime,
    scopes: Collection[KeyScope] = tuple(KeyScope),
    replaces: str = "",
) -> str:
    """Issue a key for an ORI and return its plain text: this once, it is stored nowhere."""
    require(by, Permission.MACHINE_KEY_MANAGE, at=at)
    if not ori.in_force(at.date()):
        raise Refusal("The ORI is not in force: no key is issued for it.")
    if not scopes:
        raise Refusal("A key is good for something: choose at least one scope.")
    prefix, secret = _text(10)[:12], _text(32)
    data_key = keys.create_data_key(at=at)
    MachineKey.objects.create(
        originating_agency=ori,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(scope.value for scope in scopes),
        data_key=data_key,
        signing_box=keys.seal(data_key, signing.signing_key(secret), context=SIGNING),
        created_at=at,
        created_by=by,
    )
    append(
        kind=events.MACHINE_KEY_ISSUED,
        actor=by,
        about=("ori", ori.ori),
        reason=stated(reason),
        data={"prefix": prefix, **({"replaces": replaces} if replaces else {})},
        at=at,
    )
    return f"sc_{prefix}_{secret}"


@transaction.atomic
def rotate_machine_key(*, prefix: str, overlap: timedelta, reason: str, by: Any, at: datetime) -> str:
    """Issue a successor with the same scopes; both are good until the old one ends, `overlap` from now."""
    require(by, Permission.MACHINE_KEY_MANAGE, at=at)
    old = MachineKey.objects.select_for_update().select_related("originating_agency").filter(prefix=prefix).first()
    if old is None or not _stands(old, at=at):
        raise Refusal("There is no key of that prefix in use.")
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Refusal(f"Both keys may be in use for {LONGEST_OVERLAP.days} days at most.")
    ori = old.originating_agency
    made = issue_machine_key(
        ori=ori, reason=reason, by=by, at=at, scopes=[KeyScope(one) for one in old.scopes], replaces=prefix
    )
    old.ends_at = min(at + overlap, old.ends_at or at + overlap)
    old.save(update_fields=["ends_at"])
    append(
        kind=events.MACHINE_KEY_ENDING,
        actor=by,
        about=("ori", ori.ori),
        reason=stated(reason),
        data={"prefix": prefix, "ends_at": old.ends_at.isoformat()},
        at=at,
    )
    return made


@transaction.atomic
def ask_for_signatures(*, ori: OriginatingAgency, signed_only: bool, reason: str, by: Any, at: datetime) -> None:
    """Take signed requests of an ORI only, or keys as bearers again."""
    require(by, Permission.MACHINE_KEY_MANAGE, at=at)
    why = stated(reason)
    MachineRule.objects.update_or_create(originating_agency=ori, defaults={"signed_only": signed_only})
    append(
        kind=events.MACHINE_RULE_SET,
        actor=by,
        about=("ori", ori.ori),
        reason=why,
        data={"signed_only": signed_only},
        at=at,
    )


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
    """Return the ORI that the key proves, or None: malformed, unknown, revoked, ended, or its ORI not in force."""
    row = key_presented(key, at=at)
    return row.originating_agency if row else None


def key_presented(key: str, *, at: datetime) -> MachineKey | None:
    """The row of a key presented as a bearer, or None; also where the ORI asks for signed requests only.

    An unknown prefix costs the same digest and comparison as a known one, and no answer tells which of the reasons it
    was.
    """
    parts = _KEY.fullmatch(key)
    prefix, secret = parts.groups() if parts else ("", "")
    row = _row(prefix)
    stored = bytes(row.digest) if row else _NOBODY
    candidates = [_digest(secret, key=server) for server in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]
    proved = sum(hmac.compare_digest(stored, candidate) for candidate in candidates) > 0
    if row is None or not proved or not _stands(row, at=at):
        return None
    rule = MachineRule.objects.filter(originating_agency=row.originating_agency).first()
    if rule is not None and rule.signed_only:
        return None
    return _used(row, at=at)


def key_that_signed(credentials: str, *, method: str, target: str, body: bytes, at: datetime) -> MachineKey | None:
    """The row of the key that signed a request, or None: malformed, stale, wrong, or its nonce spent already."""
    signed = signing.read_header(credentials)
    row = _row(signed.prefix) if signed else None
    key = _NOBODY
    if row is not None and row.data_key is not None and row.signing_box is not None:
        key = keys.unseal(row.data_key, row.signing_box, context=SIGNING)
    if signed is None:
        return None
    made = signing.signature(key, method=method, target=target, time=signed.time, nonce=signed.nonce, body=body)
    proved = hmac.compare_digest(made, signed.signature)
    if row is None or row.signing_box is None or not proved or not _stands(row, at=at):
        return None
    if not signing.is_fresh(signed.time, at=at) or not _spend(row, signed.nonce, at=at):
        return None
    return _used(row, at=at)


def forget_nonces(*, at: datetime) -> int:
    """Drop nonces whose timestamps can pass no more; return how many."""
    return SpentNonce.objects.filter(spent_at__lt=at - 3 * signing.SKEW).delete()[0]


def _row(prefix: str) -> MachineKey | None:
    return MachineKey.objects.select_related("originating_agency__agency", "data_key").filter(prefix=prefix).first()


def _stands(row: MachineKey, *, at: datetime) -> bool:
    ended = row.ends_at is not None and row.ends_at <= at
    return row.revoked_at is None and not ended and row.originating_agency.in_force(at.date())


def _spend(row: MachineKey, nonce: str, *, at: datetime) -> bool:
    """Whether the nonce was fresh; it is spent now. The unique index lets one of two at once pass."""
    try:
        with transaction.atomic():
            SpentNonce.objects.create(key=row, nonce=nonce, spent_at=at)
    except IntegrityError:
        return False
    return True


def _used(row: MachineKey, *, at: datetime) -> MachineKey:
    MachineKey.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - _LAST_USE_STEP), pk=row.pk).update(
        last_used_at=at
    )
    return row


def _digest(secret: str, *, key: str | bytes | None = None) -> bytes:
    return salted_hmac(_SALT, secret, secret=key or settings.SECRET_KEY, algorithm="sha256").digest()


def _text(length: int) -> str:
    return base64.b32encode(secrets.token_bytes(length)).decode().rstrip("=").lower()
