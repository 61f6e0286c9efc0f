# SPDX-License-Identifier: Apache-2.0
"""Time-based codes against the test vectors of RFC 6238, appendix B (SHA-1, the last six of the eight digits)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from secure_communities.platform.accounts.time_codes import code_at, step_of

KEY = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds, code):
    at = datetime.fromtimestamp(seconds, tz=UTC)
    assert code_at(KEY, at) == code
    assert step_of(KEY, code, at=at) == seconds // 30


def test_a_code_is_known_one_step_before_and_after_and_no_further():
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    code = code_at(KEY, at)
    steps = [step_of(KEY, code, at=at + timedelta(seconds=30 * away)) for away in (-2, -1, 0, 1, 2)]
    assert steps == [None, steps[2], steps[2], steps[2], None]


@pytest.mark.parametrize("junk", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 56", "-12345"])
def test_junk_is_no_code(junk):
    assert step_of(KEY, junk, at=datetime(2026, 11, 22, tzinfo=UTC)) is None
