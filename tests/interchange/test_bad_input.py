# SPDX-License-Identifier: Apache-2.0
"""The catalogue of bad input: every case is refused with the right code in the right place, and answered safely."""

from __future__ import annotations

from datetime import timedelta

import pytest

from secure_communities.interchange.itl import (
    CodecError,
    Finding,
    Record,
    emit,
    fingerprint_record,
    parse,
    text_record,
    with_field,
)
from secure_communities.interchange.profiles import profile_for, validate
from secure_communities.interchange.responses import answerable, error_response
from tests.builders.transactions import GOLDEN, JAIL, NOW, REGISTER, TCN, TODAY, a_booking, card_images, spoiled

CAR = "ebts-10.0/CAR"
IMAGES = list(card_images())


def findings_of(data: bytes, *, destination: str | None = REGISTER) -> list[Finding]:
    """What is wrong with a file that was handed in, readable or not."""
    try:
        read = parse(data)
    except CodecError as error:
        return [error.finding]
    return validate(read, profile_for(read) or CAR, received_on=TODAY, destination=destination)


def places(data: bytes) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.tag) for finding in findings_of(data)]


def check_answer(data: bytes) -> list[str]:
    """The one error answer to `data`, checked against everything an answer must be; its messages."""
    try:
        request = parse(data)
    except CodecError:
        request = answerable(data)
        assert request is not None
    answer = error_response(request, tcn="SYNFBI-0000001", date=TODAY, gmt=NOW, findings=findings_of(data))
    assert (answer.tot, answer.tcr, answer.ori, answer.dai) == ("ERRT", TCN, REGISTER, JAIL)
    again = parse(emit(answer))
    assert again == answer
    assert validate(again, profile_for(again) or "", received_on=TODAY) == []
    return [items[0] for items in again.records[1].values("2.060")]


def replaced(index: int, record: Record) -> list[Record]:
    return [*IMAGES[:index], record, *IMAGES[index + 1 :]]


def a_tagged_image(**changes: str | bytes | None) -> Record:
    """A Type-14 right thumb from a NIST slap file (two thumbs, 804 × 1000), fields changed by name."""
    original = parse((GOLDEN / "type-14-amp-nqm-utf8.an2").read_bytes()).of_type(14)[0]
    fields = {field.tag: field.values for field in original.fields[2:-1]} | {"14.004": JAIL, "14.005": "20261121"}
    image = changes.pop("image", original.image.raw)
    fields |= {"14." + name.removeprefix("f"): value for name, value in changes.items()}
    ordered = sorted((tag, value) for tag, value in fields.items() if value is not None)
    return text_record(14, idc=15, fields=ordered, image=image)


def test_a_good_booking_has_no_findings():
    assert findings_of(a_booking()) == []
    assert findings_of(a_booking(images=[*IMAGES[:10], a_tagged_image()])) == []


# ---- rows 1–8: the file as a whole -------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"1", b"<html></html>", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(26), b"\0" * 64])
def test_row_1_what_is_no_transaction_gets_no_answer(data: bytes):
    assert answerable(data) is None
    assert [finding.code for finding in findings_of(data)] == ["E0004"]


def test_row_2_a_file_cut_anywhere_is_refused_and_answered_once_its_tcn_is_known():
    whole = a_booking(images=[])
    known = whole.index(TCN.encode()) + len(TCN) + 1
    for length in range(len(whole)):
        prefix = whole[:length]
        with pytest.raises(CodecError) as caught:
            parse(prefix)
        assert caught.value.code in ("E0004", "E0005")
        assert (answerable(prefix) is not None) == (length >= known)
    cut_in_an_image = a_booking()[:-100]
    assert places(cut_in_an_image) == [("E0004", "4.001")]
    assert check_answer(cut_in_an_image)[0].startswith("E0004: RECORD TYPE 4")


@pytest.mark.parametrize("length", [b"%d", b"-%d", b"+%d", b" %d", b"%d.0", b"9" * 30, b"", b"0"])
@pytest.mark.parametrize("off_by", [-1, 1])
def test_row_3_a_wrong_length_is_refused(length: bytes, off_by: int):
    data = a_booking()
    old = data[: data.index(b"\x1d")]
    value = int(old.split(b":")[1])
    wrong = length % (value + off_by) if b"%d" in length else length
    assert places(b"1.001:" + wrong + data[len(old) :]) == [("E0004", "1.001")]


def test_row_4_a_promised_record_that_is_absent_is_named():
    data = a_booking()
    short = data[: -len(IMAGES[-1].raw)]
    [finding] = findings_of(short)
    assert (finding.code, finding.idc) == ("E0004", -1)
    assert finding.message.startswith("RECORD TYPE 4 IDC -1")
    assert len(check_answer(short)) == 1


@pytest.mark.parametrize("extra", [b"\n", b"\0\0", IMAGES[0].raw])
def test_row_5_bytes_after_the_last_record_are_reported(extra: bytes):
    data = a_booking() + extra
    [finding] = findings_of(data)
    assert (finding.code, finding.offset) == ("E0004", len(data) - len(extra))
    assert emit(parse(data)) == data


@pytest.mark.parametrize(
    "contents",
    [
        b"1.003:2\x1f15\x1e2\x1f00",
        b"1.003:1\x1f14\x1e2\x1f00",
        b"1.003:1\x1fXV\x1e2\x1f00",
        b"1.003:1\x1f15\x1e2\x1fA",
        b"1.003:1\x1f15\x1e2",
        b"1.003:1\x1f15" + b"\x1e4\x1f00" * 99_999 + b"\x1e2\x1f00",
    ],
)
def test_row_6_impossible_contents_are_refused(contents: bytes):
    data = spoiled(a_booking(), 0, b"1.003:1\x1f15\x1e2\x1f00", contents)
    assert places(data) == [("E0005", "1.003")]
    assert check_answer(data)


def test_row_7_a_record_that_contradicts_the_contents_is_named_with_both_idcs():
    data = spoiled(a_booking(), 0, b"4\x1f03", b"4\x1f33")
    [finding] = findings_of(data)
    assert (finding.code, finding.idc, finding.record) == ("E0004", 3, 4)
    assert "IDC 33" in finding.message
    assert "IDC 03" in finding.message
    swapped = spoiled(a_booking(), 0, b"2\x1f00\x1e4\x1f01", b"4\x1f01\x1e2\x1f00")
    assert findings_of(swapped)[0].code == "E0004"


@pytest.mark.parametrize("length", [0, 4, 17, 0xFFFFFFFF, 0x7FFFFFFF])
def test_row_8_an_impossible_binary_length_is_refused(length: int):
    last = IMAGES[-1].raw
    data = a_booking()[: -len(last)] + length.to_bytes(4, "big") + last[4:]
    [finding] = findings_of(data)
    assert finding.code == "E0004"
    assert check_answer(data)


# ---- rows 9–12, 14–16, 19, 20: images and fingers --------------------------------------------------------------------


def test_row_9_a_declared_size_that_is_not_the_frames():
    wrong = IMAGES[0].raw[:15] + (750).to_bytes(2, "big") + IMAGES[0].raw[17:]
    [finding] = findings_of(a_booking().replace(IMAGES[0].raw, wrong))
    assert (finding.code, finding.record, finding.idc, finding.tag) == ("E0006", 2, 1, "4.006")
    assert "804 × 750" in finding.message
    assert places(a_booking(images=[*IMAGES[:10], a_tagged_image(f006="805")])) == [("E0006", "14.006")]


def test_row_10_jpeg_that_is_declared_as_wsq():
    jpeg = parse((GOLDEN / "type-10-branded-tattoo-mark.an2").read_bytes()).images()[0].data
    record = fingerprint_record(idc=1, impression=3, positions=[1], width=640, height=400, compression=1, data=jpeg)
    data = a_booking(images=replaced(0, record))
    assert places(data) == [("E0002", "4.008")]
    assert check_answer(data)[0].startswith("E0002: the compression algorithm (GCA/CGA) declares WSQ20")


@pytest.mark.parametrize("size", [0, 1, 99, 101])
def test_row_11_a_raw_image_of_another_length(size: int):
    record = fingerprint_record(
        idc=1, impression=3, positions=[1], width=10, height=10, compression=0, data=bytes(size)
    )
    assert places(a_booking(images=replaced(0, record))) == [("E0002", "4.009")]


def test_row_11_an_image_field_without_bytes():
    assert places(a_booking(images=[*IMAGES[:10], a_tagged_image(image=b"")])) == [("E0002", "14.999")]


def test_row_12_a_frame_beyond_all_measure_is_refused_from_its_header():
    wsq = bytearray(IMAGES[0].image.raw)
    frame = wsq.index(b"\xff\xa2")
    wsq[frame + 6 : frame + 10] = b"\xff\xff\xff\xff"
    record = fingerprint_record(
        idc=1, impression=3, positions=[1], width=65535, height=65535, compression=1, data=bytes(wsq)
    )
    assert places(a_booking(images=replaced(0, record))) == [("E0003", "4.009")]


@pytest.mark.parametrize("position", [0, 16, 200, 255])
def test_row_14_a_position_that_is_no_finger(position: int):
    raw = IMAGES[0].raw
    assert ("E0003", "4.004") in places(a_booking().replace(raw, raw[:6] + bytes([position]) + raw[7:]))


def test_row_14_an_unknown_impression_or_compression():
    raw = IMAGES[0].raw
    assert places(a_booking().replace(raw, raw[:5] + b"\x63" + raw[6:])) == [("E0003", "4.003")]
    assert places(a_booking().replace(raw, raw[:17] + b"\x4d" + raw[18:])) == [("E0003", "4.008")]
    assert places(a_booking(images=[*IMAGES[:10], a_tagged_image(f011="ZIP")])) == [("E0003", "14.011")]
    assert places(a_booking(images=[*IMAGES[:10], a_tagged_image(f003="99")])) == [("E0003", "14.003")]


def test_trap_7_missing_scale_fields_are_all_reported():
    image = a_tagged_image(f008=None, f009=None, f010=None, f011=None)
    tags = [(code, tag) for code, tag in places(a_booking(images=[*IMAGES[:10], image]))]
    assert tags == [("E0001", f"14.{number:03d}") for number in (8, 9, 10, 11)]


def test_row_15_a_finger_that_comes_twice():
    raw = IMAGES[1].raw
    found = findings_of(a_booking().replace(raw, raw[:6] + b"\x01" + raw[7:]))
    assert [(finding.code, finding.tag, finding.record) for finding in found] == [
        ("E0006", "2.084", 1),
        ("E0006", "4.004", 3),
    ]


def test_row_15_a_missing_finger_needs_its_reason():
    nine = [image for image in IMAGES if image.fields[3].values != [["3"]]]
    [finding] = findings_of(a_booking(images=nine))
    assert (finding.code, finding.tag) == ("E0006", "2.084")
    assert "finger 3" in finding.message
    assert findings_of(a_booking(images=nine, person={"2.084": [["03", "XX"]]})) == []


def test_row_16_a_finger_both_missing_and_present():
    assert places(a_booking(person={"2.084": [["03", "UP"]]})) == [("E0006", "2.084")]


def test_row_19_resolutions_that_contradict_the_images():
    assert places(a_booking(native_resolution="00.00")) == [("E0006", "1.011"), ("E0006", "1.012")]
    assert places(a_booking(native_resolution="19.69", transmitting_resolution="39.37")) == [("E0006", "1.012")]
    assert places(a_booking(native_resolution="19690")) == [("E0002", "1.011"), ("E0002", "1.012")]


@pytest.mark.parametrize(
    "box",
    [
        ["1", "400", "300", "100", "400"],
        ["1", "300", "300", "100", "400"],
        ["1", "300", "400", "400", "400"],
        ["1", "300", "805", "100", "400"],
        ["1", "300", "400", "100", "1001"],
        ["2", "300", "400", "100", "400"],
    ],
)
def test_row_20_a_box_that_cannot_be(box: list[str]):
    assert places(a_booking(images=[*IMAGES[:10], a_tagged_image(f021=[box])])) == [("E0003", "14.021")]


def test_row_20_eleven_boxes():
    boxes = [["1", "100", "200", "100", "200"]] * 11
    assert places(a_booking(images=[*IMAGES[:10], a_tagged_image(f021=boxes)])) == [("E0003", "14.021")]
    assert places(a_booking(images=[*IMAGES[:10], a_tagged_image(f021=boxes[:2])])) == []


# ---- rows 21–25: text ---------------------------------------------------------------------------------------------

TOMORROW = f"{TODAY + timedelta(days=1):%Y%m%d}"
DAY_AFTER = f"{TODAY + timedelta(days=2):%Y%m%d}"

FIELD_FAULTS = {
    "missing NAM": ({"2.018": None}, ("E0001", "2.018")),
    "empty NAM": ({"2.018": ""}, ("E0001", "2.018")),
    "30 February": ({"2.022": "19800230"}, ("E0002", "2.022")),
    "partial birth date": ({"2.022": "19800000"}, ("E0002", "2.022")),
    "birth in the future": ({"2.022": TOMORROW}, ("E0003", "2.022")),
    "arrest in the future": ({"2.045": DAY_AFTER}, ("E0003", "2.045")),
    "height 590": ({"2.027": "590"}, ("E0003", "2.027")),
    "height 800": ({"2.027": "800"}, ("E0003", "2.027")),
    "height in letters": ({"2.027": "5FT"}, ("E0002", "2.027")),
    "weight 049": ({"2.029": "049"}, ("E0003", "2.029")),
    "offence date without offence": ({"2.047": [["20261120", ""]]}, ("E0001", "2.047")),
    "offence date alone": ({"2.047": "20261120"}, ("E0001", "2.047")),
    "41 offences": ({"2.047": [["", "THEFT"]] * 41}, ("E0003", "2.047")),
    "an item too many": ({"2.047": [["", "THEFT", "X"]]}, ("E0005", "2.047")),
    "long offence": ({"2.047": [["", "T" * 301]]}, ("E0003", "2.047")),
    "sex": ({"2.024": "Q"}, ("E0002", "2.024")),
    "race": ({"2.025": "H"}, ("E0002", "2.025")),
    "eyes": ({"2.031": "RED"}, ("E0002", "2.031")),
    "hair": ({"2.032": "HAZ"}, ("E0002", "2.032")),
    "retention": ({"2.005": "X"}, ("E0002", "2.005")),
    "rap sheet": ({"2.070": "X"}, ("E0002", "2.070")),
    "adult": ({"2.087": "X"}, ("E0002", "2.087")),
    "a sentence without its text": ({"2.051": [["20261101", "THEFT", ""]]}, ("E0001", "2.051")),
    "attention with a full stop": ({"2.006": "SGT. SAMPLE"}, ("E0002", "2.006")),
    "short security number": ({"2.016": "0001234"}, ("E0003", "2.016")),
    "custody before arrest": ({"2.054": "20261001", "2.055": "HELD"}, ("E0006", "2.054")),
    "custody text without start": ({"2.055": "HELD"}, ("E0006", "2.055")),
}


@pytest.mark.parametrize("name", FIELD_FAULTS)
def test_row_21_a_faulty_field_is_named(name: str):
    person, place = FIELD_FAULTS[name]
    data = a_booking(person=person)
    assert places(data) == [place]
    assert place[1] in check_answer(data)[0]


def test_row_21_the_date_may_be_one_day_ahead_only():
    assert places(a_booking(date=TOMORROW)) == []
    assert places(a_booking(date=TOMORROW, person={"2.045": TOMORROW})) == []
    assert places(a_booking(date=DAY_AFTER)) == [("E0003", "1.005")]
    assert places(a_booking(date="20261131")) == [("E0002", "1.005")]


def test_row_21_every_fault_is_listed_in_at_most_eleven_messages():
    person = dict.fromkeys(("2.018", "2.020", "2.024", "2.025", "2.031", "2.032", "2.045", "2.047", "2.073"))
    data = a_booking(person=person | {"2.022": "19800230", "2.027": "590", "2.029": "049", "2.005": "X"})
    found = findings_of(data)
    assert len(found) == 13
    messages = check_answer(data)
    assert len(messages) <= 11
    assert all(any(finding.tag in message for message in messages) for finding in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"2.018:", b"4.018:"),
        (b"2.018:", b"2.018"),
        (b"2.018:", b"2.0:"),
        (b"2.018:", b":"),
        (b"2.018:", b"2.018:SYNTH,B\x1d2.018:"),
        (b"2.018:", b"\x1d2.018:"),
    ],
)
def test_row_22_tags_that_do_not_belong(old: bytes, new: bytes):
    data = spoiled(a_booking(), 1, old, new)
    assert "E0005" in [finding.code for finding in findings_of(data)]
    assert check_answer(data)


def test_row_22_an_image_field_that_is_repeated():
    image = a_tagged_image(image=b"4711\x1d14.999:\xff\xa0\xff\xa8")
    assert places(a_booking(images=[*IMAGES[:10], image])) == [("E0005", "14.999")]


HOSTILE = {
    "NUL": b"SYNTH,A\x00B",
    "ESC": b"SYNTH,\x1b[31mA",
    "RS": b"SYNTH,A\x1eB",
    "US": b"SYNTH,A\x1fB",
    "GS": b"SYNTH,A\x1dB",
    "overlong": b"SYNTH,A\xc0\xaf",
    "right to left": "SYNTH,A‮B".encode(),
    "header": b"SYNTH,A\r\nBcc: x",
    "formula": b"=cmd,A",
    "script": b"<script>alert(1)</script>,A",
    "quote": b"SYNTH,A' OR '1",
}


@pytest.mark.parametrize("tag", ["2.018", "2.006"])
@pytest.mark.parametrize("name", HOSTILE)
def test_row_23_hostile_text_is_refused_and_never_repeated(name: str, tag: str):
    record = parse(a_booking()).records[1]
    old = tag.encode() + b":" + record.occurrences(tag)[0].raw
    data = spoiled(a_booking(), 1, old, tag.encode() + b":" + HOSTILE[name])
    found = findings_of(data)
    assert found[0].code == ("E0005" if name == "GS" else "E0002")
    answer = error_response(answerable(data), tcn="SYNFBI-0000001", date=TODAY, gmt=NOW, findings=found)
    for raw in (emit(answer), *(str(finding).encode() for finding in found)):
        text = raw.split(b"2.060:")[-1].rstrip(b"\x1c")
        assert HOSTILE[name] not in raw
        assert not any(mark in text for mark in (b"<", b">", b"'", b'"', b"=", b"\x1b", b"\x00", b"\r", b"\n", b"\xc0"))
    assert check_answer(data)


@pytest.mark.parametrize("tcn", ["<script>alert(1)", "=cmd|' /C calc'!A0", "SYN' OR '1'='1", "SYN-0000001\r\nBcc: x"])
def test_row_23_a_hostile_control_number_is_refused_and_not_answered(tcn: str):
    data = a_booking(tcn=tcn)
    assert ("E0002", "1.009") in places(data)
    assert answerable(data) is None
    assert not any(tcn in str(finding) for finding in findings_of(data))


def test_row_24_an_unknown_type_of_transaction():
    data = a_booking(tot="XYZ")
    assert ("H0002", "1.004") in places(data)
    assert check_answer(data)


@pytest.mark.parametrize("tot", ["SRE", "ERRT", "ERRB"])
def test_row_24_an_answer_that_is_handed_in_is_refused_and_never_answered(tot: str):
    data = a_booking(tot=tot)
    assert ("A0004", "1.004") in places(data)
    assert answerable(data) is None
    with pytest.raises(ValueError, match="answer"):
        error_response(parse(data), tcn="SYNFBI-0000001", date=TODAY, gmt=NOW, findings=findings_of(data))


def test_row_24_another_destination():
    data = a_booking(dai="ZZFBI0009")
    assert places(data) == [("H0002", "1.007")]
    assert findings_of(data, destination=None) == []


def test_row_25_more_fields_than_are_read():
    fields = b"".join(b"2.%d:A\x1d" % number for number in range(300, 40_300))
    data = spoiled(a_booking(), 1, b"2.018:", fields + b"2.018:")
    [finding] = findings_of(data)
    assert finding.code == "E0005"
    assert len(check_answer(data)) == 1


def test_a_good_file_is_judged_the_same_after_all_the_bad_ones():
    for data in (b"", a_booking(person={"2.018": None}), a_booking()[:-5]):
        findings_of(data)
    assert findings_of(a_booking()) == []
    assert with_field(parse(a_booking()), 1, "2.018", "SYNTH,ALEX QUILL").records[1] == parse(a_booking()).records[1]
