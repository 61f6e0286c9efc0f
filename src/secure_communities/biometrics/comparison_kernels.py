# SPDX-License-Identifier: Apache-2.0
"""The compiled form of description and comparison. In: points, tables and settings; out: codes, evidence, scores.

How two fingers are laid on each other is in `alignment_kernels`. The method is told in `descriptor` and `comparison`;
`reference` holds the plain NumPy form that judges every function here.
"""

from __future__ import annotations

import math

import numpy as np

from secure_communities.biometrics.alignment_kernels import (
    align,
    pair_up,
    place,
    refine,
    surround,
    to_grain,
    within,
    worth_of,
)
from secure_communities.biometrics.kernels import _compiled, _popcount
from secure_communities.biometrics.order_kernels import sort_points


@_compiled
def describe(points, count, tables, codes):  # type: ignore[no-untyped-def]
    """Fill `codes` (count, words) uint64 from `points` (count, 4) uint16. Integers only, so exact everywhere."""
    words = codes.shape[1]
    for i in range(count):
        codes[i, :] = np.uint64(0)
        neighbours = 0
        angle = np.int64(points[i, 2])
        cosine, sine = tables.cosines[angle], tables.sines[angle]
        for j in range(count):
            dx = np.int64(points[j, 0]) - np.int64(points[i, 0])
            dy = np.int64(points[i, 1]) - np.int64(points[j, 1])
            if j == i or dx * dx + dy * dy > tables.reach:
                continue
            neighbours += 1
            column = (dx * cosine + dy * sine + tables.middle) >> tables.shift
            row = (dy * cosine - dx * sine + tables.middle) >> tables.shift
            turn = (np.int64(points[j, 2]) - angle) & 255
            for w in range(words):
                codes[i, w] |= tables.places[column, row, w] & tables.turns[turn, w]
        if neighbours < tables.fewest:
            codes[i, :] = np.uint64(0)


@_compiled
def _unpack(points, count, tables):  # type: ignore[no-untyped-def]
    """(4, count): x, y upwards, cosine and sine of the direction."""
    sides = np.empty((4, count))
    for i in range(count):
        sides[0, i], sides[1, i] = float(points[i, 0]), -float(points[i, 1])
        sides[2, i], sides[3, i] = tables.unit[points[i, 2], 0], tables.unit[points[i, 2], 1]
    return sides


@_compiled
def _roots(codes, count, tables):  # type: ignore[no-untyped-def]
    """Square root of the number of set bits of each code; 0 marks a minutia that is not described."""
    roots = np.empty(count)
    for i in range(count):
        bits = 0
        for w in range(codes.shape[1]):
            bits += _popcount(codes[i, w])
        roots[i] = tables.roots[bits]
    return roots


@_compiled
def _similar(here, here_codes, there, there_codes, tables, settings):  # type: ignore[no-untyped-def]
    """Similarity 0–1 of every two minutiae; 0 beyond the largest difference of direction."""
    n, m = here.shape[1], there.shape[1]
    similarity = np.zeros((n, m))
    mine, theirs = _roots(here_codes, n, tables), _roots(there_codes, m, tables)
    for i in range(n):
        for j in range(m):
            turned = here[2, i] * there[2, j] + here[3, i] * there[3, j]
            if turned < settings.least_cosine or mine[i] == 0.0 or theirs[j] == 0.0:
                continue
            bits = np.uint64(0)
            for w in range(here_codes.shape[1]):
                bits += _popcount(here_codes[i, w] ^ there_codes[j, w])
            similarity[i, j] = max(0.0, 1.0 - tables.roots[bits] / (mine[i] + theirs[j]))
    return similarity


@_compiled
def _candidates(similarity, settings):  # type: ignore[no-untyped-def]
    """(k, 2) pairs among the best partners of either minutia, the most similar first, ties in index order."""
    n, m = similarity.shape
    marked = np.zeros((n, m), np.bool_)
    used = np.zeros(n, np.bool_)
    for i in range(n):
        for _ in range(settings.partners):
            best, value = -1, 0.0
            for j in range(m):
                if similarity[i, j] > value and not marked[i, j]:
                    best, value = j, similarity[i, j]
            if best < 0:
                break
            marked[i, best] = True
    for j in range(m):
        used[:] = False
        for _ in range(settings.partners):
            best, value = -1, 0.0
            for i in range(n):
                if similarity[i, j] > value and not used[i]:
                    best, value = i, similarity[i, j]
            if best < 0:
                break
            used[best] = True
            marked[best, j] = True
    listed = np.empty((settings.partners * (n + m), 2), np.int64)
    values = np.empty(len(listed))
    held = 0
    for i in range(n):
        for j in range(m):
            if marked[i, j]:
                listed[held, 0], listed[held, 1] = i, j
                values[held] = -similarity[i, j]
                held += 1
    order = np.argsort(values[:held], kind="mergesort")[: settings.most_pairs]
    return listed[order]


@_compiled
def _agree(here, there, pairs, settings):  # type: ignore[no-untyped-def]
    """(k, k) 0–1: how well every two pairs agree on distance, bearing and turn; 0 where they share a minutia."""
    held = len(pairs)
    agreement = np.zeros((held, held))
    ax, ay, bx, by, cosine, sine = np.empty((6, held))
    for k in range(held):
        i, j = pairs[k, 0], pairs[k, 1]
        ax[k], ay[k], bx[k], by[k] = here[0, i], here[1, i], there[0, j], there[1, j]
        cosine[k] = here[2, i] * there[2, j] + here[3, i] * there[3, j]
        sine[k] = here[2, i] * there[3, j] - here[3, i] * there[2, j]
    for k in range(held):
        for m in range(k):
            ux, uy, vx, vy = ax[m] - ax[k], ay[m] - ay[k], bx[m] - bx[k], by[m] - by[k]
            mine, theirs = math.sqrt(ux * ux + uy * uy), math.sqrt(vx * vx + vy * vy)
            gap = (mine - theirs) / (settings.gap + settings.gap_share * (mine + theirs))
            scale = 1.0 / (mine * theirs + 1e-9)  # coinciding points have no bearing
            along, across = (ux * vx + uy * vy) * scale, (ux * vy - uy * vx) * scale
            bearing = min(along * cosine[k] + across * sine[k], along * cosine[m] + across * sine[m])
            turn = cosine[k] * cosine[m] + sine[k] * sine[m]
            value = (
                max(0.0, 1.0 - gap * gap)
                * max(0.0, (bearing - settings.bearing) / (1.0 - settings.bearing))
                * max(0.0, (turn - settings.turn) / (1.0 - settings.turn))
            )
            agreement[k, m] = to_grain(value)
    for k in range(held):
        for m in range(k):
            if pairs[k, 0] == pairs[m, 0] or pairs[k, 1] == pairs[m, 1]:
                agreement[k, m] = 0.0
            agreement[m, k] = agreement[k, m]
    return agreement


@_compiled
def _support(agreement, values, settings):  # type: ignore[no-untyped-def]
    """Relaxation: each pair's similarity times what the pairs that agree with it are worth, the largest being 1."""
    held = len(values)
    support, fresh = values.copy(), np.empty(held)
    for _ in range(settings.rounds):
        for k in range(held):
            fresh[k] = settings.inertia * support[k]
        for m in range(held):
            for k in range(held):
                fresh[k] += agreement[m, k] * support[m]
        largest = 0.0
        for k in range(held):
            fresh[k] *= values[k]
            largest = max(largest, fresh[k])
        if largest == 0.0:
            break
        for k in range(held):
            support[k] = to_grain(fresh[k] / largest)
    return support


@_compiled
def _gather(seed, agreement, values, pairs, explained, partner, weight, settings):  # type: ignore[no-untyped-def]
    """The pairs that agree with a seed, one to one, best first, into `partner` and `weight`; returns their worth."""
    partner[:] = -1
    weight[:] = 0.0
    taken = np.zeros(pairs[:, 1].max() + 1, np.bool_)
    partner[pairs[seed, 0]], weight[pairs[seed, 0]] = pairs[seed, 1], 1.0
    taken[pairs[seed, 1]] = True
    explained[seed] = True
    total = 0.0
    while True:
        best, value = -1, 0.0
        for k in range(len(pairs)):
            worth = agreement[seed, k] * values[k]
            if worth > value and partner[pairs[k, 0]] < 0 and not taken[pairs[k, 1]]:
                best, value = k, worth
        if best < 0:
            return total
        partner[pairs[best, 0]], weight[pairs[best, 0]] = pairs[best, 1], value
        taken[pairs[best, 1]] = True
        if agreement[seed, best] > settings.same_alignment:
            explained[best] = True
        total += value


@_compiled
def _weigh(here, there, points, others, similarity, partner, motion, worth, support, settings, evidence):  # type: ignore[no-untyped-def]
    """Fill the evidence of a pairing: see `comparison.EVIDENCE` for names and meaning."""
    n, m = here.shape[1], there.shape[1]
    cosine, sine, dx, dy = motion[0], motion[1], motion[2], motion[3]
    hull = np.empty((2 * max(n, m) + 2, 2))
    taken = np.zeros(m, np.bool_)
    paired, alike, away, turned, kinds, alone = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    edges = surround(there, hull)
    over = 0
    for i in range(n):
        x, y = cosine * here[0, i] - sine * here[1, i] + dx, sine * here[0, i] + cosine * here[1, i] + dy
        j = partner[i]
        if j >= 0:
            taken[j] = True
            paired += 1
            alike += similarity[i, j]
            away += math.sqrt((there[0, j] - x) ** 2 + (there[1, j] - y) ** 2)
            same = here[2, i] * there[2, j] + here[3, i] * there[3, j]
            left = here[2, i] * there[3, j] - here[3, i] * there[2, j]
            turned += 1.0 - (cosine * same + sine * left)
            kinds += 1.0 if points[i, 3] >> 8 == others[j, 3] >> 8 else -1.0
        elif within(hull, edges, x, y):
            over += 1
            alone += max(0.0, (points[i, 3] & 255) * 0.01 - settings.doubt)
    edges = surround(here, hull)
    under = 0
    for j in range(m):
        if not taken[j]:
            x, y = there[0, j] - dx, there[1, j] - dy
            if within(hull, edges, cosine * x + sine * y, cosine * y - sine * x):
                under += 1
                alone += max(0.0, (others[j, 3] & 255) * 0.01 - settings.doubt)
    links = 0
    for i in range(n):
        for k in range(i):
            if partner[i] < 0 or partner[k] < 0:
                continue
            ux, uy = here[0, k] - here[0, i], here[1, k] - here[1, i]
            square = ux * ux + uy * uy
            ex = cosine * ux - sine * uy - (there[0, partner[k]] - there[0, partner[i]])
            ey = sine * ux + cosine * uy - (there[1, partner[k]] - there[1, partner[i]])
            if square <= settings.link_reach and ex * ex + ey * ey <= settings.link_gap + settings.link_share * square:
                links += 1
    common = max(6.0, float(paired + min(over, under)))
    several = max(3.0, float(paired))
    evidence[0] = worth / math.sqrt(common)
    evidence[1] = math.sqrt(worth)
    evidence[2] = worth / common
    evidence[3] = paired / common
    evidence[4] = alike / several
    evidence[5] = math.sqrt(2.0 * links)
    evidence[6] = math.sqrt(support)
    evidence[7] = kinds / several
    evidence[8] = math.sqrt(alone)
    evidence[9] = away / several
    evidence[10] = math.sqrt(max(0.0, turned) / several)


@_compiled
def _before(points, count, others, other_count):  # type: ignore[no-untyped-def]
    """Which finger stands first: by number of minutiae, then by content, wherever they lie. Makes scores symmetric."""
    if count != other_count:
        return count < other_count
    for i in range(count):
        for column in range(4):
            mine, theirs = np.int64(points[i, column]), np.int64(others[i, column])
            if column < 2:
                mine, theirs = mine - np.int64(points[0, column]), theirs - np.int64(others[0, column])
            if mine != theirs:
                return mine < theirs
    return True


@_compiled
def _match(points, codes, count, others, other_codes, other_count, tables, settings, evidence, pairs, motion):  # type: ignore[no-untyped-def]
    """Compare two fingers in their canonical order; evidence, pairs and motion are filled, number of pairs returned."""
    evidence[:] = 0.0
    evidence[11], evidence[12] = math.log1p(count), math.log1p(other_count)
    motion[0], motion[1], motion[2], motion[3] = 1.0, 0.0, 0.0, 0.0
    here, there = _unpack(points, count, tables), _unpack(others, other_count, tables)
    similarity = _similar(here, codes, there, other_codes, tables, settings)
    listed = _candidates(similarity, settings)
    held = len(listed)
    if held < settings.fewest_pairs:
        return 0
    values = np.empty(held)
    for k in range(held):
        values[k] = similarity[listed[k, 0], listed[k, 1]]
    agreement = _agree(here, there, listed, settings)
    support = _support(agreement, values, settings)
    most = settings.hypotheses
    partners, costs, motions = np.empty((most, count), np.int64), np.empty((most, count)), np.empty((most, 4))
    worths, supports = np.zeros(most), np.zeros(most)
    explained = np.zeros(held, np.bool_)
    weight, placed, theirs = np.empty(count), np.empty((2, count)), np.empty(other_count, np.int64)
    for h in range(most):
        seed = -1
        for k in range(held):
            if not explained[k] and support[k] > 0.0 and (seed < 0 or support[k] > support[seed]):
                seed = k
        if seed < 0:
            break
        supports[h] = _gather(seed, agreement, values, listed, explained, partners[h], weight, settings)
        align(here, there, partners[h], weight, settings, motions[h])
        place(here, motions[h], placed)
        pair_up(here, there, placed, motions[h], settings.first_tolerance, settings, partners[h], costs[h], theirs)
        worths[h] = worth_of(partners[h], costs[h], similarity, settings)
    order = np.argsort(-worths, kind="mergesort")
    best, worth = -1, 0.0
    for h in order[: settings.refined]:
        if worths[h] > 0.0:
            value = refine(here, there, similarity, partners[h], costs[h], motions[h], theirs, settings)
            if value > worth:
                best, worth = h, value
    if best < 0:
        return 0
    motion[:] = motions[best]
    partner = partners[best]
    _weigh(here, there, points, others, similarity, partner, motion, worth, supports[best], settings, evidence)
    strength = np.zeros(count)
    found = 0
    for i in range(count):
        if partner[i] >= 0:
            strength[i] = -(1.0 - costs[best, i]) * (settings.plain_share + similarity[i, partner[i]])
            found += 1
    order = np.argsort(strength, kind="mergesort")
    for k in range(found):
        pairs[k, 0], pairs[k, 1] = order[k], partner[order[k]]
    return found


@_compiled
def match(points, codes, count, others, other_codes, other_count, tables, settings, evidence, pairs, motion):  # type: ignore[no-untyped-def]
    """Compare two described fingers, whichever is the probe: evidence (13,), pairs (most, 2), motion (4,), number of
    pairs. The motion carries `points` onto `others`: cosine, sine, dx, dy with y upwards."""
    if _before(points, count, others, other_count):
        return _match(points, codes, count, others, other_codes, other_count, tables, settings, evidence, pairs, motion)
    found = _match(others, other_codes, other_count, points, codes, count, tables, settings, evidence, pairs, motion)
    for k in range(found):
        pairs[k, 0], pairs[k, 1] = pairs[k, 1], pairs[k, 0]
    cosine, sine, dx, dy = motion[0], motion[1], motion[2], motion[3]
    motion[1], motion[2], motion[3] = -sine, -(cosine * dx + sine * dy), -(cosine * dy - sine * dx)
    return found


@_compiled
def believe(evidence, found, belief):  # type: ignore[no-untyped-def]
    """Score 0–1 of evidence: a weighted sum through a gentle logistic; 0 where nothing was paired."""
    if found == 0:
        return 0.0
    total = belief.bias
    for k in range(len(evidence)):
        value = (evidence[k] - belief.centre[k]) / belief.spread[k]
        total += belief.weight[k] * min(belief.limit, max(-belief.limit, value))
    return 1.0 / (1.0 + math.exp(-total / belief.temper))


@_compiled
def score_rows(points, codes, stored, counts, fewest, tables, settings, belief, scores):  # type: ignore[no-untyped-def]
    """Describe and compare every row of stored minutiae with one described finger; −1 where a row has too few."""
    most = stored.shape[1]
    others, other_codes = np.empty((most, 4), np.uint16), np.empty((most, codes.shape[1]), np.uint64)
    evidence, pairs, motion = np.empty(len(belief.weight)), np.empty((most, 2), np.int64), np.empty(4)
    for row in range(len(stored)):
        count = np.int64(counts[row])
        if count < fewest:
            scores[row] = -1.0
        elif len(points) < fewest:
            scores[row] = 0.0
        else:
            sort_points(stored[row], count, others)
            describe(others, count, tables, other_codes)
            found = match(
                points, codes, len(points), others, other_codes, count, tables, settings, evidence, pairs, motion
            )
            scores[row] = believe(evidence, found, belief)
