# SPDX-License-Identifier: Apache-2.0
"""Search a ten-print among many: a scan of 64-byte codes over all rows, then every common finger of the best rows.

In: a probe ten-print; out: hits, best first. `SearchBackend` is the contract; `LocalBackend` runs it in this process,
on several threads if asked. Finger k is compared with finger k and no other. A small register is compared whole.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics import scan_kernels
from secure_communities.biometrics.comparison import compare, score_many
from secure_communities.biometrics.descriptor import best_points, features
from secure_communities.biometrics.first_stage import WORDS, best_of, encode, factors
from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.shard import Found, Hit, Probe, Rows, Shard, describe_probe, ranked, rows_to_keep
from secure_communities.biometrics.template import MINUTIA, Template, TenPrint

__all__ = ["Hit", "LocalBackend", "Probe", "SearchBackend", "Shard", "describe_probe", "warm_search"]


class SearchBackend(Protocol):
    """Whatever can search a register, whose rows are those of `gallery`."""

    gallery: Gallery

    def search(self, probe: TenPrint, *, limit: int) -> list[Hit]:
        """The best `limit` rows, best first, equal evidence by row; no deleted row, none without a common finger.

        Raises BadTemplate when a finger is filed under another's number.
        """
        ...


class LocalBackend:
    """Search in this process. `threads` share the rows; the kernels hold no interpreter lock."""

    def __init__(self, gallery: Gallery, *, threads: int = 1, rows: range | None = None) -> None:
        self.gallery = gallery
        self.shard = Shard(gallery, rows=rows, threads=threads)

    def search(self, probe: TenPrint, *, limit: int) -> list[Hit]:
        """See SearchBackend."""
        return self.search_many([probe], limit=limit)[0]

    def search_many(self, probes: Sequence[TenPrint], *, limit: int) -> list[list[Hit]]:
        """Several searches at once: the same answers, with fewer passes over the codes."""
        return search_shards(self, probes, rows=len(self.gallery), limit=limit)

    def scan(self, probes: Sequence[Probe], keep: int) -> list[list[Found]]:
        """The one shard's first stage."""
        return [self.shard.scan_many(probes, keep)]

    def score(self, probes: Sequence[Probe], rows: Sequence[Rows]) -> list[list[list[Hit]]]:
        """The one shard's second stage."""
        return [[self.shard.score(probe, one) for probe, one in zip(probes, rows, strict=True)]]


class Shards(Protocol):
    """Parts of a gallery that are asked together; answers by shard, then by probe."""

    def scan(self, probes: Sequence[Probe], keep: int) -> list[list[Found]]:
        """First stage over every part."""
        ...

    def score(self, probes: Sequence[Probe], rows: Sequence[Rows]) -> list[list[list[Hit]]]:
        """Second stage: of each probe's rows, every part its own."""
        ...


def search_shards(shards: Shards, probes: Sequence[TenPrint], *, rows: int, limit: int) -> list[list[Hit]]:
    """Both stages over whatever holds the parts: the same answers, to the last bit, however the rows are shared."""
    described = [describe_probe(probe) for probe in probes]
    found: list[list[Hit]] = [[] for _ in probes]
    by_keep: dict[int, list[int]] = {}
    for number, one in enumerate(described):
        if one.fingers and rows and limit > 0:
            by_keep.setdefault(rows_to_keep(one, rows), []).append(number)
    for keep, numbers in by_keep.items():
        chosen = [described[number] for number in numbers]
        scanned = shards.scan(chosen, keep)
        best = [best_of([part[n] for part in scanned], keep)[0] for n in range(len(chosen))]
        scored = shards.score(chosen, best)
        for n, number in enumerate(numbers):
            found[number] = ranked((hit for part in scored for hit in part[n]), limit)
    return found


_warmed = threading.Lock()


def warm_search() -> None:
    """Run every kernel once on a small made-up finger."""
    rng = np.random.default_rng(0)
    minutiae = np.zeros(12, MINUTIA)
    minutiae["x"], minutiae["y"] = rng.integers(0, 200, 12), rng.integers(0, 200, 12)
    minutiae["direction"], minutiae["quality"] = rng.integers(0, 256, 12), 90
    with _warmed:
        finger = Template(0, minutiae, 200, 200, 80, "warm")
        compare(finger, finger)
        points, counts = np.zeros((10, p.MOST_MINUTIAE, 4), np.uint16), np.full(10, 12, np.uint8)
        points[:, :12] = best_points(finger)
        codes = encode(points, counts)
        score_many(features(finger), points[:1], counts[:1])
        weights = np.ones((1, 10), np.int32)
        best, where, held = np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64), np.zeros(1, np.int64)
        scan_kernels.scan(
            codes[:, None, :], np.full(1, 1023, np.uint16), 0, 1, 0, codes[None], weights,
            np.full((1, 10), 32 * WORDS, np.int32), factors(weights[0])[None], best, where, held,
        )  # fmt: skip
