# SPDX-License-Identifier: Apache-2.0
"""What a disposable process for each image costs: decode through the server, less the same decode in this process.

Images are synthetic. The target is 20 ms or less beyond the decode itself."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import click

from secure_communities.interchange.images import DecodeServer, decoders, read_image_header
from tests.builders import images

TARGET_MILLISECONDS = 20.0
CASES = (("WSQ20", 800, 750), ("WSQ20", 1608, 1000), ("NONE", 800, 768), ("PNG", 449, 312), ("JPEGB", 480, 640))


def milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def measure(server: DecodeServer, compression: str, width: int, height: int, rounds: int) -> dict[str, object]:
    """Both ways in turn, so that whatever else the machine does meets both alike."""
    data = images.encode(images.ridges(width, height), compression)
    header = read_image_header(data, compression, width=width, height=height)
    served, direct = [], []
    for _ in range(rounds):
        served.append(milliseconds(lambda: server.decode(data, compression, width=width, height=height)))
        direct.append(milliseconds(lambda: decoders.decode_payload(data, compression, header, colour=False)))
    overhead = [ours - bare for ours, bare in zip(served, direct, strict=True)]
    tenths = statistics.quantiles(overhead, n=10)
    return {
        "compression": compression,
        "width": width,
        "height": height,
        "served_ms": round(statistics.median(served), 2),
        "direct_ms": round(statistics.median(direct), 2),
        "overhead_ms": round(statistics.median(overhead), 2),
        "overhead_quiet_ms": round(tenths[0], 2),
    }


@click.command()
@click.option("--rounds", default=60, show_default=True, type=click.IntRange(10), help="Decodes of each kind.")
def command(rounds: int) -> dict[str, object]:
    """Milliseconds that a fresh process for each image costs beyond the decode itself (target: 20)."""
    with DecodeServer() as server:
        started = time.perf_counter()
        server.decode(images.encode(images.ridges(64, 64), "PNG"), "PNG")
        start_up = (time.perf_counter() - started) * 1000
        cases = [measure(server, *case, rounds) for case in CASES]
    return {
        "target_ms": TARGET_MILLISECONDS,
        "worst_overhead_ms": max(float(str(case["overhead_ms"])) for case in cases),
        "worst_overhead_quiet_ms": max(float(str(case["overhead_quiet_ms"])) for case in cases),
        "start_up_ms": round(start_up),
        "cases": cases,
    }
