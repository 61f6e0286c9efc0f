# SPDX-License-Identifier: Apache-2.0
"""Documents: archivable, accessible, the same bytes each time, bounded; data is shown and never obeyed."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from secure_communities.platform.documents import DocumentFailed, printable, render

AT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
PAGE = """
#head[For a test.]
#facts(data.rows, [Content])
#sheet(data.sheet)
"""
HOSTILE = [
    '#eval("1 + 1")', "#pagebreak()", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "$x^2$", "*bold* _it_ `raw`",
    "```", "\\u{202e}", "// no comment", "#image(\"/etc/passwd\")", "@label <label>", "[brackets]",
    "'; DROP TABLE x; --",
]  # fmt: skip


def the_data(**other: Any) -> dict[str, Any]:
    return {
        "title": "A document", "author": "Nobody", "description": "A test", "reference": "SYN-1", "replaces": None,
        "rows": [["Name", "SYNTH,ALEX"]], "sheet": "", **other,
    }  # fmt: skip


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_it_declares_both_standards_title_language_and_tags() -> None:
    reader = PdfReader(BytesIO(render(PAGE, the_data(), created=AT)))
    catalogue = reader.trailer["/Root"]
    packet = catalogue["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in packet and "<pdfaid:conformance>B</pdfaid:conformance>" in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert catalogue["/Lang"] == "en-US" and catalogue["/MarkInfo"]["/Marked"] is not None
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalogue["/OutputIntents"]
    assert reader.metadata.title == "A document" and reader.metadata.creation_date == AT
    assert {"/H1", "/Table", "/TH"} <= tags(catalogue["/StructTreeRoot"])


def tags(node: Any) -> set[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return set().union(*(tags(one) for one in node)) if node else set()
    if not hasattr(node, "get"):
        return set()
    here = {str(node["/S"])} if "/S" in node else set()
    return here | (tags(node["/K"]) if "/K" in node else set())


def test_fonts_are_embedded_and_every_page_says_synthetic() -> None:
    reader = PdfReader(BytesIO(render(PAGE, the_data(sheet="LINE\n" * 400), created=AT)))
    assert len(reader.pages) > 3
    for page in reader.pages:
        assert "SYNTHETIC DATA" in page.extract_text()
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            assert any(name.startswith("/FontFile") for name in below["/FontDescriptor"].get_object())


def test_the_same_data_gives_the_same_bytes() -> None:
    assert render(PAGE, the_data(), created=AT) == render(PAGE, the_data(), created=AT)


def test_what_looks_like_markup_is_shown_as_it_is() -> None:
    rows = [[f"Row {number}", value] for number, value in enumerate(HOSTILE)]
    shown = text_of(render(PAGE, the_data(rows=rows, title=HOSTILE[0], sheet="\n".join(HOSTILE)), created=AT))
    flat = " ".join(shown.replace("\u200b", "").split())
    for value in HOSTILE:
        assert flat.count(" ".join(value.split())) >= 2, value


def test_characters_that_steer_direction_or_have_no_glyph_are_written_out() -> None:
    assert printable("A\u202eB\u200bC\x07D") == "A[U+202E]B[U+200B]C[U+0007]D"
    assert printable("e\u0301 ﬁ 漢\r\n") == "é [U+FB01] [U+6F22]\n"
    shown = text_of(render(PAGE, the_data(rows=[["Name", "A\u202eBC"]]), created=AT))
    assert "A[U+202E]BC" in shown and "\u202e" not in shown


def test_a_long_word_breaks_instead_of_leaving_the_page() -> None:
    pdf = PdfReader(BytesIO(render(PAGE, the_data(rows=[["Name", "W" * 300]]), created=AT)))
    right = []

    def note(text: str, _cm: Any, tm: list[float], _font: Any, _size: float) -> None:
        if "W" in text:
            right.append(tm[4])

    pdf.pages[0].extract_text(visitor_text=note)
    assert text_of_reader(pdf).count("W") == 300 and len(right) > 3 and max(right) < 612


def text_of_reader(reader: PdfReader) -> str:
    return "".join(page.extract_text() for page in reader.pages)


def test_a_control_number_of_full_length_can_be_copied_whole() -> None:
    number = "SYNZZTX00101-20261122-000002-789012345678"[:40]
    assert number in text_of(render(PAGE, the_data(rows=[["Number", number]]), created=AT))


def test_setting_is_bounded_in_time_and_size() -> None:
    endless = "#{ let n = 0; for i in range(20000) { for j in range(20000) { n += 1 } }; n }\n"
    with pytest.raises(DocumentFailed, match="longer than"):
        render(endless, the_data(), created=AT, seconds=1.0)
    with pytest.raises(DocumentFailed, match="at most"):
        render(PAGE, the_data(sheet="x" * 2_100_000), created=AT)


@pytest.mark.parametrize("template", ['#read("/etc/passwd")', '#import "@preview/x:1.0.0": *', "#nothing-of-that-name"])
def test_a_template_reads_no_file_and_no_network_and_its_faults_are_told(template: str) -> None:
    with pytest.raises(DocumentFailed, match="could not be set"):
        render(template, the_data(), created=AT)
