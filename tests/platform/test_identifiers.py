# SPDX-License-Identifier: Apache-2.0
"""Attacks on the rule that the shipped system accepts reserved identifiers only."""

from __future__ import annotations

import ast
import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.platform import identifiers

RESERVED = {
    "1.008": ["ZZTX00101", "ZZFBI0001", "ZZIDENT01", "ZZLESC001", "ZZ0000001"],
    "1.009": ["SYN0000001", "SYNZZTX00101-20261122-000001", "SYN" + "A" * 37],
    "2.009": ["TEST-0001", "SYN-2026-17"],
    "2.014": ["S0000001Z", "SABCDEFGZ"],
    "2.015": ["ZZ1", "ZZ12345678"],
    "2.016": ["000123456"],
    "2.017": ["FN-9000000001", "AR-A000000001", "PP-SYN00012"],
    "2.018": ["SAMPLE,ONE", "SYNTHWAY,ANNA MARIA", "FERNSHADE,SUNNIVA", "SAMPLE-O'HARE,J"],
}

# What a real file would carry, near misses, and the tricks of one who wants it in.
REFUSED = {
    "1.007": ["DCFBIWAFZ", "WVIAFIS0Z", ""],
    "1.008": [
        "TX1010000",
        "zztx00101",
        "ZZTX0010",
        "ZZTX001011",
        " ZZTX00101",
        "ZZTX00101\n",
        "ZZTX0010١",
        "ＺＺTX00101",
    ],
    "1.009": ["SYN", "SYN12345", "20261122000001", "syn0000001", "SYN0000001 ", "XSYN0000001", "SYN" + "A" * 38],
    "1.010": ["SYN0000001\x1d", "SYN000000/1"],
    "2.007": ["TX1010000"],
    "2.009": ["2026-0001", "TEST-", "TESTING-1", "SYN-1\n2", "SYN-" + "1" * 17],
    "2.014": ["123456AB7", "S0000001", "S00000001Z", "s0000001z", "S000000١Z"],
    "2.015": ["TX12345678", "ZZ", "ZZ123456789", "ZZ-1"],
    "2.016": ["123456789", "900123456", "666123456", "00012345", "000-12-3456", "٠٠٠123456"],
    "2.017": ["FN-1234567890", "AR-A123456789", "PP-123456789", "SYN", "FN9000000001", "fn-9000000001", "FN-"],
    "2.018": [
        "SMITH,JOHN",
        "SAMPLE",
        "MYSAMPLE,ONE",
        "sample,one",
        "SAMPLE,",
        ",SAMPLE",
        "SAMPLE,ONE\x1e",
        "SMITH,SAMPLE",
    ],
    "2.019": ["GARCIA,MARIA"],
    "2.073": ["NY0303000"],
    "10.004": ["NY0303000"],
    "14.004": ["TX1010000"],
}


@pytest.mark.parametrize(("tag", "value"), [(tag, value) for tag, values in RESERVED.items() for value in values])
def test_a_reserved_identifier_is_accepted(tag, value):
    assert identifiers.REFUSALS[tag](value) is None


@pytest.mark.parametrize(("tag", "value"), [(tag, value) for tag, values in REFUSED.items() for value in values])
def test_anything_else_is_refused(tag, value):
    assert identifiers.REFUSALS[tag](value)


@pytest.mark.parametrize(("tag", "value"), [(tag, value) for tag, values in REFUSED.items() for value in values])
def test_a_refusal_is_a_fixed_sentence_so_that_it_never_repeats_what_might_be_a_real_persons(tag, value):
    refuse = identifiers.REFUSALS[tag]
    assert refuse(value)
    assert refuse(value) in {refuse("?"), refuse("FN-?"), refuse("AR-?")}


@pytest.mark.parametrize("value", ["900000000", "9000000000", "1234567890"])
def test_a_fin_is_ten_digits_beginning_900(value):
    assert (identifiers.refuse_fin(value) is None) == (value == "9000000000")


def test_an_a_number_begins_with_three_zeros():
    assert identifiers.refuse_a_number("A000000001") is None
    assert identifiers.refuse_a_number("A012345678")
    assert identifiers.refuse_a_number("A00000001")


@pytest.mark.parametrize(
    ("fields", "accepted"),
    [
        ({"2.056": "SYNTHETIC"}, True),
        ({"2.056": "THIS PERSON IS SYNTHETIC, NOT REAL"}, True),
        ({"2.056": None, "2.041": "SYNTHETIC ADDRESS"}, True),
        ({"2.056": "PHOTOSYNTHETICS INC"}, False),
        ({"2.056": "NONSYNTHETIC"}, False),
        ({"2.056": ""}, False),
        ({"2.040": "SYNTHETIC"}, False),
        ({}, False),
    ],
)
def test_a_file_must_say_that_it_is_synthetic(fields, accepted):
    assert (identifiers.refuse_marker(fields) is None) is accepted


@given(st.text(max_size=45))
def test_whatever_is_accepted_as_an_ori_or_control_number_is_plain_ascii_of_the_reserved_shape(value):
    for refuse, pattern in ((identifiers.refuse_ori, "ZZ[A-Z0-9]{7}"), (identifiers.refuse_tcn, "SYN[A-Z0-9-]{7,37}")):
        if refuse(value) is None:
            assert value.isascii()
            assert re.fullmatch(pattern, value)


@given(st.from_regex(r"[A-Z]{2}[A-Z0-9]{7}", fullmatch=True))
def test_no_ori_of_a_real_state_code_passes(value):
    assert (identifiers.refuse_ori(value) is None) == value.startswith("ZZ")


def test_no_setting_no_environment_and_no_argument_can_switch_the_rule_off():
    tree = ast.parse(inspect.getsource(identifiers))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "re", "collections.abc"}
    for refuse in identifiers.REFUSALS.values():
        assert list(inspect.signature(refuse).parameters) == ["value"]
