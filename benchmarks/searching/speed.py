# SPDX-License-Identifier: Apache-2.0
"""How long a search takes and what the machine would allow: scan against memory bandwidth, batches, growth.

In: a gallery and probes. Out: seconds, GB/s, ratios. Times are the best of several where the limit of the machine is
meant, and the distribution over probes where a user's wait is meant.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numba
import numpy as np

from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.scan_kernels import AHEAD, _prefetch
from secure_communities.biometrics.search import LocalBackend
from secure_communities.biometrics.shard import Probe, describe_probe
from secure_communities.biometrics.template import TenPrint

SCANNED = 642  # bytes a subject: ten codes and a mask


@numba.njit(nogil=True, cache=True)
def _read(words: Any) -> Any:
    """Touch every word; four sums, so that the adding does not wait for itself."""
    a, b, c, d = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    for i in range(0, len(words) - 3, 4):
        a ^= words[i]
        b ^= words[i + 1]
        c ^= words[i + 2]
        d ^= words[i + 3]
    return a ^ b ^ c ^ d


@numba.njit(nogil=True, cache=True)
def _read_ahead(words: Any) -> Any:
    """The same, asking for memory ahead as the scan does: some machines read faster so."""
    a, b, c, d = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    for i in range(0, len(words) - 7, 8):
        _prefetch(words, i * 8 + AHEAD)
        a ^= words[i] ^ words[i + 1]
        b ^= words[i + 2] ^ words[i + 3]
        c ^= words[i + 4] ^ words[i + 5]
        d ^= words[i + 6] ^ words[i + 7]
    return a ^ b ^ c ^ d


def seconds_of(work: Callable[[], Any], *, times: int) -> float:
    """The best of several."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def reading(gallery: Gallery, reader: Any, *, threads: int) -> Callable[[], None]:
    """A read of all the codes of a gallery, shared among threads."""
    pieces = [
        piece for segment, rows in gallery.segments() for code in segment.codes
        for piece in [code[:rows].reshape(-1)] if rows
    ]  # fmt: skip
    pool = ThreadPoolExecutor(threads)

    def read() -> None:
        for _ in pool.map(lambda n: [reader(piece) for piece in pieces[n::threads]], range(threads)):
            pass

    return read


def scan_figures(backend: LocalBackend, probes: Sequence[Probe], *, threads: int) -> dict[str, float]:
    """First stage alone: GB/s of a plain read and of a scan (all ten fingers), and what batches gain."""
    gallery, shard = backend.gallery, backend.shard
    rows = len(gallery)
    times = 12 if rows > 300_000 else 30
    reads = [reading(gallery, reader, threads=threads) for reader in (_read, _read_ahead)]
    one, many = list(probes[:1]), list(probes[:64])
    warming: list[Callable[[], Any]] = [*reads, partial(shard.scan_many, many[:8], 80)]
    for work in warming:
        work()
    best_read, best_scan, best_eight = float("inf"), float("inf"), float("inf")
    for _ in range(times):  # in turns, so that a neighbour on the machine disturbs both alike
        best_read = min(best_read, *(seconds_of(read, times=1) for read in reads))
        best_scan = min(best_scan, seconds_of(lambda: shard.scan_many(one, 80), times=1))
        best_eight = min(best_eight, seconds_of(lambda: shard.scan_many(many[:8], 80), times=1) / 8)
    together = {8: best_eight, 64: seconds_of(partial(shard.scan_many, many, 80), times=5) / len(many)}
    return {
        "read_gb_per_second": rows * 640 / best_read / 1e9,
        "scan_gb_per_second": rows * SCANNED / best_scan / 1e9,
        "scan_seconds": best_scan,
        "bandwidth_share": best_read / best_scan,
        "scan_seconds_a_probe_of_8": together[8],
        "scan_seconds_a_probe_of_64": together[64],
        "batch_throughput_ratio": best_scan / max(together.values()),
        "rows_per_second_in_batches": rows / together[64],
    }


def latency(backend: Any, probes: Sequence[TenPrint]) -> list[float]:
    """Seconds of each search by itself, from templates to hits."""
    found = []
    for probe in probes:
        start = time.perf_counter()
        backend.search(probe, limit=10)
        found.append(time.perf_counter() - start)
    return found


def growth(
    gallery: Gallery, sizes: Sequence[int], probes: Sequence[TenPrint], *, threads: int, read_gb: float
) -> list[dict[str, float]]:
    """Median search and scan by number of subjects, and the time in which the codes could merely be read."""
    table = []
    for size in sizes:
        backend = LocalBackend(gallery, threads=threads, rows=range(size))
        described = [describe_probe(probe) for probe in probes[:10]]
        latency(backend, probes[:2])
        waits = latency(backend, probes)
        scans = [seconds_of(partial(backend.shard.scan, one, 80), times=1) for one in described]
        table.append(
            {
                "subjects": size,
                "p50_seconds": float(np.median(waits)),
                "scan_seconds": float(np.median(scans)),
                "bandwidth_floor_seconds": size * SCANNED / read_gb / 1e9,
            }
        )
    return table


def resident_bytes(gallery: Gallery) -> int:
    """Bytes of the gallery's files that are in use: what it occupies when all of it is in memory."""
    return sum(gallery.path(number).stat().st_blocks * 512 for number in range(len(gallery.segments())))
