# SPDX-License-Identifier: Apache-2.0
"""Search a ten-print among many: a greedy pass on the best fingers over all rows, then every finger for the best rows.

In: a probe ten-print; out: hits, best first. `SearchBackend` is the contract; `LocalBackend` runs it in this process,
on several threads if asked. Finger k is compared with finger k and no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import kernels
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import COUNTED, ROOTS, relaxation_arguments
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.fusion import FingerScore, fuse
from secure_communities.biometrics.gallery import SEGMENT_ROWS, Gallery
from secure_communities.biometrics.template import MINUTIA, Template, TenPrint, check_tenprint


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of the gallery: the evidence of all fingers (bans), the score (0–1) of every finger that both sides
    have, and what each contributes to the evidence."""

    row: int
    score: float
    fingers: dict[int, float]
    contributions: dict[int, float] = field(default_factory=dict)


class SearchBackend(Protocol):
    """Whatever can search a register."""

    def search(self, probe: TenPrint, *, limit: int) -> list[Hit]:
        """The best `limit` rows, best first, equal scores by row; no deleted row, none without a common finger."""
        ...


class LocalBackend:
    """Search in this process. `threads` share the rows; the kernels hold no interpreter lock."""

    def __init__(self, gallery: Gallery, *, threads: int = 1) -> None:
        self.gallery = gallery
        self.threads = threads

    def search(self, probe: TenPrint, *, limit: int) -> list[Hit]:
        """See SearchBackend. Raises BadTemplate when a finger is filed under another's number."""
        check_tenprint(probe)
        described = {finger: features(template) for finger, template in sorted(probe.items())}
        described = {finger: made for finger, made in described.items() if len(made) >= p.FEWEST_COMPARED}
        if not described or limit < 1:
            return []
        live = self._live_rows()
        rows = self._first_stage(probe, described, live) if len(live) > p.SECOND_STAGE_ROWS else live
        quality = {finger: probe[finger].quality for finger in described}
        hits = self._second_stage(described, quality, rows)
        # A row rewritten while it was being read may have been seen half old, half new: read it again.
        seen = {hit.row for hit in hits if live[hit.row] != self.gallery.generation(hit.row)}
        if seen:
            hits = [hit for hit in hits if hit.row not in seen]
            hits += self._second_stage(
                described, quality, {row: 0 for row in sorted(seen) if self.gallery.is_live(row)}
            )
        return sorted(hits, key=lambda hit: (-hit.score, hit.row))[:limit]

    def _live_rows(self) -> dict[int, int]:
        """Row → generation of every row that holds a person."""
        live: dict[int, int] = {}
        for number, (segment, rows) in enumerate(self.gallery.segments()):
            generations = segment.rows["generation"][:rows].copy()
            held = np.flatnonzero((segment.rows["state"][:rows] == 1) & (generations % 2 == 0))
            live.update(zip((held + number * SEGMENT_ROWS).tolist(), generations[held].tolist(), strict=True))
        return live

    def _first_stage(self, probe: TenPrint, described: dict[int, Features], live: dict[int, int]) -> dict[int, int]:
        """The rows worth a full comparison: the best by greedy score, and those that have none of the fingers used."""
        best = sorted(described, key=lambda finger: (-_worth(probe[finger], described[finger]), finger))
        used = best[: p.FIRST_STAGE_FINGERS]
        segments = self.gallery.segments()
        total, seen = np.zeros(len(segments) * SEGMENT_ROWS), np.zeros(len(segments) * SEGMENT_ROWS, np.bool_)

        def score(number: int, start: int, stop: int) -> None:
            segment, scores = segments[number][0], np.empty(SEGMENT_ROWS)
            here = slice(number * SEGMENT_ROWS + start, number * SEGMENT_ROWS + stop)
            for finger in used:
                made, at = described[finger], finger - 1
                kernels.scan(
                    made.points, made.codes, segment.points[at], segment.codes[at], segment.counts[at], start, stop,
                    p.DIRECTION_LIMIT, COUNTED, p.FEWEST_COMPARED, ROOTS, scores,
                )  # fmt: skip
                part = scores[start:stop]
                total[here] += np.where(part >= 0, part - p.GREEDY_NON_MATED_MEAN, 0.0)
                seen[here] |= part >= 0

        self._run(
            partial(score, number, start, min(start + _CHUNK, rows))
            for number, (_, rows) in enumerate(segments)
            for start in range(0, rows, _CHUNK)
        )
        rows = np.fromiter(live, np.int64, len(live))
        compared, unseen = rows[seen[rows]], rows[~seen[rows]]
        keep = compared[np.argsort(-total[compared], kind="stable")[: p.SECOND_STAGE_ROWS]]
        return {int(row): live[int(row)] for row in sorted([*keep.tolist(), *unseen.tolist()])}

    def _second_stage(self, described: dict[int, Features], quality: dict[int, int], rows: dict[int, int]) -> list[Hit]:
        """Relaxed scores of every common finger for the given rows."""
        by_segment: dict[int, list[int]] = {}
        for row in rows:
            by_segment.setdefault(row // SEGMENT_ROWS, []).append(row % SEGMENT_ROWS)
        found: dict[int, dict[int, FingerScore]] = {row: {} for row in rows}
        segments = self.gallery.segments()

        def score(number: int, places: list[int], finger: int) -> None:
            segment, made, at = segments[number][0], described[finger], finger - 1
            scores = np.empty(len(places))
            kernels.relax_rows(
                made.points, made.codes, segment.points[at], segment.codes[at], segment.counts[at],
                np.array(places, np.int64), *relaxation_arguments(), p.FEWEST_COMPARED, ROOTS, scores,
            )  # fmt: skip
            for place, value in zip(places, scores.tolist(), strict=True):
                if value >= 0:
                    found[number * SEGMENT_ROWS + place][finger] = FingerScore(
                        value, len(made), int(segment.counts[at, place]),
                        quality[finger], int(segment.rows["quality"][place, at]),
                    )  # fmt: skip

        self._run(
            partial(score, number, places, finger) for number, places in by_segment.items() for finger in described
        )
        return [_hit(row, scores) for row, scores in found.items() if scores]

    def _run(self, tasks: Iterable[Callable[[], None]]) -> None:
        if self.threads == 1:
            for task in tasks:
                task()
            return
        with ThreadPoolExecutor(self.threads) as pool:
            for done in [pool.submit(task) for task in tasks]:
                done.result()


def _hit(row: int, found: dict[int, FingerScore]) -> Hit:
    fused = fuse(found)
    return Hit(row, fused.total, {finger: found[finger].score for finger in sorted(found)}, fused.contributions)


_CHUNK = 256  # rows a thread takes at a time


def _worth(template: Template, made: Features) -> float:
    """Which fingers to trust first: quality, and enough minutiae to be distinctive."""
    return template.quality * min(len(made), 40)


_warmed = threading.Lock()


def warm_search() -> None:
    """Run every kernel once on a small made-up finger."""
    rng = np.random.default_rng(0)
    minutiae = np.zeros(12, MINUTIA)
    minutiae["x"], minutiae["y"] = rng.integers(0, 200, 12), rng.integers(0, 200, 12)
    minutiae["direction"], minutiae["quality"] = rng.integers(0, 256, 12), 90
    with _warmed:
        made = features(Template(0, minutiae, 200, 200, 80, "warm"))
        points, codes = np.zeros((1, p.MOST_MINUTIAE, 4), np.uint16), np.zeros((1, p.MOST_MINUTIAE, p.WORDS), np.uint64)
        points[0, :12], codes[0, :12] = made.points, made.codes
        counts, scores = np.full(1, 12, np.uint8), np.empty(1)
        pairs: NDArray[np.int64] = np.empty((p.MOST_MINUTIAE, 2), np.int64)
        kernels.relax(made.points, made.codes, made.points, made.codes, 12, *relaxation_arguments(), ROOTS, pairs)
        kernels.scan(
            made.points,
            made.codes,
            points,
            codes,
            counts,
            0,
            1,
            p.DIRECTION_LIMIT,
            COUNTED,
            p.FEWEST_COMPARED,
            ROOTS,
            scores,
        )
        kernels.relax_rows(
            made.points, made.codes, points, codes, counts, np.zeros(1, np.int64), *relaxation_arguments(),
            p.FEWEST_COMPARED, ROOTS, scores,
        )  # fmt: skip
