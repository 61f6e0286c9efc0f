# SPDX-License-Identifier: Apache-2.0
"""The compiled inner loops: describe, compare, scan. In: flat arrays and tables; out: codes and scores.

All in one file, because the on-disk cache of compiled functions watches only the file of the outermost one. Each is
called with one set of types only; `reference.py` holds the plain NumPy form that judges them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile without the GIL, cached on disk where a directory can be written, in memory only where not."""
    try:
        return numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")(function)
    except RuntimeError:  # no writable place for the cache
        return numba.njit(nogil=True, boundscheck=False, error_model="numpy")(function)


def _count_bits(_context: Any, _word: Any) -> Any:
    """Number of set bits of a 64-bit word, as one machine instruction."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


_popcount: Any = intrinsic(_count_bits)


@_compiled
def describe(points, cosines, sines, cells, spatial, directional, reach, shift, threshold, fewest, codes):  # type: ignore[no-untyped-def]
    """Fill `codes` (n, 8) uint64 from `points` (n, 4) uint16. Integer arithmetic only, so exact everywhere."""
    count, sections = len(points), directional.shape[1]
    sums = np.empty((len(cells), sections), np.int64)
    for i in range(count):
        codes[i, :] = 0
        sums[:, :] = 0
        neighbours = 0
        angle = np.int64(points[i, 2])
        cosine, sine = cosines[angle], sines[angle]
        for j in range(count):
            dx = np.int64(points[j, 0]) - np.int64(points[i, 0])
            dy = np.int64(points[i, 1]) - np.int64(points[j, 1])
            if j == i or dx * dx + dy * dy > reach:
                continue
            neighbours += 1
            u, v = dx * cosine + dy * sine, dy * cosine - dx * sine
            turn = (np.int64(points[j, 2]) - angle) & 255
            for c in range(len(cells)):
                du, dv = u - cells[c, 0], v - cells[c, 1]
                step = (du * du + dv * dv) >> shift
                if step < len(spatial):
                    for s in range(sections):
                        sums[c, s] += spatial[step] * directional[turn, s]
        if neighbours < fewest:
            continue
        for c in range(len(cells)):
            for s in range(sections):
                if sums[c, s] > threshold:
                    bit = c * sections + s
                    codes[i, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)


@_compiled
def _weigh(codes, count, roots, weights):  # type: ignore[no-untyped-def]
    """Square root of the number of set bits of each code; 0 marks a minutia that is not described."""
    for i in range(count):
        bits = 0
        for w in range(codes.shape[1]):
            bits += _popcount(codes[i, w])
        weights[i] = roots[bits]


@_compiled
def _greedy(  # type: ignore[no-untyped-def]
    probe_points, probe_codes, probe_weights, points, codes, weights, count, limit, counted, roots, best
):
    """Sum of the best one-to-one similarities of the probe's minutiae, without geometry, per pair counted."""
    for j in range(count):
        best[j] = 0.0
    for i in range(len(probe_points)):
        if probe_weights[i] == 0.0:
            continue
        angle, value, partner = np.int64(probe_points[i, 2]), 0.0, -1
        for j in range(count):
            turn = (np.int64(points[j, 2]) - angle) & 255
            if (turn > limit and turn < 256 - limit) or weights[j] == 0.0:
                continue
            bits = np.uint64(0)
            for w in range(codes.shape[1]):
                bits += _popcount(probe_codes[i, w] ^ codes[j, w])
            similarity = 1.0 - roots[bits] / (probe_weights[i] + weights[j])
            if similarity > value:
                value, partner = similarity, j
        if partner >= 0 and value > best[partner]:
            best[partner] = value
    total = 0.0
    for _ in range(counted):
        largest = 0
        for j in range(1, count):
            if best[j] > best[largest]:
                largest = j
        total += best[largest]
        best[largest] = 0.0
    return total / counted


@_compiled
def _offer(value, i, j, values, pairs, held, most):  # type: ignore[no-untyped-def]
    """Insert a pair into the list of the best `most`, ordered by value, then by minutiae; no pair twice."""
    place = held
    while place > 0:
        other = values[place - 1]
        if other > value or (
            other == value and (pairs[place - 1, 0] < i or (pairs[place - 1, 0] == i and pairs[place - 1, 1] <= j))
        ):
            break
        place -= 1
    if place > 0 and pairs[place - 1, 0] == i and pairs[place - 1, 1] == j:
        return held
    if place >= most:
        return held
    last = min(held, most - 1)
    for k in range(last, place, -1):
        values[k] = values[k - 1]
        pairs[k, 0], pairs[k, 1] = pairs[k - 1, 0], pairs[k - 1, 1]
    values[place] = value
    pairs[place, 0], pairs[place, 1] = i, j
    return min(held + 1, most)


@_compiled
def _logistic(value, centre, slope):  # type: ignore[no-untyped-def]
    return 1.0 / (1.0 + math.exp(-slope * (value - centre)))


@_compiled
def _apart(first, second):  # type: ignore[no-untyped-def]
    """Absolute difference of two angles in radians, 0 to π."""
    difference = abs(first - second) % (2.0 * math.pi)
    return min(difference, 2.0 * math.pi - difference)


@_compiled
def relax(  # type: ignore[no-untyped-def]
    probe_points,
    probe_codes,
    points,
    codes,
    count,
    limit,
    partners,
    most,
    fewest,
    rounds,
    keep,
    geometry,
    counted,
    roots,
    pairs,
):
    """Score of two fingers by geometric relaxation; `pairs` (most, 2) receives the pairing, count returned second.

    `geometry` is distance centre, slope, angle centre, slope (px, radians).
    """
    rows = len(probe_points)
    probe_weights, weights = np.empty(rows), np.empty(count)
    _weigh(probe_codes, rows, roots, probe_weights)
    _weigh(codes, count, roots, weights)
    similarity = np.zeros((rows, count))
    for i in range(rows):
        angle = np.int64(probe_points[i, 2])
        for j in range(count):
            turn = (np.int64(points[j, 2]) - angle) & 255
            if (turn > limit and turn < 256 - limit) or weights[j] == 0.0 or probe_weights[i] == 0.0:
                continue
            bits = np.uint64(0)
            for w in range(codes.shape[1]):
                bits += _popcount(probe_codes[i, w] ^ codes[j, w])
            similarity[i, j] = 1.0 - roots[bits] / (probe_weights[i] + weights[j])

    # The best partners of every minutia of either side are the candidates; the best of all are kept.
    most = min(most, min(rows, count))
    values, candidates, held = np.empty(most + 1), np.empty((most + 1, 2), np.int64), 0
    used = np.empty(max(rows, count), np.bool_)
    for i in range(rows):
        used[:] = False
        for _ in range(partners):
            best = -1
            for j in range(count):
                if similarity[i, j] > 0.0 and not used[j] and (best < 0 or similarity[i, j] > similarity[i, best]):
                    best = j
            if best < 0:
                break
            used[best] = True
            held = _offer(similarity[i, best], i, best, values, candidates, held, most)
    for j in range(count):
        used[:] = False
        for _ in range(partners):
            best = -1
            for i in range(rows):
                if similarity[i, j] > 0.0 and not used[i] and (best < 0 or similarity[i, j] > similarity[best, j]):
                    best = i
            if best < 0:
                break
            used[best] = True
            held = _offer(similarity[best, j], best, j, values, candidates, held, most)
    if held < fewest:
        return 0.0, 0

    # How well every two pairs agree on distance, relative direction and bearing.
    agreement = np.zeros((held, held))
    full = 2.0 * math.pi / 256.0
    for k in range(held):
        i, j = candidates[k, 0], candidates[k, 1]
        for m in range(k):
            a, b = candidates[m, 0], candidates[m, 1]
            if i == a or j == b:
                continue
            px, py = (
                float(probe_points[a, 0]) - float(probe_points[i, 0]),
                float(probe_points[i, 1]) - float(probe_points[a, 1]),
            )
            qx, qy = float(points[b, 0]) - float(points[j, 0]), float(points[j, 1]) - float(points[b, 1])
            reach, probe_reach = math.sqrt(qx * qx + qy * qy), math.sqrt(px * px + py * py)
            gap = abs(probe_reach - reach)
            if gap > geometry[4] or reach == 0.0 or probe_reach == 0.0:  # coinciding points have no bearing
                continue
            value = _logistic(gap, geometry[0], geometry[1])
            probe_turn = (float(probe_points[i, 2]) - float(probe_points[a, 2])) * full
            candidate_turn = (float(points[j, 2]) - float(points[b, 2])) * full
            value *= _logistic(_apart(probe_turn, candidate_turn), geometry[2], geometry[3])
            bearing, probe_bearing = math.atan2(qy, qx), math.atan2(py, px)
            # seen from either end, the worse of the two
            near = _apart(probe_bearing - float(probe_points[i, 2]) * full, bearing - float(points[j, 2]) * full)
            far = _apart(probe_bearing - float(probe_points[a, 2]) * full, bearing - float(points[b, 2]) * full)
            value *= _logistic(max(near, far), geometry[2], geometry[3])
            agreement[k, m] = value
            agreement[m, k] = value

    support, fresh = values[:held].copy(), np.empty(held)
    for _ in range(rounds):
        for k in range(held):
            total = 0.0
            for m in range(held):
                total += agreement[k, m] * support[m]
            fresh[k] = keep * support[k] + (1.0 - keep) * total / (held - 1)
        support[:] = fresh

    # One-to-one, the pairs first that gained most by the agreement of the others.
    taken_probe, taken = np.zeros(rows, np.bool_), np.zeros(count, np.bool_)
    done = np.zeros(held, np.bool_)
    score = 0.0
    paired = 0
    wanted = counted[min(rows, count)]
    while paired < wanted:
        best = -1
        gain = -1.0
        for k in range(held):
            if done[k] or taken_probe[candidates[k, 0]] or taken[candidates[k, 1]]:
                continue
            if support[k] / values[k] > gain:
                best, gain = k, support[k] / values[k]
        if best < 0:
            break
        done[best] = True
        i, j = candidates[best, 0], candidates[best, 1]
        taken_probe[i], taken[j] = True, True
        pairs[paired, 0], pairs[paired, 1] = i, j
        paired += 1
        score += support[best]
    return score / wanted, paired


@_compiled
def scan(  # type: ignore[no-untyped-def]
    probe_points, probe_codes, points, codes, counts, start, stop, limit, counted, fewest, roots, scores
):
    """First stage: greedy score of one probe finger against rows start–stop of one finger; −1 where there is none."""
    probe_weights, weights, best = np.empty(len(probe_points)), np.empty(codes.shape[1]), np.empty(codes.shape[1])
    _weigh(probe_codes, len(probe_points), roots, probe_weights)
    for row in range(start, stop):
        count = np.int64(counts[row])
        if count < fewest:
            scores[row] = -1.0
            continue
        _weigh(codes[row], count, roots, weights)
        smaller = min(len(probe_points), count)
        scores[row] = _greedy(
            probe_points,
            probe_codes,
            probe_weights,
            points[row],
            codes[row],
            weights,
            count,
            limit,
            counted[smaller],
            roots,
            best,
        )


@_compiled
def relax_rows(  # type: ignore[no-untyped-def]
    probe_points,
    probe_codes,
    points,
    codes,
    counts,
    rows,
    limit,
    partners,
    most,
    fewest,
    rounds,
    keep,
    geometry,
    counted,
    least,
    roots,
    scores,
):
    """Second stage: relaxed score of one probe finger against the listed rows; −1 where the row lacks the finger."""
    pairs = np.empty((codes.shape[1], 2), np.int64)
    for n in range(len(rows)):
        row = rows[n]
        count = np.int64(counts[row])
        if count < least:
            scores[n] = -1.0
            continue
        scores[n], _ = relax(
            probe_points,
            probe_codes,
            points[row],
            codes[row],
            count,
            limit,
            partners,
            most,
            fewest,
            rounds,
            keep,
            geometry,
            counted,
            roots,
            pairs,
        )


@_compiled
def score_rows(  # type: ignore[no-untyped-def]
    probe_points,
    probe_codes,
    points,
    counts,
    cosines,
    sines,
    cells,
    spatial,
    directional,
    reach,
    shift,
    threshold,
    neighbours,
    limit,
    partners,
    most,
    fewest,
    rounds,
    keep,
    geometry,
    counted,
    least,
    roots,
    scores,
):
    """Describe and compare every row of stored minutiae with one probe finger; −1 where a row has too few."""
    codes = np.empty((points.shape[1], probe_codes.shape[1]), np.uint64)
    pairs = np.empty((points.shape[1], 2), np.int64)
    for row in range(len(points)):
        count = np.int64(counts[row])
        if count < least or len(probe_points) < least:
            scores[row] = -1.0 if count < least else 0.0
            continue
        describe(
            points[row, :count],
            cosines,
            sines,
            cells,
            spatial,
            directional,
            reach,
            shift,
            threshold,
            neighbours,
            codes[:count],
        )
        scores[row], _ = relax(
            probe_points,
            probe_codes,
            points[row],
            codes,
            count,
            limit,
            partners,
            most,
            fewest,
            rounds,
            keep,
            geometry,
            counted,
            roots,
            pairs,
        )
