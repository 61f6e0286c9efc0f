# SPDX-License-Identifier: Apache-2.0
"""Create, use and destroy data keys; seal and open personal values under them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from secure_communities.platform import clock
from secure_communities.platform.keys import blind, boxes, graveyard, master
from secure_communities.platform.keys.models import DataKey, IndexKey

WrongMasterKey = master.WrongMasterKey
check_master_key = master.check


class KeyDestroyed(Exception):
    """The person's data key was destroyed (expunction): what it sealed cannot be read any more."""


def create_data_key(*, at: datetime | None = None) -> DataKey:
    """A new data key, wrapped under the active master key."""
    [key] = create_data_keys(1, at=at)
    return key


def create_data_keys(count: int, *, at: datetime | None = None) -> list[DataKey]:
    """Many new data keys in one statement, for those who enrol many people."""
    number, made_at = master.active_number(), at or clock.now()
    keys = [DataKey(created_at=made_at, master=number) for _ in range(count)]
    for key in keys:
        key.wrapped = master.wrap(key.id, os.urandom(32), number=number)
    return DataKey.objects.bulk_create(keys, batch_size=2_000)


def _open(key: DataKey) -> bytes:
    if key.wrapped is None:
        raise KeyDestroyed(f"data key {key.id} was destroyed at {key.destroyed_at:%Y-%m-%d %H:%M} UTC")
    return master.unwrap(key)


def _id(key: DataKey) -> bytes:
    return key.id.bytes[: boxes.KEY_ID_BYTES]


def seal(key: DataKey, plain: bytes, *, context: str) -> bytes:
    """Seal bytes under a person's key; the context says which table and column they stand in."""
    return boxes.seal(_open(key), plain, context=context, key_id=_id(key))


def unseal(key: DataKey, box: bytes | memoryview, *, context: str) -> bytes:
    """Open what `seal` made. Raises `KeyDestroyed` or `boxes.BoxError`."""
    content = bytes(box)
    if boxes.key_id_of(content) not in (None, _id(key)):
        raise boxes.BoxError(f"the box for {context!r} was sealed with another key than {key.id}")
    return boxes.unseal(_open(key), content, context=context)


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
    return blind_indexes([value], context=context)[0]


def blind_indexes(values: Iterable[str], *, context: str) -> list[bytes]:
    """The blind indexes of many values, in their order: the index key is opened once."""
    key = _open(index_key().data_key)
    return [blind.digest(key, value, context=context) for value in values]


def index_key() -> IndexKey:
    """The index key in use; the first time, it is made."""
    in_use = IndexKey.objects.select_related("data_key").filter(used_until=None)
    if found := in_use.first():
        return found
    try:
        with transaction.atomic():
            return IndexKey.objects.create(data_key=create_data_key(), made_at=clock.now())
    except IntegrityError:  # another process was first
        return in_use.get()


def destroy_data_key(key: DataKey, *, reason: str, at: datetime) -> None:
    """Destroy a key for good. The row stays, without the key, as the proof of when and why.

    It is noted outside the database too, so that a backup which still holds the key does not bring it back.
    """
    DataKey.objects.filter(pk=key.pk, destroyed_at__isnull=True).update(
        wrapped=None, destroyed_at=at, destroyed_reason=reason
    )
    key.refresh_from_db()
    transaction.on_commit(lambda: graveyard.note(key.pk, reason=reason, at=at))


def destroy_again(*, at: datetime) -> int:
    """After a restore: destroy the keys that were destroyed after the backup was made. Returns how many."""
    noted = graveyard.noted()
    with transaction.atomic():
        back = list(DataKey.objects.select_for_update().filter(pk__in=noted, wrapped__isnull=False))
        for key in back:
            key.wrapped, key.destroyed_at, key.destroyed_reason = None, at, noted[key.pk]
        DataKey.objects.bulk_update(back, ["wrapped", "destroyed_at", "destroyed_reason"], batch_size=500)
    return len(back)
