# SPDX-License-Identifier: Apache-2.0
"""Row 25 of the catalogue of bad input, on the reader itself: each refusal is quick, small, and says a code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from secure_communities.interchange import files, xml
from secure_communities.interchange.itl import CodecError, parse
from secure_communities.interchange.xml import limits
from tests.builders.transactions import a_booking
from tests.interchange.xml.hostile import HOSTILE_XML, XINCLUDE

ROOT = Path(__file__).resolve().parents[3]
MEASURE = """
import resource, sys, time
from secure_communities.interchange import xml
from secure_communities.interchange.itl import CodecError
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF)
try:
    xml.parse(data)
    code = "read"
except CodecError as error:
    code = error.code
after = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(code, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, int(peak) // 1024)
"""


@pytest.mark.parametrize("name", HOSTILE_XML)
def test_hostile_xml_is_refused_with_a_code_and_its_header_is_not_read(name: str) -> None:
    with pytest.raises(CodecError) as caught:
        xml.parse(HOSTILE_XML[name])
    assert caught.value.code in {"E0002", "E0003", "E0004", "E0005"}
    assert files.read_header(HOSTILE_XML[name]) is None
    assert "hostname" not in str(caught.value)


@pytest.mark.parametrize("name", ["million elements", "one long text", "deep", "attributes", "equals signs"])
def test_refusing_takes_less_than_a_second_and_200_megabytes(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=HOSTILE_XML[name], capture_output=True, check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    code, seconds, megabytes = done.stdout.decode().split()
    assert code.startswith("E") and float(seconds) < 1.0 and int(megabytes) < 200


@pytest.mark.parametrize(
    ("old", "new", "code", "what"),
    [
        (b"<nc:PersonSurName>", XINCLUDE + b"<nc:PersonSurName>", "E0005", "include"),
        (b"<nc:BinaryBase64Object>", b"<nc:BinaryBase64Object>@@", "E0002", "base64"),
        (b"<j:PersonSexCode>", b'<j:PersonSexCode id="1">', "E0005", "attribute"),
        (b"<j:PersonSexCode>", b"<j:PersonSexCode>M</j:PersonSexCode><j:PersonSexCode>", "E0005", "more than once"),
        (b"<ebts:RecordSubject>", b"<ebts:RecordSubject>words", "E0005", "text beside"),
        (
            b"<itl:PackageDescriptiveTextRecord>",
            b"<itl:PackageLatentImageRecord/><itl:PackageDescriptiveTextRecord>",
            "E0004",
            "no record",
        ),
        (b"<biom:RecordCategoryCode>02", b"<biom:RecordCategoryCode>14", "E0004", "does not say 02"),
        (b"<biom:FingerPositionCode>1<", b"<biom:FingerPositionCode>one<", "E0003", "4.004"),
        (b"<itl:PackageDescriptiveTextRecord>", b"<?php 1?><itl:PackageDescriptiveTextRecord>", "E0005", "processing"),
        (b"</nc:PersonSurName>", b"</nc:PersonSurName>words", "E0005", "text beside"),
        (b"<nc:PersonSurName>SYNTH", "<nc:PersonSurName>SYNTÉ".encode(), "E0002", "2.018"),
        (b"<biom:ContentRecordQuantity>15", b"<biom:ContentRecordQuantity>x", "E0005", "1.003"),
    ],
)
def test_what_is_wrong_inside_a_booking_is_named_with_code_element_and_line(
    old: bytes, new: bytes, code: str, what: str
) -> None:
    whole = xml.emit(parse(a_booking()))
    assert old in whole
    with pytest.raises(CodecError) as caught:
        xml.parse(whole.replace(old, new, 1))
    assert caught.value.code == code
    assert what in str(caught.value)


def test_a_package_without_records_is_no_transaction() -> None:
    whole = xml.emit(parse(a_booking()))
    start, end = whole.index(b"<itl:PackageInformationRecord>"), whole.index(b"<itl:PackageDescriptiveTextRecord>")
    for content in (whole[:start] + whole[end:], whole[:start] + b"</itl:NISTBiometricInformationExchangePackage>"):
        with pytest.raises(CodecError, match="first record") as caught:
            xml.parse(content)
        assert caught.value.code == "E0004" and xml.read_header(content) is None


def test_an_image_beyond_the_cap_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMAGE_BYTES", 1000)
    with pytest.raises(CodecError, match="more than 1000 bytes") as caught:
        xml.parse(xml.emit(parse(a_booking())))
    assert caught.value.code == "E0003"
