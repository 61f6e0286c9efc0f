# SPDX-License-Identifier: Apache-2.0
"""Create, use and destroy data keys; seal and open personal values under them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from secure_communities.platform import clock
from secure_communities.platform.keys import blind, boxes
from secure_communities.platform.keys.models import DataKey, MasterKeyCheck
from secure_communities.platform.secrets import read_or_create


class KeyDestroyed(Exception):
    """The person's data key was destroyed (expunction): what it sealed cannot be read any more."""


def _master_key() -> bytes:
    given = os.environ.get("MASTER_KEY")
    return bytes.fromhex(given) if given else _kept_master_key(settings.VAR / "secrets" / "master_key")


@cache
def _kept_master_key(path: Path) -> bytes:
    return bytes.fromhex(read_or_create(path))


def create_data_key(*, at: datetime | None = None) -> DataKey:
    """A new data key, wrapped under the master key."""
    key = DataKey(created_at=at or clock.now())
    key.wrapped = boxes.seal(_master_key(), os.urandom(32), context=f"data-key:{key.id}")
    key.save()
    return key


class WrongMasterKey(Exception):
    """The master key at hand is not the one this database was sealed with."""


def check_master_key() -> None:
    """Raise WrongMasterKey if the master key does not open this database; the first time, leave a box to try."""
    check = MasterKeyCheck.objects.first()
    if check is None and DataKey.objects.filter(wrapped__isnull=False).exists():
        _open(DataKey.objects.filter(wrapped__isnull=False).order_by("created_at")[0])
    if check is None:
        MasterKeyCheck.objects.create(box=boxes.seal(_master_key(), b"check", context="master-key"))
        return
    try:
        boxes.unseal(_master_key(), bytes(check.box), context="master-key")
    except boxes.BoxError:
        raise WrongMasterKey(
            "The master key (MASTER_KEY, or secrets/master_key in the var folder) is not the one this database was "
            "sealed with. Put the right one back; nothing was changed."
        ) from None


def create_data_keys(count: int, *, at: datetime | None = None) -> list[DataKey]:
    """As many new data keys, stored in one statement: for loading many people."""
    made = [DataKey(created_at=at or clock.now()) for _ in range(count)]
    for key in made:
        key.wrapped = boxes.seal(_master_key(), os.urandom(32), context=f"data-key:{key.id}")
    return DataKey.objects.bulk_create(made)


def _open(key: DataKey) -> bytes:
    if key.wrapped is None:
        raise KeyDestroyed(f"data key {key.id} was destroyed at {key.destroyed_at:%Y-%m-%d %H:%M} UTC")
    return boxes.unseal(_master_key(), bytes(key.wrapped), context=f"data-key:{key.id}")


def seal(key: DataKey, plain: bytes, *, context: str) -> bytes:
    """Seal bytes under a person's key; the context says which table and column they stand in."""
    return boxes.seal(_open(key), plain, context=context)


def unseal(key: DataKey, box: bytes | memoryview, *, context: str) -> bytes:
    """Open what `seal` made. Raises `KeyDestroyed` or `boxes.BoxError`."""
    return boxes.unseal(_open(key), bytes(box), context=context)


def seal_json(key: DataKey, value: Any, *, context: str) -> bytes:
    """Seal a JSON value."""
    return seal(
        key, json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(), context=context
    )


def unseal_json(key: DataKey, box: bytes | memoryview, *, context: str) -> Any:
    """Open a JSON value."""
    return json.loads(unseal(key, box, context=context))


def blind_index(value: str, *, context: str) -> bytes:
    """The blind index of a value in its normal form: finds equal values of one context, tells nothing else."""
    return blind.digest(blind.index_key(_master_key()), value, context=context)


def blind_indexes(values: Iterable[str], *, context: str) -> list[bytes]:
    """The blind indexes of many values of one context: the index key is derived once for all of them."""
    key = blind.index_key(_master_key())
    return [blind.digest(key, value, context=context) for value in values]


def destroy_data_key(key: DataKey, *, reason: str, at: datetime) -> None:
    """Destroy a key for good. The row stays, without the key, as the proof of when and why."""
    DataKey.objects.filter(pk=key.pk, destroyed_at__isnull=True).update(
        wrapped=None, destroyed_at=at, destroyed_reason=reason
    )
    key.refresh_from_db()
