# SPDX-License-Identifier: Apache-2.0
"""What a disposable process for each image costs: decode through the server, less the same decode in this process.

    python benchmarks/decode_overhead.py [--rounds 60] [--json]

Images are synthetic. The target is 20 ms or less beyond the decode itself."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]

from secure_communities.interchange.images import DecodeServer, decoders, read_image_header  # noqa: E402
from tests.builders import images  # noqa: E402

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60, help="decodes of each kind (default 60)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with DecodeServer() as server:
        started = time.perf_counter()
        server.decode(images.encode(images.ridges(64, 64), "PNG"), "PNG")
        start_up = (time.perf_counter() - started) * 1000
        cases = [measure(server, *case, options.rounds) for case in CASES]
    worst = max(float(str(case["overhead_ms"])) for case in cases)
    quiet = max(float(str(case["overhead_quiet_ms"])) for case in cases)
    result = {
        "target_ms": TARGET_MILLISECONDS,
        "worst_overhead_ms": worst,
        "worst_overhead_quiet_ms": quiet,
        "start_up_ms": round(start_up),
        "load_per_processor": round(os.getloadavg()[0] / (os.cpu_count() or 1), 1),
        "cases": cases,
    }
    if options.json:
        print(json.dumps(result, indent=2))
        return 0
    print(f"start-up of the server with the first image: {start_up:.0f} ms, once")
    for case in cases:
        print(
            "{compression:6} {width:5} × {height:<5} through the server {served_ms:7} ms, bare {direct_ms:7} ms, "
            "overhead {overhead_ms} ms (quietest tenth {overhead_quiet_ms} ms)".format(**case)
        )
    print(f"worst overhead {worst} ms (quietest tenth {quiet} ms), target {TARGET_MILLISECONDS:g} ms; "
          f"load per processor {result['load_per_processor']}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
