# SPDX-License-Identifier: Apache-2.0
"""Blind indexes find equal values and tell nothing else."""

from __future__ import annotations

from secure_communities.platform.keys import blind

KEY = blind.index_key(bytes(32))


def test_equal_values_of_one_context_have_one_digest() -> None:
    assert blind.digest(KEY, "SAMPLE", context="name") == blind.digest(KEY, "SAMPLE", context="name")


def test_the_same_value_elsewhere_or_under_another_key_has_another_digest() -> None:
    here = blind.digest(KEY, "SAMPLE", context="name")
    assert here != blind.digest(KEY, "SAMPLE", context="number")
    assert here != blind.digest(blind.index_key(b"\x01" * 32), "SAMPLE", context="name")


def test_a_context_never_runs_into_its_value() -> None:
    assert blind.digest(KEY, "bc", context="a") != blind.digest(KEY, "c", context="ab")


def test_the_index_key_is_not_the_master_key() -> None:
    assert blind.index_key(b"\x07" * 32) != b"\x07" * 32
