# SPDX-License-Identifier: Apache-2.0
"""A part of a gallery that one worker searches: a scan of all its rows by code, a comparison of the best by minutiae.

In: a gallery (whole, or a range of its rows) and a described probe; out: rows with scan scores, then hits. However the
rows are divided into shards and threads, `best_of` and `ranked` make the same answer of the parts, to the last bit.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics import scan_kernels
from secure_communities.biometrics.comparison import score_many
from secure_communities.biometrics.descriptor import Features, best_points, features
from secure_communities.biometrics.first_stage import best_of, encode, factors, weigh
from secure_communities.biometrics.fusion import fuse_rows
from secure_communities.biometrics.gallery import Gallery
from secure_communities.biometrics.segment import LIVE, Segment
from secure_communities.biometrics.template import TenPrint, check_tenprint

Rows = NDArray[np.int64]
Found = tuple[Rows, Rows]
"""Rows and their scan scores."""

_TOGETHER: Final = 16  # probes that pass over a block of rows while it is in the nearest cache
_CHUNK: Final = 16  # rows of one finger compared by a thread at a time
_PATIENCE: Final = 20  # ms waited for a row that is being rewritten; longer, and its writer has died


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of the gallery: the evidence of all fingers (bans), the score (0–1) of every finger that both sides
    have, and what each contributes to the evidence."""

    row: int
    score: float
    fingers: dict[int, float]
    contributions: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """What is looked for, described once: features and qualities by finger, codes (10, 8), the rest (10,)."""

    fingers: dict[int, Features]
    qualities: dict[int, int]
    codes: NDArray[np.uint64]
    weights: NDArray[np.int32]
    middles: NDArray[np.int32]
    factors: NDArray[np.int32]


def describe_probe(tenprint: TenPrint) -> Probe:
    """Describe the fingers that have enough minutiae. Raises BadTemplate when one is filed under another's number."""
    check_tenprint(tenprint)
    used = {finger: template for finger, template in sorted(tenprint.items()) if len(template) >= p.FEWEST_COMPARED}
    counts = np.zeros(10, np.uint8)
    points = np.zeros((10, p.MOST_MINUTIAE, 4), np.uint16)
    for finger, template in used.items():
        best = best_points(template)
        points[finger - 1, : len(best)], counts[finger - 1] = best, len(best)
    codes = encode(points, counts)
    weights = np.array([weigh(int(count)) for count in counts], np.int32)
    return Probe(
        {finger: features(template) for finger, template in used.items()},
        {finger: template.quality for finger, template in used.items()},
        codes,
        weights,
        np.bitwise_count(codes).sum(axis=1).astype(np.int32),
        factors(weights),
    )


def rows_to_keep(probe: Probe, rows: int) -> int:
    """How many rows of a register of `rows` the first stage hands on: all of a small one, else what time allows."""
    if rows <= p.EXHAUSTIVE_ROWS:
        return max(rows, 1)
    return min(max(p.COMPARISONS // max(len(probe.fingers), 1), p.FEWEST_KEPT), p.MOST_KEPT)


def ranked(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """The best hits, best first, equal evidence by row."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))[: max(limit, 0)]


class Shard:
    """The rows of a gallery, or a part of them, searched on `threads` threads (the kernels hold no lock).

    The part is a range of rows, or every nth segment from a first one on: (first, n), which covers new ones too.
    """

    def __init__(
        self, gallery: Gallery, *, rows: range | None = None, every: tuple[int, int] = (0, 1), threads: int = 1
    ) -> None:
        self.gallery = gallery
        self.threads = threads
        self._within = rows
        self._every = every
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def scan(self, probe: Probe, keep: int) -> Found:
        """The `keep` best rows by code and their scan scores, best first, equal scores by row."""
        return self.scan_many([probe], keep)[0]

    def scan_many(self, probes: Sequence[Probe], keep: int) -> list[Found]:
        """The same for several probes at once, which costs less than one after the other."""
        return [
            found
            for start in range(0, len(probes), _TOGETHER)
            for found in self._scan_together(probes[start : start + _TOGETHER], keep)
        ]

    def own(self, rows: Rows) -> Rows:
        """Those of the rows that belong to this shard."""
        within, (first, step) = self._within or range(len(self.gallery)), self._every
        here = rows // self.gallery.segment_rows % step == first
        mine: Rows = rows[(rows >= within.start) & (rows < within.stop) & here]
        return mine

    def score(self, probe: Probe, rows: Rows) -> list[Hit]:
        """Every common finger of the given rows compared; rows without one, deleted and unfinished ones left out."""
        rows = np.sort(rows)
        scores, counts, qualities = (np.full((len(rows), 10), fill) for fill in (-1.0, 0, 0))
        live, points = self._read(rows, counts, qualities)

        def compare(finger: int, start: int) -> None:
            part = slice(start, start + _CHUNK)
            scores[part, finger - 1] = score_many(
                probe.fingers[finger], points[finger - 1, part], counts[part, finger - 1].astype(np.uint8)
            )

        self._run(
            (lambda finger=finger, start=start: compare(finger, start))  # type: ignore[misc]
            for finger in probe.fingers
            for start in range(0, len(rows), _CHUNK)
        )
        scores[~live] = -1.0
        for finger, made in probe.fingers.items():
            np.minimum(counts[:, finger - 1], len(made), out=counts[:, finger - 1])
            np.minimum(qualities[:, finger - 1], probe.qualities[finger], out=qualities[:, finger - 1])
        totals, parts = fuse_rows(scores, counts, qualities)
        return [
            Hit(
                int(rows[n]),
                float(totals[n]),
                {int(at) + 1: float(scores[n, at]) for at in common},
                {int(at) + 1: float(parts[n, at]) for at in common},
            )
            for n in range(len(rows))
            if len(common := np.flatnonzero(scores[n] >= 0))
        ]

    def _spans(self) -> list[tuple[Segment, int, int, int]]:
        """Segment, number of its first row, first and last + 1 of its rows that belong here."""
        size, spans = self.gallery.segment_rows, []
        within = self._within or range(len(self.gallery))
        for number, (segment, rows) in enumerate(self.gallery.segments()):
            if number % self._every[1] != self._every[0]:
                continue
            start, stop = max(within.start - number * size, 0), min(within.stop - number * size, rows)
            if start < stop:
                spans.append((segment, number * size, start, stop))
        return spans

    def _scan_together(self, probes: Sequence[Probe], keep: int) -> list[Found]:
        spans = self._spans()
        before = [_settled(segment) for segment, *_ in spans]
        numbers_left = itertools.count()
        given = (
            np.stack([probe.codes for probe in probes]),
            np.stack([probe.weights for probe in probes]),
            np.stack([probe.middles for probe in probes]),
            np.stack([probe.factors for probe in probes]),
        )

        def scan(numbers: Iterable[int]) -> list[Found]:
            best, where = (np.zeros((len(probes), keep), np.int64) for _ in range(2))
            held = np.zeros(len(probes), np.int64)
            for number in numbers:
                if number >= len(spans):
                    break
                segment, offset, start, stop = spans[number]
                scan_kernels.scan(segment.codes, segment.masks, start, stop, offset, *given, best, where, held)
            return [(where[n, : held[n]], best[n, : held[n]]) for n in range(len(probes))]

        if self._pool is None or len(spans) == 1:
            parts = [scan(numbers_left)]
        else:
            parts = list(self._pool.map(scan, [numbers_left] * self.threads))
        for number, (segment, offset, _, stop) in enumerate(spans):
            for _ in range(_PATIENCE):
                if int(segment.changes[0]) == before[number]:
                    break
                # A row was rewritten meanwhile and may have been seen half old, half new: scan its segment again.
                before[number] = _settled(segment)
                parts = [[_outside(found, offset, offset + stop) for found in part] for part in parts]
                parts.append(scan([number]))
        return [best_of([part[n] for part in parts], keep) for n in range(len(probes))]

    def _read(
        self, rows: Rows, counts: NDArray[np.int64], qualities: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.uint16]]:
        """Copy what the rows hold; a row rewritten in the middle is read again. Returns which are live, and points."""
        points = np.empty((10, len(rows), p.MOST_MINUTIAE, 4), np.uint16)
        live = np.zeros(len(rows), np.bool_)
        segments, size = self.gallery.segments(), self.gallery.segment_rows
        for number in np.unique(rows // size):
            segment, here = segments[number][0], np.flatnonzero(rows // size == number)
            for _ in range(_PATIENCE):
                places = rows[here] % size
                generations = segment.rows["generation"][places]
                points[:, here], counts[here] = segment.points[:, places], segment.counts[:, places].T
                qualities[here] = segment.rows["quality"][places]
                whole = (generations == segment.rows["generation"][places]) & (generations % 2 == 0)
                live[here] = whole & (segment.rows["state"][places] == LIVE)
                here = here[~whole]
                if not len(here):
                    break
                time.sleep(0.001)
        return live, points

    def _run(self, tasks: Iterable[Callable[[], None]]) -> None:
        if self._pool is None:
            for task in tasks:
                task()
        else:
            for done in [self._pool.submit(task) for task in tasks]:
                done.result()


def _settled(segment: Segment) -> int:
    """The segment's counter of changes once no row is being rewritten, or after a patient wait."""
    for _ in range(_PATIENCE):
        if int(segment.changes[0]) % 2 == 0:
            break
        time.sleep(0.001)
    return int(segment.changes[0])


def _outside(found: Found, first: int, last: int) -> Found:
    other = (found[0] < first) | (found[0] >= last)
    return found[0][other], found[1][other]
