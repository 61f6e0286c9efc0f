# SPDX-License-Identifier: Apache-2.0
"""Documents and XML: milliseconds a PDF; MB/s of the XML form beside the traditional codec, on the same booking.

In: repetitions. Out: medians; megabytes are those of the traditional file, so that the two forms compare.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import click

from secure_communities.interchange import itl, xml
from secure_communities.platform.documents import render

CARD = Path(__file__).resolve().parents[1] / "tests" / "golden" / "nist" / "type-4-tpcard.an2"
AT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
COMMON = {
    "title": "First response: criminal history register",
    "author": "Criminal history register (synthetic demonstration)",
    "description": "Synthetic data.",
    "reference": "SYN-BENCH-F1",
    "replaces": None,
}
FACTS = [["Our control number", "SYN-BENCH-F1"], ["Name at booking", "SYNTH,ALEX QUILL"]]


@click.command()
@click.option("--repetitions", default=15, show_default=True, help="Runs of each; the median counts.")
def command(repetitions: int) -> dict[str, Any]:
    """Set documents of three lengths; read and write one booking card of 14 images in both forms."""
    return {"pdf": documents(repetitions), "forms": forms(repetitions)}


def documents(repetitions: int) -> dict[str, dict[str, float]]:
    """A page, a rap sheet of three pages, the longest rap sheet a message can carry."""
    template = resources.files("secure_communities.identify.responses") / "pages" / "first.typ"
    source = template.read_text("utf-8")
    line = "2026-11-22  SYNTHETIC CHARGE, NO DISPOSITION REPORTED, OF COUNTY DEMO  \n"
    figures = {}
    for name, lines in {"one_page": 0, "three_pages": 150, "longest": 200_000 // len(line)}.items():
        data = {
            **COMMON, "identified": True, "number": "S0000001Z", "facts": FACTS, "sheet": line * lines, "messages": [],
        }  # fmt: skip
        runs = max(3, repetitions // 5) if name == "longest" else repetitions
        made = render(source, data, created=AT)
        seconds = sorted(timed(partial(render, source, data, created=AT), runs))
        figures[name] = {
            "median_ms": round(1000 * statistics.median(seconds), 1),
            "slowest_ms": round(1000 * seconds[-1], 1),
            "kilobytes": round(len(made) / 1000, 1),
        }
    return figures


def forms(repetitions: int) -> dict[str, float]:
    """Reading and writing in either form."""
    traditional = CARD.read_bytes()
    transaction = itl.parse(traditional)
    written = xml.emit(transaction)
    megabytes = len(traditional) / 1e6

    def rate(work: Callable[[], object]) -> float:
        return round(megabytes / statistics.median(timed(work, repetitions)), 1)

    return {
        "traditional_megabytes": round(megabytes, 3),
        "xml_megabytes": round(len(written) / 1e6, 3),
        "traditional_parse_mb_s": rate(lambda: itl.parse(traditional)),
        "traditional_emit_mb_s": rate(lambda: itl.emit(transaction)),
        "xml_parse_mb_s": rate(lambda: xml.parse(written)),
        "xml_emit_mb_s": rate(lambda: xml.emit(transaction)),
        "xml_parse_ms": round(1000 * statistics.median(timed(lambda: xml.parse(written), repetitions)), 2),
    }


def timed(work: Callable[[], object], repetitions: int) -> list[float]:
    """Seconds of each run, after one that does not count."""
    work()
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds
