# SPDX-License-Identifier: Apache-2.0
"""The catalogue of bad input as whole files for a running system. In: today. Out: rows with what is to be expected.

`door`: the HTTP status of a file that is refused where it comes in. Otherwise one ERRT is due, whose messages hold
`code` and, where a place is known, `tag`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count

import numpy as np

from secure_communities.interchange import files, xml
from secure_communities.interchange.itl import Record, Value, fingerprint_record, parse
from secure_communities.platform import clock
from tests.builders.images import encode
from tests.builders.transactions import GOLDEN, a_booking, card_images, spoiled
from tests.interchange.test_bad_input import FIELD_FAULTS, HOSTILE, a_tagged_image
from tests.interchange.xml.hostile import HOSTILE_XML, XINCLUDE

IMAGES = card_images()
WSQ = GOLDEN.parent / "wsq"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Row:
    """One bad file: its row in the catalogue, the bytes, the answer due."""

    number: int
    name: str
    content: bytes
    door: int | None = None
    code: str | None = None
    tag: str | None = None

    @property
    def tcn(self) -> str:
        header = files.read_header(self.content)
        return next_field(self.content, b"1.009:") if header is None else (header.tcn or "").strip("\x1c")

    def __str__(self) -> str:
        return f"row {self.number}: {self.name}"


def next_field(content: bytes, tag: bytes) -> str:
    start = content.index(tag) + len(tag)
    return content[start : content.index(b"\x1d", start)].decode("ascii", "replace").strip("\x1c")


def a_file(**options: object) -> bytes:
    """A booking of today under a fresh number; wrong in nothing but `options`."""
    today = clock.now().date()
    person: dict[str, Value | None] = {"2.045": f"{today:%Y%m%d}", "2.047": [[f"{today:%Y%m%d}", "PETTY THEFT"]]}
    person |= options.pop("person", None) or {}  # type: ignore[operator]
    options.setdefault("tcn", f"SYNZZTX00101-CATALOGUE-{next(_numbers):06d}")
    options.setdefault("date", today)
    return a_booking(person=person, **options)  # type: ignore[arg-type]


def with_image(index: int, record: Record) -> bytes:
    return a_file(images=[record if place == index else one for place, one in enumerate(IMAGES)])


def edited(index: int, at: int, new: bytes) -> bytes:
    """A booking whose image number `index` has other bytes at one place of its record."""
    raw = IMAGES[index].raw
    return a_file().replace(raw, raw[:at] + new + raw[at + len(new) :])


def sent_as(images: dict[int, tuple[int, int]]) -> bytes:
    """A booking where the record at a place carries (the image of another place, under a finger position)."""
    content = a_file()
    for place, (source, position) in images.items():
        raw, other = IMAGES[place].raw, IMAGES[source].raw
        content = content.replace(raw, other[:4] + raw[4:5] + other[5:6] + bytes([position]) + other[7:])
    return content


def wsq(data: bytes, *, width: int, height: int) -> Record:
    return fingerprint_record(idc=1, impression=3, positions=[1], width=width, height=height, compression=1, data=data)


def drawn(pixels: np.ndarray) -> Record:  # type: ignore[type-arg]
    height, width = pixels.shape
    return wsq(encode(pixels, "WSQ20"), width=width, height=height)


def rows() -> list[Row]:
    return [*whole_files(), *images(), *texts(), *addresses()]


def whole_files() -> Iterator[Row]:
    for junk in (b"", b"1", b"<html></html>", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(26)):
        yield Row(1, f"no transaction {junk[:6]!r}", junk, door=400)
    whole = a_file(images=[])
    known = whole.index(b"\x1d", whole.index(b"1.009:")) + 1
    for length in (8, known - 10, known - 2):
        yield Row(2, f"cut at {length}", whole[:length], door=400 if length < 8 else 422)
    for beyond in (0, 1, 40):
        fresh = a_file(images=[])
        yield Row(2, f"cut {beyond} behind its number", fresh[: known + beyond], code="E0004")
    yield Row(2, "cut in an image", a_file()[:-100], code="E0004", tag="TYPE 4")
    for wrong in (b"1", b"-5", b"9" * 30, b"+5"):
        fresh = a_file()
        yield Row(3, f"1.001 is {wrong[:3]!r}", b"1.001:" + wrong + fresh[fresh.index(b"\x1d") :], code="E0004")
    yield Row(4, "a record is missing", a_file()[: -len(IMAGES[-1].raw)], code="E0004", tag="TYPE 4")
    for extra in (b"\n", IMAGES[0].raw):
        yield Row(5, f"{len(extra)} bytes too many", a_file() + extra, code="E0004")
    contents = b"1.003:1\x1f15\x1e2\x1f00"
    for broken in (b"1.003:2\x1f15\x1e2\x1f00", b"1.003:1\x1fXV\x1e2\x1f00", contents[:-5] + b"\x1e4\x1f00" * 99_999):
        yield Row(6, "contents", spoiled(a_file(), 0, contents, broken), code="E0005", tag="1.003")
    yield Row(7, "another IDC", spoiled(a_file(), 0, b"4\x1f03", b"4\x1f33"), code="E0004", tag="33")
    last = IMAGES[-1].raw
    for length in (0, 4, 17, 0xFFFFFFFF):
        fresh = a_file()[: -len(last)] + length.to_bytes(4, "big") + last[4:]
        yield Row(8, f"a Type-4 of {length} bytes", fresh, code="E0004")


def images() -> Iterator[Row]:
    yield Row(9, "another size", edited(0, 15, (750).to_bytes(2, "big")), code="E0006", tag="4.006")
    jpeg = parse((GOLDEN / "type-10-branded-tattoo-mark.an2").read_bytes()).images()[0].data
    yield Row(10, "JPEG called WSQ", with_image(0, wsq(jpeg, width=640, height=400)), code="E0002", tag="4.008")
    raw = replace_raw(99)
    yield Row(11, "a raw image of 99 bytes for 100", with_image(0, raw), code="E0002", tag="4.009")
    bomb = bytearray(IMAGES[0].image.raw)  # type: ignore[union-attr]
    frame = bomb.index(b"\xff\xa2")
    bomb[frame + 6 : frame + 10] = b"\xff\xff\xff\xff"
    yield Row(12, "a bomb", with_image(0, wsq(bytes(bomb), width=65535, height=65535)), code="E0003", tag="4.009")
    for path in sorted(WSQ.glob("crash-*.wsq")):
        data = path.read_bytes()
        at = data.index(b"\xff\xa2")
        height, width = (int.from_bytes(data[at + 6 + 2 * i : at + 8 + 2 * i], "big") for i in range(2))
        yield Row(13, path.stem, with_image(0, wsq(data, width=width, height=height)), code="E000")
    for position in (0, 16, 200):
        yield Row(14, f"finger {position}", edited(0, 6, bytes([position])), code="E0003", tag="4.004")
    yield Row(14, "impression 99", edited(0, 5, b"\x63"), code="E0003", tag="4.003")
    yield Row(15, "one finger twice", edited(1, 6, b"\x01"), code="E0006", tag="4.004")
    nine = [one for one in IMAGES if one.fields[3].values != [["3"]]]
    yield Row(15, "nine of ten", a_file(images=nine), code="E0006", tag="2.084")
    yield Row(16, "missing and there", a_file(person={"2.084": [["03", "UP"]]}), code="E0006", tag="2.084")
    slaps_swapped = sent_as({10: (10, 13), 13: (13, 14)})
    yield Row(17, "slaps under each other's number", slaps_swapped, code="L0009", tag="4.004")
    yield Row(17, "two rolled prints swapped", sent_as({1: (1, 3), 2: (2, 2)}), code="L0009", tag="4.004")
    one_finger = sent_as({place: (0, place + 1) for place in range(10)})
    yield Row(17, "one finger ten times", one_finger, code="L0009", tag="4.004")
    noise = np.random.default_rng(3).integers(0, 256, (600, 600)).astype(np.uint8)
    for name, pixels in {
        "blank": np.full((600, 600), 235, np.uint8),
        "saturated": np.zeros((600, 600), np.uint8),
        "noise": noise,
    }.items():
        yield Row(18, name, with_image(0, drawn(pixels)), code="L0008", tag="4.")
    yield Row(19, "no resolution", a_file(native_resolution="00.00"), code="E0006", tag="1.011")
    box = [["1", "300", "805", "100", "400"]]
    fourteen = a_file(images=[*IMAGES[:10], a_tagged_image(f021=box)])
    yield Row(20, "a box outside", fourteen, code="E0003", tag="14.021")


def replace_raw(size: int) -> Record:
    return fingerprint_record(idc=1, impression=3, positions=[1], width=10, height=10, compression=0, data=bytes(size))


def texts() -> Iterator[Row]:
    relative = {"birth in the future", "arrest in the future", "offence date without offence"}
    for name, (person, (code, tag)) in FIELD_FAULTS.items():
        if name not in relative:  # those depend on the builder's own day
            yield Row(21, name, a_file(person=person), code=code, tag=tag)
    late = clock.now().date() + timedelta(days=3)
    yield Row(21, "dated in three days", a_file(date=late), code="E0003", tag="1.005")
    many = dict.fromkeys(("2.018", "2.020", "2.024", "2.025", "2.031", "2.032", "2.073"))
    yield Row(21, "everything missing", a_file(person={**many, "2.027": "590", "2.029": "049"}), code="E0001")
    for old, new in ((b"2.018:", b"4.018:"), (b"2.018:", b"2.018"), (b"2.018:", b"2.0:")):
        yield Row(22, f"tag {new!r}", spoiled(a_file(), 1, old, new), code="E0005")
    for name, text in HOSTILE.items():
        fresh = a_file()
        old = b"2.018:" + parse(fresh).records[1].occurrences("2.018")[0].raw
        yield Row(23, name, spoiled(fresh, 1, old, b"2.018:" + text), code="E000")
    for tcn in ("SYN<script>alert(1)", "=cmd|' /C calc'!A0", "SYN' OR '1'='1", "SYN-0000001\r\nBcc: x"):
        yield Row(23, f"number {tcn[:8]!r}", a_file(tcn=tcn), door=422)


def addresses() -> Iterator[Row]:
    yield Row(24, "unknown type", a_file(tot="XYZ"), code="A0004", tag="1.004")
    yield Row(24, "a type of the standard that is not ours", a_file(tot="FANC"), code="A0004", tag="1.004")
    for tot in ("SRE", "ERRT"):
        yield Row(24, f"{tot} posted", a_file(tot=tot), door=422)
    yield Row(24, "another destination", a_file(dai="ZZFBI0009"), door=422)
    yield Row(24, "another agency", a_file(ori="ZZTX00102"), door=403)
    fields = b"".join(b"2.%d:A\x1d" % number for number in range(300, 40_300))
    yield Row(25, "40,000 fields", spoiled(a_file(), 1, b"2.018:", fields + b"2.018:"), code="E0005")
    subfields = b"2.019:" + b"\x1e".join([b"SAMPLE,A"] * 200_000) + b"\x1d2.020:"
    tiny = a_file() + b"2.001:15\x1d2.002:0\x1c" * 100_000
    yield Row(25, "100,000 tiny records", tiny, code="E0004")
    yield Row(25, "200,000 subfields", spoiled(a_file(), 1, b"2.020:", subfields), code="E000")
    yield from xml_documents()


def xml_documents() -> Iterator[Row]:
    for name, content in HOSTILE_XML.items():
        yield Row(25, f"XML: {name}", content, door=400)
    for name, old, new, code, tag in (
        ("base64 garbage", b"<nc:BinaryBase64Object>", b"<nc:BinaryBase64Object>!!", "E0002", "BinaryBase64Object"),
        ("XInclude", b"<nc:PersonSurName>", XINCLUDE + b"<nc:PersonSurName>", "E0005", "include"),
        ("unknown element", b"<j:PersonSexCode>", b"<j:Strange/><j:PersonSexCode>", "E0005", "j:Strange"),
        ("number too large", b"<biom:CaptureResolutionCode>", b"<biom:CaptureResolutionCode>99999", "E0003", "4.005"),
    ):
        whole = xml.emit(parse(a_file()))
        assert old in whole
        yield Row(25, f"XML: {name}", whole.replace(old, new, 1), code=code, tag=tag)
    yield Row(21, "XML: no name", xml.emit(parse(a_file(person={"2.018": None}))), code="E0001", tag="2.018")
    yield Row(24, "XML: another agency", xml.emit(parse(a_file(ori="ZZTX00102"))), door=403)


@cache
def all_rows() -> tuple[Row, ...]:
    return tuple(rows())
