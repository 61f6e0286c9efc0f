# SPDX-License-Identifier: Apache-2.0
"""Reading: the reference files as they are, and the traps of files from other senders."""

from __future__ import annotations

import hashlib

import pytest

from secure_communities.interchange.itl import CodecError, emit, parse, read_header, text_record, transaction
from tests.builders.transactions import GOLDEN, NOW, TCN, a_booking, card_images, spoiled

# file: record types, (type, compression, width, height, positions) of every image
REFERENCE = {
    "type-3.an2": ([1, 2, 3], [(3, "NONE", 402, 376, (2,))]),
    "type-4-14-slaps.an2": (
        [1, 2, 4, 4, 14],
        [
            (4, "WSQ20", 1608, 1000, (14,)),
            (4, "WSQ20", 1572, 1000, (13,)),
            (14, "WSQ20", 804, 1000, (15,)),
        ],
    ),
    "type-5.an2": ([1, 2, 5], [(5, "NONE", 402, 376, (2,))]),
    "type-6.an2": ([1, 2, 6], [(6, "NONE", 804, 752, (2,))]),
    "type-8-sig-fax.an2": ([1, 2, 8], [(8, "FAX4", 200, 60, ())]),
    "type-8-sig-raw.an2": ([1, 2, 8], [(8, "NONE", 200, 60, ())]),
    "type-8-sig.an2": ([1, 2, 8], [(8, "NONE", 1968, 197, ())]),
    "type-10-branded-tattoo-mark.an2": ([1, 2, 10, 10], [(10, "JPEGB", 640, 400, ())] * 2),
    "type-10-14-17-piv-index-iris.an2": (
        [1, 2, 10, 17, 14, 14],
        [
            (10, "JPEGB", 480, 640, ()),
            (17, "PNG", 449, 312, ()),
            (14, "JPEGL", 288, 512, (2,)),
            (14, "JPEGL", 288, 464, (7,)),
        ],
    ),
    "type-13-tip-eji-wsq.an2": (
        [1, 2, 13, 13, 13, 13, 13],
        [
            (13, "WSQ20", 344, 370, (19,)),
            (13, "WSQ20", 678, 1426, (19,)),
            *[(13, "WSQ20", 399, 1460, (19,))] * 3,
        ],
    ),
    "type-14-amp-nqm-utf8.an2": (
        [1, 2, 14, 14, 14],
        [
            (14, "WSQ20", 804, 1000, (15,)),
            (14, "WSQ20", 1572, 1000, (13,)),
            (14, "WSQ20", 1608, 1000, (14,)),
        ],
    ),
}
ALL = sorted(path.name for path in GOLDEN.glob("*.an2"))


def test_the_reference_files_are_the_ones_that_were_noted():
    noted = dict(reversed(line.split()) for line in (GOLDEN / "SHA256SUMS").read_text().splitlines())
    assert {name: hashlib.sha256((GOLDEN / name).read_bytes()).hexdigest() for name in ALL} == noted


@pytest.mark.parametrize("name", ALL)
def test_a_reference_file_is_written_back_byte_for_byte(name: str):
    data = (GOLDEN / name).read_bytes()
    read = parse(data)
    assert emit(read) == data
    assert read.warnings == ()
    assert b"".join(record.raw for record in read.records) == data


@pytest.mark.parametrize("name", REFERENCE)
def test_a_reference_file_shows_its_records_and_images(name: str):
    read = parse((GOLDEN / name).read_bytes())
    images = [(view.type, view.compression, view.width, view.height, view.positions) for view in read.images()]
    assert ([record.type for record in read.records], images) == REFERENCE[name]


def test_the_order_of_a_card_is_the_senders():
    views = parse((GOLDEN / "type-4-tpcard.an2").read_bytes()).images()
    assert [view.positions[0] for view in views] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 12, 11, 13]
    assert {view.ppi for view in views} == {500.0}
    assert views[0].data.startswith(b"\xff\xa0\xff\xa8")


def test_declared_utf8_is_read_as_such():
    read = parse((GOLDEN / "type-14-amp-nqm-utf8.an2").read_bytes())
    assert read.records[1].text("2.003") == "two chinese characters: 華裔"
    assert read.of_type(14)[2].values("14.018") == [["9", "XX"]]
    assert [items[0] for items in read.of_type(14)[2].values("14.022")] == ["7", "8", "10"]


def test_header_values_are_found_by_name():
    read = parse(a_booking())
    assert (read.tot, read.tcn, read.ori, read.dai) == ("CAR", TCN, "ZZTX00101", "ZZFBI0001")
    assert (read.version, read.date, read.tcr) == ("0500", "20261122", None)
    assert read.records[1].values("2.047") == [["20261120", "PETTY THEFT"], ["", "TRESPASS"]]
    assert read.records[1].text("2.047") == "20261120"
    assert read.records[1].values("2.999") == []


def an_old_file(body: bytes, contents: bytes = b"1\x1f1\x1e2\x1f00", more: bytes = b"") -> bytes:
    """A file with hand-written tags; `@@@` in `body` becomes its length."""

    def measured(record: bytes) -> bytes:
        return record.replace(b"@@@", b"%03d" % len(record))

    header = b"1.01:@@@\x1d1.02:0400\x1d1.03:" + contents + b"\x1d1.04:CAR\x1d1.09:" + TCN.encode() + more + b"\x1c"
    return measured(header) + measured(body)


def test_t9_a_repeated_field_is_readable_and_keeps_its_order():
    body = b"2.001:@@@\x1d2.002:00\x1d2.034:01\x1fUN\x1d2.018:SYNTH,A\x1d2.034:02\x1fWU\x1c"
    record = parse(an_old_file(body)).records[1]
    assert [field.tag for field in record.fields] == ["2.001", "2.002", "2.034", "2.018", "2.034"]
    assert record.values("2.034") == [["01", "UN"], ["02", "WU"]]


def test_t14_old_spellings_zeros_and_names_stay_as_written():
    data = an_old_file(b"2.1:0@@@\x1d2.02:00\x1d2.18:SYNTH, ALEX\x1d2.2085:X\x1c".replace(b"0@@@", b"@@@"))
    read = parse(data)
    assert emit(read) == data
    assert [field.tag for field in read.records[1].fields] == ["2.001", "2.002", "2.018", "2.2085"]
    assert read.records[1].text("2.018") == "SYNTH, ALEX"
    assert read.tcn == TCN


def test_a_separator_after_the_last_entry_of_the_contents_is_tolerated():
    data = an_old_file(b"2.001:@@@\x1d2.002:00\x1c", contents=b"1\x1f1\x1e2\x1f00\x1e")
    assert emit(parse(data)) == data
    with pytest.raises(CodecError, match="empty"):
        parse(an_old_file(b"2.001:@@@\x1d2.002:00\x1c", contents=b""))


def test_t8_contents_and_record_may_disagree_about_the_idc():
    read = parse(an_old_file(b"2.001:@@@\x1d2.002:07\x1c"))
    [warning] = read.warnings
    assert (warning.code, warning.record, warning.idc) == ("E0004", 1, 7)
    assert "IDC 00" in warning.message
    assert "IDC 07" in warning.message
    assert (read.records[1].idc, read.contents) == (7, [(2, 0)])


def test_t10_zero_padded_positions_are_tolerated_with_a_warning():
    image = card_images()[0].raw
    padded = image[:7] + bytes(5) + image[12:]
    data = a_booking().replace(image, padded)
    read = parse(data)
    assert [warning.code for warning in read.warnings] == ["W0003"]
    assert read.images()[0].positions == (1,)
    assert emit(read) == data


def test_t12_several_positions_and_rare_record_types_survive():
    image = card_images()[0].raw
    several = image[:6] + bytes([0, 1, 2, 3, 4, 5]) + image[12:]
    rare = [
        text_record(kind, idc=kind, fields=[(f"{kind}.003", "X")], image=b"\x1c\x1d1") for kind in (18, 20, 21, 98, 99)
    ]
    built = transaction(tot="CAR", ori="A", dai="B", tcn=TCN, date="20261122", gmt=NOW, records=rare)
    assert [record.type for record in parse(emit(built)).records] == [1, 18, 20, 21, 98, 99]
    read = parse(a_booking().replace(image, several))
    assert read.images()[0].positions == (0, 1, 2, 3, 4, 5)
    assert read.warnings == ()


def test_t3_a_decoy_before_the_image_is_reported_and_kept():
    decoy = text_record(13, idc=1, fields=[("13.003", "4")], image=b"12345\x1d13.999:\xff\xd8\xff")
    read = parse(emit(transaction(tot="CAR", ori="A", dai="B", tcn=TCN, date="20261122", records=[decoy])))
    assert [(warning.code, warning.tag) for warning in read.warnings] == [("E0005", "13.999")]
    assert read.images()[0].data == b"12345\x1d13.999:\xff\xd8\xff"


def test_t11_no_type_2_and_two_records_of_one_idc_are_readable():
    photo = text_record(10, idc=1, fields=[("10.003", "FACE")], image=b"")
    read = parse(emit(transaction(tot="CAR", ori="A", dai="B", tcn=TCN, date="20261122", records=[photo, photo])))
    assert [(record.type, record.idc) for record in read.records] == [(1, None), (10, 1), (10, 1)]
    assert read.images()[0].size == 0


def test_t13_promised_records_that_are_absent_are_a_clean_rejection():
    data = an_old_file(b"", contents=b"1\x1f14" + b"".join(b"\x1e4\x1f%02d" % n for n in range(14)))
    with pytest.raises(CodecError) as caught:
        parse(data)
    assert (caught.value.code, caught.value.record_type, caught.value.idc) == ("E0004", 4, -1)


def test_an_empty_last_field_is_tolerated():
    data = an_old_file(b"2.001:@@@\x1d2.002:00\x1d\x1c")
    read = parse(data)
    assert [warning.code for warning in read.warnings] == ["W0001"]
    assert emit(read) == data


def test_latin_1_without_declaration_is_read_with_a_warning():
    read = parse(an_old_file(b"2.001:@@@\x1d2.002:00\x1d2.018:MU\xd1OZ\x1c"))
    assert read.records[1].text("2.018") == "MUÑOZ"
    assert [(warning.code, warning.tag, warning.tolerated) for warning in read.warnings] == [("W0002", "2.018", True)]


def test_declared_utf8_that_is_not_utf8_is_an_error_for_the_validator():
    data = an_old_file(b"2.001:@@@\x1d2.002:00\x1d2.018:\xc0\xaf\x1c", more=b"\x1d1.15:003\x1fUTF-8")
    assert [(warning.code, warning.tag) for warning in parse(data).warnings] == [("E0002", "2.018")]


def test_a_type_7_of_unknown_layout_is_kept_whole():
    opaque = (9).to_bytes(4, "big") + b"\x01\xfe\xfe\xfe\xfe"
    data = an_old_file(opaque, contents=b"1\x1f1\x1e7\x1f01")
    read = parse(data)
    assert emit(read) == data
    assert [field.tag for field in read.records[1].fields] == ["7.001", "7.002", "7.003"]
    assert read.images() == []


def test_a_record_separator_inside_a_text_record_is_refused():
    with pytest.raises(CodecError, match="record separator") as caught:
        parse(an_old_file(b"2.001:@@@\x1d2.002:00\x1d2.018:SYNTH\x1c,A\x1c"))
    assert (caught.value.code, caught.value.record, caught.value.tag) == ("E0004", 1, "2.001")


def test_an_error_says_where_in_one_line():
    with pytest.raises(CodecError) as caught:
        parse(spoiled(a_booking(), 1, b"2.018:", b"2.018;"))
    error = caught.value
    assert (error.code, error.record, error.record_type, error.tag) == ("E0005", 1, 2, "2.016")
    assert a_booking()[error.offset :].startswith(b"2.018:") or error.offset
    assert "\n" not in str(error)
    assert "record 1" in str(error)


@pytest.mark.parametrize("end", [b"\x1d", b"\x1c"])
def test_a_header_can_be_read_from_a_broken_file(end: bytes):
    whole = a_booking()
    cut = whole.index(TCN.encode()) + len(TCN)
    header = read_header(whole[:cut] + end)
    assert header is not None
    assert (header.tot, header.ori, header.dai, header.tcn) == ("CAR", "ZZTX00101", "ZZFBI0001", TCN)
    cut_off = read_header(whole[:cut])
    assert cut_off is not None
    assert cut_off.tcn is None


@pytest.mark.parametrize("data", [b"", b"x", b"<html>", b"%PDF-1.7", b"PK\x03\x04", b"2.001:9\x1c"])
def test_what_is_no_transaction_has_no_header(data: bytes):
    assert read_header(data) is None


def test_the_reference_files_carry_their_notice_and_stay_small():
    assert "public domain" in (GOLDEN / "NOTICE").read_text()
    assert sum(path.stat().st_size for path in GOLDEN.iterdir()) < 3_000_000
