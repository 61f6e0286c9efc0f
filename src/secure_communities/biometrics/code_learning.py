# SPDX-License-Identifier: Apache-2.0
"""Learn the projection of the first stage's codes from several impressions of each of many sampled fingers.

In: how many people, impressions, a seed. Out: an int8 table (CELLS, 512). No real image and no public set is used:
the people come from `synthetic.sampler` only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics import scan_kernels
from secure_communities.biometrics.descriptor import best_points
from secure_communities.biometrics.first_stage import CELLS, WORDS, make_geometry
from secure_communities.biometrics.synthetic.sampler import impress_tenprint, sample_tenprint
from secure_communities.biometrics.template import Template

_REGULAR = 0.01  # of the mean variance within a finger, added to every direction
_CLIPPED = 4.0  # standard deviations of a column of the table; rarer cells are held at that


def histogram(points: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Shares (CELLS,) of a finger's neighbouring pairs by cell; zeros where there is no pair."""
    counts = np.empty((p.CODE_DISTANCES, CELLS // p.CODE_DISTANCES), np.int32)
    scan_kernels.count_pairs(points, len(points), *make_geometry_once(), counts)
    return counts.ravel() / max(int(counts.sum()), 1)


_GEOMETRY: list[Any] = []


def make_geometry_once() -> list[Any]:
    """The geometry tables, made at the first use."""
    if not _GEOMETRY:
        _GEOMETRY.extend(make_geometry())
    return _GEOMETRY


def sample_histograms(*, persons: int, impressions: int, seed: int) -> NDArray[np.float64]:
    """Histograms (fingers, impressions, CELLS) of sampled fingers that have enough minutiae each time."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(persons):
        person = sample_tenprint(rng)
        again = [impress_tenprint(person, rng) for _ in range(impressions)]
        for finger in person:
            prints: list[Template] = [tenprint[finger] for tenprint in again]
            if min(len(one) for one in prints) >= 2 * p.FEWEST_COMPARED:
                found.append([histogram(best_points(one)) for one in prints])
    return np.array(found)


def learn(histograms: NDArray[np.float64], *, seed: int) -> NDArray[np.int8]:
    """The projection from histograms (fingers, impressions, CELLS).

    Fisher's discriminant directions, each weighted by the root of the share of its variance that is between fingers,
    are turned at random into 512 hyperplanes. The mean histogram is projected onto zero, so that bits are balanced and
    scaling a histogram changes nothing: the table can be applied to plain counts.
    """
    fingers, impressions, cells = histograms.shape
    flat = histograms.reshape(-1, cells)
    mean = flat.mean(axis=0)
    centred = flat - mean
    inside = (histograms - histograms.mean(axis=1, keepdims=True)).reshape(-1, cells)
    within = inside.T @ inside / (fingers * (impressions - 1))
    total = centred.T @ centred / len(centred)
    within += _REGULAR * np.trace(within) / cells * np.eye(cells)
    values, directions = eigh(total, within)
    best = np.argsort(-values)[: p.CODE_DIMENSIONS]
    share = np.sqrt(np.maximum(values[best] - 1, 0.01) / values[best])
    turned, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((64 * WORDS, 64 * WORDS)))
    table = directions[:, best] * share @ turned[: p.CODE_DIMENSIONS]
    table -= mean @ table
    limit = _CLIPPED * table.std(axis=0)
    found: NDArray[np.int8] = np.rint(np.clip(table / limit, -1, 1) * 127).astype(np.int8)
    return found
