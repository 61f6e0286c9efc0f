# SPDX-License-Identifier: Apache-2.0
"""Data keys: what one seals only it opens, in its own place, until it is destroyed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform.keys import boxes, services
from secure_communities.platform.keys.models import DataKey

AT = datetime(2026, 11, 22, tzinfo=UTC)


@given(st.binary(max_size=500), st.text(max_size=40))
def test_a_box_opens_to_what_was_sealed(plain: bytes, context: str) -> None:
    key = bytes(range(32))
    assert boxes.unseal(key, boxes.seal(key, plain, context=context, key_id=b"TEST"), context=context) == plain


@given(st.binary(min_size=1, max_size=60), st.integers(min_value=0, max_value=10_000))
def test_a_damaged_box_does_not_open(plain: bytes, where: int) -> None:
    key = bytes(32)
    box = bytearray(boxes.seal(key, plain, context="x", key_id=b"TEST"))
    box[where % len(box)] ^= 1
    with pytest.raises(boxes.BoxError):
        boxes.unseal(key, bytes(box), context="x")


def test_a_box_does_not_open_in_another_place_or_with_another_key() -> None:
    box = boxes.seal(bytes(32), b"secret", context="galleries.template", key_id=b"TEST")
    with pytest.raises(boxes.BoxError):
        boxes.unseal(bytes(32), box, context="galleries.image")
    with pytest.raises(boxes.BoxError):
        boxes.unseal(bytes(31) + b"\x01", box, context="galleries.template")


@pytest.mark.django_db
def test_a_destroyed_key_opens_nothing_and_stays_as_a_tombstone() -> None:
    key = services.create_data_key(at=AT)
    box = services.seal(key, b"secret", context="x")
    services.destroy_data_key(key, reason="expunged", at=AT)
    with pytest.raises(services.KeyDestroyed):
        services.unseal(key, box, context="x")
    assert DataKey.objects.get(pk=key.pk).destroyed_reason == "expunged"


@pytest.mark.django_db
def test_a_key_is_either_kept_or_destroyed() -> None:
    key = services.create_data_key(at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataKey.objects.filter(pk=key.pk).update(destroyed_at=AT)
