# SPDX-License-Identifier: Apache-2.0
"""Peers measured in the same run, where they are installed (the lock file of the benchmarks): a table of ratios.

In: the search backend and probes. Out: rates on one thread, ours over theirs. bozorth3 compares its own minutiae of
drawn fingers one to one; faiss scans the very codes of the first stage and must name the same rows.
"""

from __future__ import annotations

import importlib.util
import io
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.searching.speed import seconds_of
from secure_communities.biometrics.comparison import score_many
from secure_communities.biometrics.first_stage import factors
from secure_communities.biometrics.search import LocalBackend
from secure_communities.biometrics.shard import Probe, Shard, describe_probe
from secure_communities.biometrics.synthetic.identity import Identity
from secure_communities.biometrics.synthetic.impression import finger_image
from secure_communities.biometrics.template import TenPrint

FAISS_ROWS = 200_000


def compare(backend: LocalBackend, probes: Sequence[TenPrint]) -> dict[str, Any]:
    """Every peer that is installed; the others are named as missing."""
    table: dict[str, Any] = {"ours_finger_comparisons_per_second": comparison_rate(backend, probes)}
    ours = table["ours_finger_comparisons_per_second"]
    peers: list[tuple[str, str, Callable[[], dict[str, Any]]]] = [
        ("bozorth3 (nbis-py)", "nbis", lambda: bozorth3(ours)),
        ("faiss IndexBinaryFlat", "faiss", lambda: faiss_flat(backend, probes)),
    ]
    for name, module, measure in peers:
        table[name] = measure() if importlib.util.find_spec(module) else "not installed"
    return table


def comparison_rate(backend: LocalBackend, probes: Sequence[TenPrint]) -> float:
    """Stored fingers described and compared a second, one thread, strangers."""
    segment, rows = backend.gallery.segments()[0]
    rows = min(rows, 300)
    made = describe_probe(probes[0]).fingers
    points = {finger: np.array(segment.points[finger - 1, :rows]) for finger in made}
    counts = {finger: np.array(segment.counts[finger - 1, :rows]) for finger in made}

    def work() -> None:
        for finger, described in made.items():
            score_many(described, points[finger], counts[finger])

    return rows * len(made) / seconds_of(work, times=3)


def bozorth3(ours: float) -> dict[str, Any]:
    """mindtct and bozorth3 on drawn plain fingers: strangers and mates compared a second."""
    import nbis

    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=False, ppi=None
    )
    extractor = nbis.new_nbis_extractor(settings)
    prints = []
    for seed in range(6):
        for impression in (0, 1):
            file = io.BytesIO()
            Image.fromarray(finger_image(Identity(9000 + seed), 2, impression=impression, kind="plain")).save(
                file, "PNG"
            )
            prints.append((seed, extractor.extract_minutiae(file.getvalue())))
    spent, done = {"strangers": 0.0, "mates": 0.0}, {"strangers": 0, "mates": 0}
    for (a, first), (b, second) in itertools.combinations(prints, 2):
        kind = "mates" if a == b else "strangers"
        start = time.perf_counter()
        first.compare(second)
        spent[kind] += time.perf_counter() - start
        done[kind] += 1
    theirs = {kind: done[kind] / spent[kind] for kind in spent}
    return {
        "finger_comparisons_per_second": theirs["strangers"],
        "mated_comparisons_per_second": theirs["mates"],
        "ours_over_theirs": ours / theirs["strangers"],
    }


def faiss_flat(backend: LocalBackend, probes: Sequence[TenPrint]) -> dict[str, Any]:
    """The same rows as one 5,120-bit code each, all fingers weighed alike: same answers, and who is faster."""
    import faiss

    faiss.omp_set_num_threads(1)
    segments, rows = backend.gallery.segments(), min(len(backend.gallery), FAISS_ROWS)
    parts, have = [], 0
    for segment, held in segments:
        held = min(held, rows - have)
        parts.append(np.ascontiguousarray(segment.codes[:, :held].transpose(1, 0, 2)).view(np.uint8).reshape(held, -1))
        have += held
        if have == rows:
            break
    flat = np.concatenate(parts)
    index = faiss.IndexBinaryFlat(flat.shape[1] * 8)
    index.add(flat)
    described = [even(describe_probe(probe)) for probe in probes[:64]]
    queries = np.stack([probe.codes.view(np.uint8).reshape(-1) for probe in described])
    shard, agreed = Shard(backend.gallery, rows=range(rows)), 0
    for number, probe in enumerate(described[:8]):
        distances, _ = index.search(queries[number : number + 1], 20)
        found, scores = shard.scan(probe, 20)
        # equal distances may come in any order there: distances must agree, and so every row nearer than the last
        agreed += np.array_equal(np.sort(distances[0]), np.sort(int(probe.middles.sum()) - scores // 256))
        assert len(found) == 20
    one = {
        "ours": seconds_of(lambda: shard.scan(described[0], 20), times=7),
        "theirs": seconds_of(lambda: index.search(queries[:1], 20), times=7),
    }
    many = {
        "ours": seconds_of(lambda: shard.scan_many(described, 20), times=2) / len(described),
        "theirs": seconds_of(lambda: index.search(queries, 20), times=2) / len(described),
    }
    return {
        "rows": rows,
        "answers_agree": f"{agreed} of 8",
        "ours_over_theirs_one_probe": one["theirs"] / one["ours"],
        "ours_over_theirs_64_probes": many["theirs"] / many["ours"],
        "gb_per_second_one_probe": {name: rows * 640 / spent / 1e9 for name, spent in one.items()},
    }


def even(probe: Probe) -> Probe:
    """The probe with all its fingers weighed alike and rows never left out or scaled, as faiss has it."""
    weights = np.ones(10, np.int32)
    return Probe(
        probe.fingers, probe.qualities, probe.codes, weights, probe.middles, np.full_like(factors(weights), 256)
    )
