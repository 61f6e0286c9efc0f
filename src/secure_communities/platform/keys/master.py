# SPDX-License-Identifier: Apache-2.0
"""The master keys: wrap and open data keys, check them against the database, change to a new one, retire an old one.

The keys come from the ring (environment or files); the database knows their numbers and a box to try each.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from secure_communities.platform import clock
from secure_communities.platform.keys import boxes, ring
from secure_communities.platform.keys.models import DataKey, MasterKey, MasterKeyState
from secure_communities.platform.refusals import Refusal
from secure_communities.platform.secrets import read_or_create

BATCH = 500
_rings: dict[Path, dict[int, bytes]] = {}


class WrongMasterKey(Exception):
    """The master key at hand is not the one this database was sealed with."""


def _folder() -> Path:
    folder: Path = settings.VAR / "secrets"
    return folder


def key_of(number: int) -> bytes:
    """The master key of a number. Files are read once a process, and again when a number is not among them."""
    if ring.in_environment(os.environ):
        keys = ring.master_keys(os.environ, _folder())
    else:
        keys = _rings.get(_folder(), {})
        if number not in keys:
            keys = _rings[_folder()] = ring.master_keys(os.environ, _folder())
    try:
        return keys[number]
    except KeyError:
        raise WrongMasterKey(
            f"Master key {number} is not at hand (it has: {', '.join(map(str, sorted(keys)))}). Put it back: "
            f"MASTER_KEYS, or {ring.file_of(number, Path('secrets'))} in the var folder. Nothing was changed."
        ) from None


def _id(number: int) -> bytes:
    return number.to_bytes(boxes.KEY_ID_BYTES, "big")


def active_number() -> int:
    """The number of the master key that wraps new data keys."""
    return MasterKey.objects.filter(state=MasterKeyState.ACTIVE).values_list("number", flat=True).first() or ring.FIRST


def wrap(key_id: UUID, plain: bytes, *, number: int) -> bytes:
    """Wrap a data key under the master key of a number."""
    return boxes.seal(key_of(number), plain, context=f"data-key:{key_id}", key_id=_id(number))


def unwrap(key: DataKey) -> bytes:
    """Open a data key that was not destroyed. Raises WrongMasterKey or BoxError."""
    return boxes.unseal(key_of(key.master), bytes(key.wrapped or b""), context=f"data-key:{key.id}")


def check() -> None:
    """Raise WrongMasterKey unless every master key in use opens this database; the first time, leave a box to try."""
    known = list(MasterKey.objects.exclude(state=MasterKeyState.RETIRED))
    try:
        if not known:
            if oldest := DataKey.objects.filter(wrapped__isnull=False).order_by("created_at").first():
                unwrap(oldest)
            MasterKey.objects.create(number=ring.FIRST, box=_box(ring.FIRST), made_at=clock.now())
        for one in known:
            boxes.unseal(key_of(one.number), bytes(one.box), context="master-key")
    except boxes.BoxError:
        raise WrongMasterKey(
            "The master key (MASTER_KEYS, MASTER_KEY, or secrets/master_key in the var folder) is not the one this "
            "database was sealed with. Put the right one back; nothing was changed."
        ) from None


def _box(number: int) -> bytes:
    return boxes.seal(key_of(number), b"check", context="master-key", key_id=_id(number))


@dataclass(frozen=True, slots=True)
class Standing:
    """One master key: its number, what it is for, how many data keys it wraps, whether it is at hand."""

    number: int
    state: str
    data_keys: int
    at_hand: bool


def standing() -> list[Standing]:
    """Every master key the database knows, by number."""
    wrapped = dict(
        DataKey.objects.filter(wrapped__isnull=False).values_list("master").annotate(Count("pk")).order_by("master")
    )
    return [
        Standing(one.number, one.state, wrapped.get(one.number, 0), _at_hand(one.number))
        for one in MasterKey.objects.order_by("number")
    ]


def _at_hand(number: int) -> bool:
    try:
        return bool(key_of(number))
    except WrongMasterKey:
        return False


def rotate(*, at: datetime, progress: Callable[[int, int], None] = lambda done, total: None) -> tuple[int, int]:
    """Make a new master key active and wrap every data key anew; return its number and how many were wrapped.

    What an interrupted run left under an old key is finished first, without making yet another key. Readers and
    writers go on meanwhile. Raises Refusal when the operator gives the keys by environment and none is newer.
    """
    check()
    newest = active_number()
    if not DataKey.objects.filter(wrapped__isnull=False).exclude(master=newest).exists():
        newest = _begin(newest + 1, at=at)
    return newest, _wrap_anew(newest, progress)


def _begin(number: int, *, at: datetime) -> int:
    if ring.in_environment(os.environ):
        if not _at_hand(number):
            raise Refusal(
                f"The master keys come from the environment: add number {number} to MASTER_KEYS (64 random hexadecimal "
                f"digits), restart every process, then rotate."
            )
    else:
        read_or_create(ring.file_of(number, _folder()))
    with transaction.atomic():
        MasterKey.objects.select_for_update().filter(state=MasterKeyState.ACTIVE).update(state=MasterKeyState.OLD)
        MasterKey.objects.create(number=number, state=MasterKeyState.ACTIVE, box=_box(number), made_at=at)
    return number


def _wrap_anew(number: int, progress: Callable[[int, int], None]) -> int:
    waiting = DataKey.objects.filter(wrapped__isnull=False).exclude(master=number)
    total, done = waiting.count(), 0
    progress(0, total)
    while True:
        with transaction.atomic():
            batch = list(waiting.select_for_update().order_by("pk")[:BATCH])
            for key in batch:
                key.wrapped, key.master = wrap(key.id, unwrap(key), number=number), number
            DataKey.objects.bulk_update(batch, ["wrapped", "master"])
        if not batch:
            return done
        done += len(batch)
        progress(done, max(total, done))


def retire(number: int, *, at: datetime) -> None:
    """Retire a master key that wraps nothing any more. It stays where it is kept: backups made earlier need it."""
    with transaction.atomic():
        one = MasterKey.objects.select_for_update().filter(number=number).first()
        if one is None or one.state == MasterKeyState.RETIRED:
            raise Refusal(f"There is no master key {number} to retire.")
        if one.state == MasterKeyState.ACTIVE:
            raise Refusal(f"Master key {number} wraps new data keys: rotate first.")
        if left := DataKey.objects.filter(master=number, wrapped__isnull=False).count():
            raise Refusal(f"Master key {number} still wraps {left:,} data keys: rotate again, then retire it.")
        one.state, one.retired_at = MasterKeyState.RETIRED, at
        one.save(update_fields=["state", "retired_at"])
