# SPDX-License-Identifier: Apache-2.0
"""What an image says of itself is read without decoding, and judged before any decoder sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_communities.interchange.images import COMPRESSIONS, ImageHeader, ImageRefused, read_image_header
from tests.builders import images

GRAY = images.ridges(90, 70)
COLOUR = images.photograph(90, 70)


@pytest.mark.parametrize("compression", [name for name in COMPRESSIONS if name != "NONE"])
def test_the_size_of_a_gray_image_is_read(compression: str) -> None:
    header = read_image_header(images.encode(GRAY, compression), compression)
    assert (header.width, header.height, header.bits, header.components) == (90, 70, 8, 1)


@pytest.mark.parametrize("compression", ["JPEGB", "JP2", "PNG"])
def test_the_size_of_a_colour_image_is_read(compression: str) -> None:
    header = read_image_header(images.encode(COLOUR, compression), compression)
    assert (header.width, header.height, header.bits, header.components) == (90, 70, 8, 3)


def test_a_bare_codestream_is_jpeg_2000_too() -> None:
    assert read_image_header(images.encode(GRAY, "J2K"), "JP2L").width == 90


def test_progressive_jpeg_counts_as_lossy_jpeg() -> None:
    assert read_image_header(images.jpeg_header(90, 70, process=0xC2), "JPEGB").height == 70


@pytest.mark.parametrize(
    ("data", "compression", "ppi"),
    [
        (images.encode(GRAY, "WSQ20"), "WSQ20", 500),
        (images.encode(GRAY, "WSQ20").replace(b"PPI 500", b"PPI 255"), "WSQ20", None),
        (images.encode(GRAY, "WSQ20").replace(b"PPI 500", b"PPI -11"), "WSQ20", None),
        (images.encode(GRAY, "JPEGB"), "JPEGB", 500),
        (images.encode(GRAY, "PNG"), "PNG", 500),
        (images.jp2(images.encode(GRAY, "J2K"), width=90, height=70, pixels_per_metre=19685), "JP2", 500),
        (images.encode(GRAY, "JPEGL"), "JPEGL", None),
    ],
)
def test_the_resolution_is_read_where_it_is_stated(data: bytes, compression: str, ppi: float | None) -> None:
    assert read_image_header(data, compression).ppi == ppi


@pytest.mark.parametrize("declared", [name for name in COMPRESSIONS if name != "NONE"])
@pytest.mark.parametrize("actual", [name for name in COMPRESSIONS if name != "NONE"])
def test_data_of_another_kind_than_declared_are_refused_by_name(declared: str, actual: str) -> None:
    data = images.encode(GRAY, actual)
    if {declared, actual} <= {"JP2", "JP2L"} or declared == actual:
        read_image_header(data, declared)
        return
    with pytest.raises(ImageRefused, match="GCA/CGA") as caught:
        read_image_header(data, declared)
    assert caught.value.code == "E0002"
    assert declared in caught.value.reason


@pytest.mark.parametrize("data", [b"", b"\xff", b"II*\x00" + bytes(40), b"%PDF-1.7", b"<html>", bytes(100)])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_what_is_no_image_is_refused(data: bytes, compression: str) -> None:
    with pytest.raises(ImageRefused, match="E0002"):
        read_image_header(data, compression)


def test_an_unknown_compression_is_refused() -> None:
    with pytest.raises(ImageRefused, match="GCA/CGA"):
        read_image_header(images.encode(GRAY, "PNG"), "TIFF")


def test_the_length_of_raw_data_decides_between_gray_and_colour() -> None:
    gray, colour = bytes(90 * 70), bytes(90 * 70 * 3)
    assert read_image_header(gray, "NONE", width=90, height=70) == ImageHeader(90, 70, 8, 1, None)
    assert read_image_header(colour, "NONE", width=90, height=70) == ImageHeader(90, 70, 8, 3, None)


@pytest.mark.parametrize("length", [90 * 70 - 1, 90 * 70 + 1, 1, 90 * 70 * 2])
def test_raw_data_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(ImageRefused, match=r"E0002.*needs 6300 bytes"):
        read_image_header(bytes(length), "NONE", width=90, height=70)


@pytest.mark.parametrize(
    ("data", "compression"),
    [
        (images.wsq_header(65_535, 65_535), "WSQ20"),
        (images.jpeg_header(65_535, 65_535), "JPEGB"),
        (images.jpeg_header(65_535, 65_535, process=0xC3), "JPEGL"),
        (images.png(65_535, 65_535), "PNG"),
        (images.png(2**31 - 1, 2**31 - 1), "PNG"),
        (images.codestream_header(65_535, 65_535), "JP2"),
        (images.jp2(images.codestream_header(2**32 - 1, 2**32 - 1), width=2**32 - 1, height=2**32 - 1), "JP2"),
        (images.png(8_193, 10), "PNG"),
        (images.png(8_000, 5_001), "PNG"),
        (images.png(8_000, 5_000), "PNG"),
        (images.wsq_header(3_000, 3_000), "WSQ20"),
        (images.wsq_header(0, 100), "WSQ20"),
        (images.codestream_header(0, 100), "JP2"),
    ],
)
def test_a_header_that_promises_too_much_or_nothing_is_out_of_range(data: bytes, compression: str) -> None:
    with pytest.raises(ImageRefused) as caught:
        read_image_header(data, compression)
    assert caught.value.code == "E0003"


def test_real_sizes_are_within_range() -> None:
    for width, height in ((4_724, 2_096), (2_750, 2_750), (5_500, 5_500)):
        read_image_header(images.png(width, height) + bytes(4_000), "PNG")
    blank = images.encode(images.ridges(1_608, 1_000) | 255, "WSQ20")
    assert read_image_header(blank, "WSQ20").width == 1_608


@pytest.mark.parametrize("data", [images.jpeg_header(9, 9, process=0xC9), images.jpeg_header(9, 9, components=4)])
def test_jpeg_of_a_kind_that_no_record_holds_is_refused(data: bytes) -> None:
    with pytest.raises(ImageRefused, match="E0002"):
        read_image_header(data, "JPEGB")


def test_boxes_and_codestream_must_agree() -> None:
    with pytest.raises(ImageRefused, match="disagree"):
        read_image_header(images.jp2(images.encode(GRAY, "J2K"), width=91, height=70), "JP2")


@pytest.mark.parametrize(
    ("data", "compression"),
    [
        (b"\xff\xa0" + b"\xff\xa8\x00\x02" * 10_000, "WSQ20"),
        (b"\xff\xd8" + b"\xff\xfe\x00\x02" * 10_000, "JPEGB"),
        (b"\xff\xd8" + b"\xff" * 100_000, "JPEGB"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00\x00\x00\x08free" * 10_000, "JP2"),
    ],
)
def test_an_endless_row_of_segments_is_given_up(data: bytes, compression: str) -> None:
    with pytest.raises(ImageRefused, match="E0002"):
        read_image_header(data, compression)


SEEDS = {name: images.encode(GRAY, name) for name in COMPRESSIONS}


@given(st.sampled_from(COMPRESSIONS), st.data())
def test_only_a_refusal_escapes_from_damaged_headers(compression: str, data: st.DataObject) -> None:
    damaged = bytearray(SEEDS[compression])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, min(len(damaged), 600) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    try:
        read_image_header(bytes(damaged[:cut]), compression, width=90, height=70)
    except ImageRefused as refused:
        assert refused.code in {"E0002", "E0003"}
        assert refused.reason.isprintable()
