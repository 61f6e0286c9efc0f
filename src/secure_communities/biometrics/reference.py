# SPDX-License-Identifier: Apache-2.0
"""The plain NumPy form of every kernel, written for reading: the oracle of the tests and the fallback of last resort.

Codes must agree with the kernels bit for bit, similarities to the last bit, scores within SCORE_TOLERANCE.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import COUNTED, GEOMETRY, ROOTS
from secure_communities.biometrics.descriptor import TABLES, Features, best_points
from secure_communities.biometrics.template import Template

SCORE_TOLERANCE: Final = 1e-9
_TURN: Final = 2 * math.pi / 256


def describe(points: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Codes (n, WORDS) of points (n, 4): see `descriptor`."""
    t, codes = TABLES, np.zeros((len(points), p.WORDS), np.uint64)
    x, y, direction = (points[:, k].astype(np.int64) for k in range(3))
    for i in range(len(points)):
        dx, dy = x - x[i], y[i] - y
        near = dx**2 + dy**2 <= t.reach
        near[i] = False
        if near.sum() < p.FEWEST_NEIGHBOURS:
            continue
        cosine, sine = t.cosines[direction[i]], t.sines[direction[i]]
        u, v = (dx * cosine + dy * sine)[near], (dy * cosine - dx * sine)[near]
        squares = (u[:, None] - t.cells[:, 0]) ** 2 + (v[:, None] - t.cells[:, 1]) ** 2
        steps = squares >> t.shift
        weights = np.where(steps < len(t.spatial), t.spatial[np.minimum(steps, len(t.spatial) - 1)], 0)
        sections = t.directional[(direction[near] - direction[i]) & 255]
        bits = (weights.T @ sections > t.threshold).ravel()
        padded = np.zeros(64 * p.WORDS, np.uint8)
        padded[: len(bits)] = bits
        codes[i] = np.packbits(padded, bitorder="little").view("<u8")
    return codes


def features(template: Template) -> Features:
    """As `descriptor.features`."""
    points = best_points(template)
    return Features(points, describe(points))


def similarities(probe: Features, candidate: Features) -> NDArray[np.float64]:
    """Local similarity of every pair (n, m); 0 where a minutia is not described or directions differ too much."""
    weights, others = (ROOTS[np.bitwise_count(f.codes).sum(axis=1)] for f in (probe, candidate))
    bits = np.bitwise_count(probe.codes[:, None, :] ^ candidate.codes[None, :, :]).sum(axis=2)
    turn = (candidate.points[None, :, 2].astype(int) - probe.points[:, None, 2].astype(int)) & 255
    allowed = ((turn <= p.DIRECTION_LIMIT) | (turn >= 256 - p.DIRECTION_LIMIT)) & (weights[:, None] > 0) & (others > 0)
    result: NDArray[np.float64] = np.zeros(bits.shape)
    result[allowed] = 1.0 - (ROOTS[bits] / np.where(allowed, weights[:, None] + others, 1.0))[allowed]
    return result


def greedy_score(probe: Features, candidate: Features) -> float:
    """First-stage score: best partner of every probe minutia, one to one, mean of the best."""
    if min(len(probe), len(candidate)) < p.FEWEST_COMPARED:
        return -1.0
    table = similarities(probe, candidate)
    partner = table.argmax(axis=1)
    best = np.zeros(len(candidate))
    np.maximum.at(best, partner, table[np.arange(len(table)), partner])
    counted = int(COUNTED[min(len(probe), len(candidate))])
    return float(np.sort(best)[::-1][:counted].sum() / counted)


def _candidates(table: NDArray[np.float64]) -> list[tuple[float, int, int]]:
    """The best partners of every minutia of either side, the best of all first."""
    pairs: set[tuple[int, int]] = set()
    for i, row in enumerate(table):
        pairs |= {(i, int(j)) for j in np.argsort(-row, kind="stable")[: p.PARTNERS] if row[j] > 0}
    for j, column in enumerate(table.T):
        pairs |= {(int(i), j) for i in np.argsort(-column, kind="stable")[: p.PARTNERS] if column[i] > 0}
    ranked = sorted((-table[pair], *pair) for pair in pairs)
    return [(-value, i, j) for value, i, j in ranked[: min(p.MOST_PAIRS, *table.shape)]]


def _logistic(value: NDArray[np.float64], centre: float, slope: float) -> NDArray[np.float64]:
    result: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-slope * (value - centre)))
    return result


def _apart(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    difference = np.abs(first - second) % (2 * math.pi)
    result: NDArray[np.float64] = np.minimum(difference, 2 * math.pi - difference)
    return result


def _agreements(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """How well every two pairs agree: `here` and `there` (k, 3) are the paired minutiae of either side."""
    lengths, bearings, turns = [], [], []
    for side in (here, there):
        dx, dy = side[None, :, 0] - side[:, None, 0], side[:, None, 1] - side[None, :, 1]
        lengths.append(np.sqrt(dx * dx + dy * dy))
        bearings.append(np.arctan2(dy, dx) - side[:, None, 2] * _TURN)  # of the other, seen from this one
        turns.append((side[:, None, 2] - side[None, :, 2]) * _TURN)
    gap = np.abs(lengths[0] - lengths[1])
    seen = _apart(*bearings)
    value = (
        _logistic(gap, GEOMETRY[0], GEOMETRY[1])
        * _logistic(_apart(*turns), GEOMETRY[2], GEOMETRY[3])
        * _logistic(np.maximum(seen, seen.T), GEOMETRY[2], GEOMETRY[3])
    )
    value[(gap > GEOMETRY[4]) | (lengths[0] == 0) | (lengths[1] == 0)] = 0  # coinciding points have no bearing
    return value


def compare(probe: Features, candidate: Features) -> tuple[float, list[tuple[int, int]]]:
    """As `comparison.compare_features`: score, and pairs of point indices, strongest first."""
    if min(len(probe), len(candidate)) < p.FEWEST_COMPARED:
        return 0.0, []
    ranked = _candidates(similarities(probe, candidate))
    if len(ranked) < p.FEWEST_PAIRS:
        return 0.0, []
    initial = np.array([value for value, _, _ in ranked])
    i, j = (np.array([pair[k] for pair in ranked], int) for k in (1, 2))
    agreement = _agreements(probe.points[i, :3].astype(float), candidate.points[j, :3].astype(float))
    agreement[(i[:, None] == i) | (j[:, None] == j)] = 0
    support = initial.copy()
    for _ in range(p.ROUNDS):
        support = p.RELAXATION_WEIGHT * support + (1 - p.RELAXATION_WEIGHT) * (agreement @ support) / (len(ranked) - 1)
    wanted = int(COUNTED[min(len(probe), len(candidate))])
    pairs: list[tuple[int, int]] = []
    score = 0.0
    for k in np.argsort(-support / initial, kind="stable"):
        if len(pairs) < wanted and i[k] not in [a for a, _ in pairs] and j[k] not in [b for _, b in pairs]:
            pairs.append((int(i[k]), int(j[k])))
            score += float(support[k])
    return score / wanted, pairs
