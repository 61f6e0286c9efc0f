# SPDX-License-Identifier: Apache-2.0
"""Measure the search on an invented register: is the person among the first twenty, for each kind of error. Pure.

In: a recipe held out from learning. Out: recall by kind of error, candidates a query, time a query. Keys are kept in
two sorted arrays, as an index would; ranking is the one that the application uses.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from secure_communities.linkage import blocking, model, synthetic, weighing
from secure_communities.linkage.features import Features, features_of
from secure_communities.linkage.model import Model
from secure_communities.linkage.synthetic import Recipe

FIRST = 20
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Register:
    """Features by position, and the keys that lead to them."""

    known: list[Features]
    keys: NDArray[np.int64]
    owners: NDArray[np.int32]

    def candidates(self, asked: Features, *, most: int = blocking.MOST_CANDIDATES) -> NDArray[np.int32]:
        """Positions that share keys with what is asked, by the worth of the keys, at most `most`."""
        found, weights = [], []
        for text in blocking.query_keys(asked):
            key = _number(text)
            low, high = np.searchsorted(self.keys, (key, key + 1))
            found.append(self.owners[low:high])
            weights.append(np.full(high - low, blocking.worth(text)))
        owners, place = np.unique(np.concatenate(found), return_inverse=True)
        sums = np.bincount(place, np.concatenate(weights))
        best = np.argsort(-sums, kind="stable")[:most]
        chosen: NDArray[np.int32] = owners[best]
        return chosen


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True) >> 1


def build(recipe: Recipe) -> Register:
    """The register of a recipe with its index."""
    known, keys, owners = [], [], []
    for at, said in enumerate(synthetic.people(recipe)):
        features = features_of(said)
        known.append(features)
        mine = [_number(text) for text in blocking.record_keys(features)]
        keys.append(np.array(mine, np.int64))
        owners.append(np.full(len(mine), at, np.int32))
    flat, whose = np.concatenate(keys), np.concatenate(owners)
    order = np.argsort(flat, kind="stable")
    return Register(known, flat[order], whose[order])


def evaluate(
    recipe: Recipe = synthetic.EVALUATION,
    *,
    queries: int = 2_000,
    used: Model | None = None,
    progress: Progress = lambda text: None,
) -> dict[str, Any]:
    """Recall at 20 over all queries and by kind of error, what blocking alone finds, and times in milliseconds."""
    used = used or model.current()
    started = time.perf_counter()
    register = build(recipe)
    built = time.perf_counter() - started
    progress(f"{recipe.people:,} people, {len(register.keys):,} keys in {built:.0f} s")
    asked = list(synthetic.queries(recipe, list(synthetic.people(recipe)), queries))
    hits: dict[str, list[bool]] = defaultdict(list)
    by_errors: dict[int, list[bool]] = defaultdict(list)
    reached, firsts, counts, times = 0, 0, [], []
    for one in asked:
        start = time.perf_counter()
        features = features_of(one.said)
        candidates = register.candidates(features)
        ranked = weighing.rank(features, [(int(at), register.known[at]) for at in candidates], used)[:FIRST]
        times.append(time.perf_counter() - start)
        reached += one.person in candidates
        counts.append(len(candidates))
        hit = any(at == one.person for at, _ in ranked)
        hits[one.kind].append(hit)
        by_errors[one.errors].append(hit)
        firsts += bool(ranked) and ranked[0][0] == one.person
    every = [hit for kind in hits.values() for hit in kind]
    return {
        "model": used.name,
        "scheme": blocking.SCHEME,
        "people": recipe.people,
        "queries": len(asked),
        "seed": recipe.seed,
        "recall_at_20": _share(every),
        "reached_by_blocking": round(reached / len(asked), 4),
        "recall_at_1": round(firsts / len(asked), 4),
        "by_errors": {str(number): {"recall": _share(found), "queries": len(found)} for number, found in
                      sorted(by_errors.items())},
        "by_kind": {kind: {"recall": _share(found), "queries": len(found)} for kind, found in sorted(hits.items())},
        "candidates": {"p50": int(np.percentile(counts, 50)), "p95": int(np.percentile(counts, 95))},
        "milliseconds": {name: round(1e3 * float(np.percentile(times, part)), 1) for name, part in
                         (("p50", 50), ("p95", 95), ("p99", 99))},
        "index_seconds": round(built, 1),
        "keys_a_record": round(len(register.keys) / recipe.people, 1),
    }  # fmt: skip


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 4)
