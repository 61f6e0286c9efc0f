# SPDX-License-Identifier: Apache-2.0
"""Building and editing: laws of the codec, and edits that leave everything else alone."""

from __future__ import annotations

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.interchange.itl import (
    CodecError,
    emit,
    fingerprint_record,
    parse,
    text_record,
    transaction,
    with_field,
    with_records,
)
from tests.builders.transactions import GOLDEN, a_booking

texts = st.text(string.printable.replace("\x0b", "").replace("\x0c", "") + "é漢", max_size=30)
values = st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=3)
images = st.binary(max_size=60)


@st.composite
def text_records(draw: st.DrawFn):
    kind = draw(st.sampled_from([2, 9, 10, 13, 14, 15, 16, 17, 18, 19, 20, 21, 98, 99]))
    numbers = draw(st.lists(st.integers(3, 998), max_size=4))
    fields = [(f"{kind}.{number:03d}", draw(values)) for number in numbers]
    image = draw(st.none() | images) if kind >= 10 else None
    return text_record(kind, idc=draw(st.integers(0, 99)), fields=fields, image=image, charset="utf-8")


@st.composite
def fingerprint_records(draw: st.DrawFn):
    return fingerprint_record(
        record_type=draw(st.sampled_from([3, 4, 5, 6])),
        idc=draw(st.integers(0, 255)),
        impression=draw(st.integers(0, 255)),
        positions=[draw(st.integers(0, 254)), *draw(st.lists(st.integers(1, 254), max_size=5))],
        width=draw(st.integers(0, 65535)),
        height=draw(st.integers(0, 65535)),
        compression=draw(st.integers(0, 255)),
        data=draw(images),
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(text_records() | fingerprint_records(), max_size=5))
def test_what_was_built_is_read_back_equal(records):
    built = transaction(tot="CAR", ori="A", dai="B", tcn="C", date="20261122", records=records)
    data = emit(built)
    again = parse(data)
    assert again == built
    assert emit(again) == data
    assert list(again.records[1:]) == records
    assert again.contents == [(record.type, record.idc) for record in records]


@settings(deadline=None)
@given(st.integers(3, 998), values)
def test_values_come_back_as_they_went_in(number, value):
    record = text_record(2, idc=0, fields=[(f"2.{number:03d}", value)], charset="utf-8")
    assert record.values(f"2.{number}") == value
    assert int(record.text("2.001")) == len(record.raw)


@settings(deadline=None)
@given(st.data())
def test_whatever_can_be_read_is_written_back_the_same(data):
    original = bytearray(a_booking(images=[])[:400] + b"\x1c" * 3)
    for _ in range(data.draw(st.integers(0, 3))):
        original[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))
    mutant = bytes(original)
    try:
        read = parse(mutant)
    except CodecError:
        return
    assert emit(read) == mutant


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused_with_the_one_error(data):
    try:
        assert emit(parse(data)) == data
    except CodecError as error:
        assert error.code.startswith("E") or error.code.startswith("H")


def test_an_edit_changes_its_field_and_length_only():
    data = (GOLDEN / "type-4-14-slaps.an2").read_bytes()
    before = parse(data)
    after = with_field(before, 1, "2.003", "SYNTHETIC")
    assert after.records[1].values("2.003") == [["SYNTHETIC"]]
    assert int(after.records[1].text("2.001")) == len(after.records[1].raw)
    others = [index for index in range(len(before.records)) if index != 1]
    assert [after.records[index].raw for index in others] == [before.records[index].raw for index in others]
    assert emit(with_field(after, 1, "2.003", before.records[1].values("2.003"))) == data


def test_an_edit_of_a_tagged_image_record_leaves_the_image_alone():
    before = parse((GOLDEN / "type-4-14-slaps.an2").read_bytes())
    after = with_field(before, 4, "14.020", "A COMMENT")
    assert [field.tag for field in after.records[4].fields][-2:] == ["14.020", "14.999"]
    assert after.images()[2].data == before.images()[2].data


def test_an_edit_keeps_spelling_and_leading_zeros():
    header = b"1.01:0000\x1d1.02:0400\x1d1.03:1\x1f1\x1e2\x1f00\x1d1.04:CAR\x1d1.05:20261122\x1d1.08:ZZTX00101\x1c"
    header = header.replace(b"0000", b"%04d" % len(header))
    data = header + b"2.01:017\x1d2.02:00\x1c"
    after = with_field(parse(data), 0, "1.005", "20261123")
    assert after.header.raw == header.replace(b"20261122", b"20261123")
    longer = with_field(parse(data), 1, "2.018", "SYNTH,A")
    assert longer.records[1].raw == b"2.01:031\x1d2.02:00\x1d2.018:SYNTH,A\x1c"


def test_a_removed_field_is_gone_and_contents_follow_the_records():
    read = parse(a_booking())
    assert with_field(read, 1, "2.016", None).records[1].occurrences("2.016") == []
    fewer = with_records(read, read.records[1:5])
    assert fewer.contents == [(2, 0), (4, 1), (4, 2), (4, 3)]
    assert fewer.header.values("1.003")[0] == ["1", "4"]
    same = with_records(read, read.records[1:])
    assert same.header.raw == read.header.raw


@pytest.mark.parametrize("separator", ["\x1c", "\x1d", "\x1e", "\x1f"])
def test_a_separator_cannot_be_smuggled_into_a_value(separator: str):
    with pytest.raises(ValueError, match="separator"):
        text_record(2, idc=0, fields=[("2.018", f"A{separator}B")])


def test_lengths_and_binary_headers_are_not_edited():
    read = parse(a_booking())
    with pytest.raises(ValueError, match="computed"):
        with_field(read, 1, "2.001", "9")
    with pytest.raises(ValueError, match="binary"):
        with_field(read, 2, "4.003", "1")
    with pytest.raises(ValueError, match="one to six"):
        fingerprint_record(idc=1, impression=1, positions=[], width=1, height=1, compression=0, data=b"")


def test_the_header_states_resolutions_only_with_binary_images():
    assert parse(a_booking()).header.text("1.011") == "19.69"
    photo = text_record(10, idc=1, fields=[], image=b"x")
    assert parse(a_booking(images=[photo])).header.text("1.012") == "00.00"


def test_the_moment_is_written_in_universal_time():
    built = transaction(
        tot="CAR", ori="A", dai="B", tcn="C", date="20261122", records=[], gmt=datetime(2026, 11, 22, 7, tzinfo=UTC)
    )
    assert built.header.text("1.014") == "20261122070000Z"
