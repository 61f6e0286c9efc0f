# SPDX-License-Identifier: Apache-2.0
"""The same records in XML: everything supported comes back equal, everything else is refused by name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_communities.interchange import files, xml
from secure_communities.interchange.files import Form
from secure_communities.interchange.itl import (
    CodecError,
    emit,
    fingerprint_record,
    parse,
    text_record,
    transaction,
    with_field,
)
from secure_communities.interchange.xml.tables import Row, load
from tests.builders.transactions import GOLDEN, a_booking
from tests.interchange.xml.comparing import said

SUPPORTED = {"type-10-branded-tattoo-mark", "type-14-amp-nqm-utf8", "type-4-14-slaps", "type-4-tpcard"}


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.an2")), ids=lambda file: file.stem)
def test_a_reference_file_of_supported_types_comes_back_equal_and_others_are_refused_by_type(file) -> None:
    original = parse(file.read_bytes())
    if file.stem in SUPPORTED:
        written = xml.emit(original)
        assert said(xml.parse(written)) == said(original)
        assert xml.schema_findings(written) == []
        return
    with pytest.raises(CodecError) as caught:
        xml.emit(original)
    strange = next(record for record in original.records if record.type not in load().by_type)
    assert caught.value.code == "E0005" and caught.value.record_type == strange.type


@pytest.mark.parametrize("tot", ["CAR", "CNA", "CPDR"])
def test_a_whole_booking_comes_back_equal_and_fits_the_schema(tot: str) -> None:
    original = parse(a_booking(tot=tot))
    written = xml.emit(original)
    assert said(xml.parse(written)) == said(original)
    assert xml.schema_findings(written) == []
    assert written.startswith(b"<?xml") and b"<nc:PersonSurName>SYNTH</nc:PersonSurName>" in written


def test_the_form_is_read_off_the_bytes_and_both_forms_give_the_same() -> None:
    original = parse(a_booking())
    for form in Form:
        written = files.write(original, form)
        assert files.form_of(written) is form
        assert said(files.read(written)) == said(original)
        header = files.read_header(written)
        assert header is not None and (header.tcn, header.ori, header.dai, header.tot, header.version) == (
            original.tcn, original.ori, original.dai, original.tot, original.version,
        )  # fmt: skip


# -- any transaction of supported fields --

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
LINES = st.lists(TEXT, min_size=1, max_size=3).map("\r\n".join)
WORD = (
    TEXT | LINES | st.sampled_from(["Y", "N", "20261125", "00000000", "19800230", "20261125120000Z", "A,B", ",", " "])
)


def _values(row: Row) -> st.SearchStrategy[Sequence[Sequence[str]]]:
    largest = 1 if row.cut is not None else len(row.items)
    subfield = st.lists(WORD, min_size=1, max_size=largest)
    return st.lists(subfield, min_size=1, max_size=3 if row.many else 1)


def _record(record_type: int, idc: int) -> st.SearchStrategy[object]:
    rows = [row for row in load().by_type[record_type].rows if not row.is_image and not row.tag.endswith(".002")]
    chosen = st.fixed_dictionaries({}, optional={row.tag: _values(row) for row in rows})
    image = st.binary(max_size=40) if record_type > 4 else st.none()
    return st.builds(
        lambda fields, data: text_record(
            record_type, idc=idc, image=data, fields=sorted(fields.items(), key=lambda pair: int(pair[0].split(".")[1]))
        ),
        chosen,
        image,
    )


FINGER = st.builds(
    fingerprint_record,
    idc=st.just(1),
    impression=st.integers(0, 255),
    positions=st.lists(st.integers(1, 254), min_size=1, max_size=6),
    width=st.integers(0, 65_535),
    height=st.integers(0, 65_535),
    compression=st.integers(0, 255),
    data=st.binary(max_size=60),
    resolution_flag=st.integers(0, 255),
)


@settings(max_examples=60, deadline=None)
@given(descriptive=_record(2, 0), finger=FINGER, face=_record(10, 2), slap=_record(14, 3))
def test_whatever_supported_fields_say_comes_back_unchanged(descriptive, finger, face, slap) -> None:
    original = transaction(
        tot="CAR", ori="ZZTX00101", dai="ZZFBI0001", tcn="SYN-1", date="20261125",
        records=[descriptive, finger, face, slap],
    )  # fmt: skip
    try:
        written = xml.emit(original)
    except CodecError as error:  # a value that would come back as another one is refused, never altered
        assert error.code == "E0002" and error.tag is not None
        return
    assert said(xml.parse(written)) == said(original)
    assert files.read(emit(xml.parse(written))).records == xml.parse(written).records


def test_the_examples_above_are_hardly_ever_refused() -> None:
    """Only the look of the target form itself is ambiguous: a date field that already holds `2026-11-25`."""
    original = with_field(parse(a_booking()), 1, "2.045", "2026-11-21")
    with pytest.raises(CodecError) as caught:
        xml.emit(original)
    assert (caught.value.code, caught.value.tag, caught.value.record) == ("E0002", "2.045", 1)


@pytest.mark.parametrize(
    ("tag", "value", "what"),
    [
        ("2.034", "X", "no place"),
        ("2.018", "A\x01B", "cannot carry"),
        ("2.024", [["M"], ["F"]], "subfields"),
        ("2.047", [["20261120", "THEFT", "MORE"]], "more items"),
    ],
)
def test_what_the_form_has_no_place_for_is_refused_by_field(tag: str, value, what: str) -> None:
    original = with_field(parse(a_booking()), 1, tag, value)
    with pytest.raises(CodecError, match=what) as caught:
        xml.emit(original)
    assert (caught.value.tag, caught.value.record, caught.value.idc) == (tag, 1, 0)
    assert caught.value.offset is not None


def test_a_repeated_field_and_trailing_bytes_are_refused() -> None:
    record = text_record(2, idc=0, fields=[("2.073", "ZZTX00101"), ("2.073", "ZZTX00102")])
    twice = transaction(tot="CAR", ori="ZZTX00101", dai="ZZFBI0001", tcn="SYN-1", date="20261125", records=[record])
    with pytest.raises(CodecError, match="twice"):
        xml.emit(twice)
    with pytest.raises(CodecError, match="after the last record"):
        xml.emit(parse(a_booking() + b"more"))


def test_bytes_outside_the_declared_character_set_are_refused() -> None:
    spoiled = a_booking().replace(b"SYNTH,ALEX QUILL", b"SYNTH,ALEX QU\xc9LL")
    with pytest.raises(CodecError) as caught:
        xml.emit(parse(spoiled))
    assert (caught.value.code, caught.value.tag) == ("E0002", "2.018")
