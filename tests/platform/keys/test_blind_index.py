# SPDX-License-Identifier: Apache-2.0
"""Blind indexes find equal values and tell nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from secure_communities.platform.keys import blind
from secure_communities.platform.keys import services as keys
from secure_communities.platform.keys.models import IndexKey

KEY = bytes(32)
AT = datetime(2026, 11, 25, tzinfo=UTC)


def test_equal_values_of_one_context_have_one_digest() -> None:
    assert blind.digest(KEY, "SAMPLE", context="name") == blind.digest(KEY, "SAMPLE", context="name")


def test_the_same_value_elsewhere_or_under_another_key_has_another_digest() -> None:
    here = blind.digest(KEY, "SAMPLE", context="name")
    assert here != blind.digest(KEY, "SAMPLE", context="number")
    assert here != blind.digest(b"\x01" * 32, "SAMPLE", context="name")


def test_a_context_never_runs_into_its_value() -> None:
    assert blind.digest(KEY, "bc", context="a") != blind.digest(KEY, "c", context="ab")


@pytest.mark.django_db
def test_the_index_key_is_made_once_and_is_no_master_key() -> None:
    first = keys.blind_index("SAMPLE", context="name")
    assert keys.blind_indexes(["OTHER", "SAMPLE"], context="name")[1] == first
    assert IndexKey.objects.count() == 1


@pytest.mark.django_db
def test_two_index_keys_are_never_in_use_together() -> None:
    keys.blind_index("SAMPLE", context="name")
    with pytest.raises(IntegrityError), transaction.atomic():
        IndexKey.objects.create(data_key=keys.create_data_key(), made_at=AT)
