# SPDX-License-Identifier: Apache-2.0
"""Caps of the reader: oversized files are refused early, in little memory, in time that grows with the input only."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from secure_communities.interchange.itl import CodecError, limits, parse

MEGABYTE = 1024 * 1024


def a_record(kind: int, body: bytes) -> bytes:
    start = b"%d.001:" % kind
    return start + b"%09d\x1d" % (len(start) + 10 + len(body) + 1) + body + b"\x1c"


def a_file(contents: bytes, rest: bytes) -> bytes:
    return a_record(1, b"1.002:0400\x1d1.003:" + contents + b"\x1d1.009:SYNTH-0001") + rest


ONE_TYPE_2 = b"1\x1f1\x1e2\x1f00"

OVERSIZED = {
    "40,000 fields": lambda: a_file(ONE_TYPE_2, a_record(2, b"2.002:00" + b"\x1d2.018:A" * 40_000)),
    "1 M subfields": lambda: a_file(ONE_TYPE_2, a_record(2, b"2.002:00\x1d2.047:" + b"A\x1e" * 1_000_000)),
    "6,000 subfields": lambda: a_file(ONE_TYPE_2, a_record(2, b"2.002:00\x1d2.047:" + b"\x1e" * 6_000)),
    "100,000 tiny records": lambda: a_file(
        b"1\x1f100000" + b"\x1e4\x1f00" * 100_000, (b"\0\0\0\x12" + bytes(14)) * 100_000
    ),
    "300 records": lambda: a_file(b"1\x1f300" + b"\x1e4\x1f00" * 300, (b"\0\0\0\x12" + bytes(14)) * 300),
    "2 M items": lambda: a_file(
        b"1\x1f200" + b"\x1e2\x1f00" * 200, a_record(2, b"2.002:00" + (b"\x1d2.018:" + b"\x1f" * 1_000) * 10) * 200
    ),
    "50,000 fields in many records": lambda: a_file(
        b"1\x1f250" + b"\x1e2\x1f00" * 250, a_record(2, b"2.002:00" + b"\x1d2.018:A" * 200) * 250
    ),
    "a text field of 1 MB": lambda: a_file(ONE_TYPE_2, a_record(2, b"2.002:00\x1d2.047:" + b"A" * MEGABYTE)),
    "an endless length": lambda: b"1.001:" + b"9" * MEGABYTE,
    "500 MB": lambda: bytes(500_000_000),
}


@pytest.mark.parametrize("name", OVERSIZED)
def test_an_oversized_file_is_refused_in_little_memory_and_time(name: str):
    data = OVERSIZED[name]()
    started = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(CodecError) as caught:
            parse(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 32 * MEGABYTE
    assert time.process_time() - started < 10  # a hundred times what it takes; a quadratic reader needs minutes
    assert len(str(caught.value)) < 300


def test_the_largest_allowed_file_is_read():
    fields = b"".join(b"\x1d2.%d:A" % (number + 3) for number in range(limits.FIELDS_PER_RECORD - 2))
    subfields = b"\x1e".join([b"A"] * limits.SUBFIELDS_PER_FIELD)
    data = a_file(
        b"1\x1f2\x1e2\x1f00\x1e2\x1f01",
        a_record(2, b"2.002:00" + fields) + a_record(2, b"2.002:01\x1d2.047:" + subfields),
    )
    read = parse(data)
    assert len(read.records[1].fields) == limits.FIELDS_PER_RECORD
    assert len(read.records[2].values("2.047")) == limits.SUBFIELDS_PER_FIELD


def test_a_huge_image_is_not_copied_while_reading():
    image = bytes(48 * MEGABYTE)
    data = a_file(b"1\x1f1\x1e14\x1f00", a_record(14, b"14.002:00\x1d14.999:" + image))
    tracemalloc.start()
    try:
        read = parse(data)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()
    assert read.images()[0].size == len(image)
