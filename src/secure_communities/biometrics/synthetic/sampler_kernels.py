# SPDX-License-Identifier: Apache-2.0
"""Compiled loops of the sampler: people and their later impressions, written straight into arrays of points.

In: seeds, subject numbers, the parameters of `sampler.Model` and `sampler.Noise` as tuples in their own order. Out:
points (…, 4) uint16 (x, y, direction, kind·256 + quality), best quality first, and how many there are."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from secure_communities.biometrics.synthetic.anatomy import (
    ARCH,
    FLOW,
    HEADER,
    KNOTS,
    MOST_POINTS,
    ROW,
    SIZES,
    bend_points,
    choose_patterns,
    place_points,
)
from secure_communities.biometrics.synthetic.orientation import angle_at
from secure_communities.biometrics.synthetic.streams import normal, poisson, start, uniform

WIDTH, HEIGHT = 384, 448
MOST = 90
FEWEST = 8
ENDINGS = 0.68
_PERSON, _PRESS = 1, 2  # purposes of the streams


@njit(cache=True, nogil=True)
def _clip(value, low, high):  # type: ignore[no-untyped-def]
    return min(max(value, low), high)


@njit(cache=True, nogil=True)
def scatter(state, flow, found, wanted, model):  # type: ignore[no-untyped-def]
    """Fill `found` (x, y, direction, kind, quality; y up) with up to `wanted` minutiae of a finger; returns how many.

    Positions follow a hard-core process, thinned between `core` and `shoulder`, denser around cores and deltas."""
    mean, _, _, core, shoulder, repulsion, gathering, spread, half_width, half_height, window, follow = model
    # A print with few minutiae is above all one that shows little skin.
    shown = min((wanted / mean) ** window, 1.15)
    a = min(shown * half_width * flow[2], 0.5 * WIDTH - 2)
    b = min(shown * half_height * flow[3], 0.5 * HEIGHT - 2)
    singular = (len(flow) - HEADER) // ROW
    count = 0
    for _ in range(60 * wanted):
        if count == wanted:
            break
        x, y = 2 * uniform(state) - 1, 2 * uniform(state) - 1
        edge = x * x + y * y
        if edge > 1:
            continue
        x, y = a * x, b * y
        density = 1.0
        for k in range(singular):
            dx, dy = x - flow[HEADER + ROW * k], y - flow[HEADER + ROW * k + 1]
            density += gathering * math.exp(-(dx * dx + dy * dy) / (2 * spread * spread))
        chance = density / (1 + 2 * gathering)
        asked = uniform(state)
        if asked >= chance:
            continue
        nearest, other = 1e9, -1
        for j in range(count):
            dx, dy = found[j, 0] - x, found[j, 1] - y
            distance = dx * dx + dy * dy
            if distance < shoulder * shoulder:
                chance = chance * repulsion if distance >= core * core else 0.0
                if asked >= chance:
                    break
            if distance < nearest:
                nearest, other = distance, j
        if asked >= chance:
            continue
        angle = angle_at(x, y, flow)
        if uniform(state) < 0.5:
            angle += math.pi
        follows = other >= 0 and uniform(state) < follow * math.exp(-math.sqrt(nearest) / 90.0)
        if follows and math.cos(angle - found[other, 2]) < 0:
            angle += math.pi
        found[count, 0], found[count, 1], found[count, 2] = x, y, angle
        found[count, 3] = 1.0 if uniform(state) < ENDINGS else 2.0
        found[count, 4] = 97 - 27 * uniform(state) ** 4 - 6 * math.sqrt(edge) * uniform(state)
        count += 1
    return count


@njit(cache=True, nogil=True)
def write_points(found, count, width, height, points):  # type: ignore[no-untyped-def]
    """Write the best of `found` into `points`, rounded, best first; returns how many fitted."""
    order = np.argsort(-np.rint(found[:count, 4]), kind="mergesort")
    written = min(count, len(points))
    for k in range(written):
        row = found[order[k]]
        points[k, 0] = np.uint16(_clip(round(row[0] + 0.5 * width), 0, width - 1))
        points[k, 1] = np.uint16(_clip(round(0.5 * height - row[1]), 0, height - 1))
        points[k, 2] = np.uint16(round(row[2] * (256 / (2 * math.pi))) & 255)
        points[k, 3] = np.uint16(int(row[3]) * 256 + round(row[4]))
    return written


@njit(cache=True, nogil=True)
def sample_people(seed, first, model, points, counts):  # type: ignore[no-untyped-def]
    """Fill points (people, 10, most, 4) and counts (people, 10) with the people numbered from `first` on."""
    state = np.empty(1, np.uint64)
    found, flow = np.empty((MOST, 5)), np.empty(FLOW)
    rows = flow[HEADER:].reshape((MOST_POINTS, ROW))
    codes, pair, hand, bends = np.empty(10, np.int64), np.empty(5), np.empty(2), np.empty((MOST_POINTS, KNOTS // 2))
    own, side, twin, draws = np.empty((2, 5)), np.empty((2, 5)), np.empty((2, 5)), np.empty(12)
    count_mean, count_person, count_finger = model[0], model[1], model[2]
    for i in range(len(points)):
        start(state, seed, first + i, _PERSON)
        for numbers in (pair, hand):
            for k in range(len(numbers)):
                numbers[k] = normal(state)
        for h in range(2):
            for f in range(5):
                own[h, f], side[h, f], twin[h, f] = normal(state), uniform(state), uniform(state)
        choose_patterns(normal(state), pair, hand, own, side, twin, codes)
        size = _clip(1 + 0.06 * normal(state), 0.84, 1.16)
        person = count_person * normal(state)
        for f in range(10):
            scale = size * SIZES[f % 5]
            for k in range(12):
                draws[k] = normal(state)
            singular = place_points(codes[f], scale, draws, rows)
            for k in range(singular):
                for knot in range(KNOTS // 2):
                    bends[k, knot] = normal(state)
            bend_points(codes[f], draws, bends, rows, singular)
            flow[0] = 0.75 + 0.15 * _clip(draws[11], -2, 2) if codes[f] == ARCH else 0.0
            flow[1] = 0.85 + 0.12 * _clip(draws[9], -2, 2)
            flow[2], flow[3] = min(168 * scale, 208.0), min(206 * scale, 244.0)
            more = _clip(person + count_finger * normal(state), -1.5, 1.0)
            expected = count_mean * math.exp(more - 0.5 * (count_person**2 + count_finger**2))
            wanted = int(_clip(round(expected * (1 + 0.12 * normal(state))), FEWEST, MOST))
            held = scatter(state, flow[: HEADER + ROW * singular], found, wanted, model)
            counts[i, f] = write_points(found, held, WIDTH, HEIGHT, points[i, f])


@njit(cache=True, nogil=True)
def press(state, source, width, height, person, noise, found):  # type: ignore[no-untyped-def]
    """Another impression of the points `source` into `found` (y up, from the middle of the frame); returns how many.

    `person` (5,) are standard normal numbers that all fingers of the encounter share: of wear (jitter, missing,
    spurious) and of care (placement, pressure)."""
    (
        shift, turn, roll, contact, stretch, bend, wave, jitter, jitter_direction, missing, spurious, spread,
        careless, shared,
    ) = noise  # fmt: skip
    own = math.sqrt(1 - shared)
    worse, lost, extra = (
        math.exp(spread * _clip(math.sqrt(shared) * person[0] + own * normal(state), -2.5, 2.5)),
        math.exp(spread * _clip(math.sqrt(shared) * person[1] + own * normal(state), -2.5, 2.5)),
        math.exp(spread * _clip(math.sqrt(shared) * person[2] + own * normal(state), -2.5, 2.5)),
    )
    care = math.exp(careless * _clip(math.sqrt(shared) * person[3] + own * normal(state), -2.5, 2.5))
    pressure = math.exp(contact * _clip(math.sqrt(shared) * person[4] + own * normal(state), -2.5, 1.5))
    angle = turn * care * normal(state)
    scale = 1 + stretch * care * normal(state)
    sx, sy = shift * care * normal(state), shift * care * normal(state)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    bx, by = bend * care * normal(state), bend * care * normal(state)
    p0, p1, p2, p3 = uniform(state), uniform(state), uniform(state), uniform(state)
    turned, tau = 2 * math.pi / wave, 2 * math.pi
    # What the source shows of the skin is taken for an ellipse of the spread of its minutiae.
    mx, my, vx, vy = 0.0, 0.0, 0.0, 0.0
    size = len(source)
    for i in range(size):
        x, y = source[i, 0] - 0.5 * width, 0.5 * height - source[i, 1]
        mx, my, vx, vy = mx + x / size, my + y / size, vx + x * x / size, vy + y * y / size
    a, b = max(2.1 * math.sqrt(max(vx - mx * mx, 0.0)), 40.0), max(2.1 * math.sqrt(max(vy - my * my, 0.0)), 40.0)
    cx, cy = mx + roll * care * normal(state), my + roll * care * normal(state)
    kept = 0
    for i in range(size):
        x, y = source[i, 0] - 0.5 * width, 0.5 * height - source[i, 1]
        inside = ((x - cx) / (a * pressure)) ** 2 + ((y - cy) / (b * pressure)) ** 2 <= 1.15
        quality = source[i, 3] & 255
        weak = uniform(state) < missing * lost * (1.6 - 0.012 * quality)
        x, y = (
            x + bx * math.sin(turned * x + tau * p0) * math.cos(turned * y + tau * p1),
            y + by * math.sin(turned * y + tau * p2) * math.cos(turned * x + tau * p3),
        )
        x, y = cosine * x - sine * y + sx, sine * x + cosine * y + sy
        x, y = x + jitter * worse * normal(state), y + jitter * worse * normal(state)
        if weak or not inside or abs(x) > 0.5 * width - 1 or abs(y) > 0.5 * height - 1 or kept == len(found):
            continue
        found[kept, 0], found[kept, 1] = x, y
        direction = source[i, 2] * (2 * math.pi / 256)
        found[kept, 2] = direction + angle + jitter_direction * worse * normal(state)
        kind = source[i, 3] >> 8
        found[kept, 3] = kind if uniform(state) < 0.88 else 3 - kind
        found[kept, 4] = _clip(quality + 6 * normal(state), 60.0, 100.0)
        kept += 1
    count = kept
    for _ in range(min(poisson(state, min(size * pressure * pressure, 200.0)), 200)):
        if kept == 0 or count == len(found):
            break
        u, v = 2 * uniform(state) - 1, 2 * uniform(state) - 1
        chance = uniform(state)
        if u * u + v * v > 1:
            continue
        x, y = cx + a * pressure * u, cy + b * pressure * v
        # Skin that the source did not show brings its own minutiae; elsewhere a new one is false.
        seen = ((x - mx) / a) ** 2 + ((y - my) / b) ** 2 <= 1
        if chance >= (spurious * extra if seen else 1.0) * (4 / math.pi):
            continue
        x, y = cosine * x - sine * y + sx, sine * x + cosine * y + sy
        if abs(x) > 0.5 * width - 1 or abs(y) > 0.5 * height - 1:
            continue
        nearest, other = 1e9, 0
        for j in range(count):
            distance = math.hypot(found[j, 0] - x, found[j, 1] - y)
            if distance < nearest:
                nearest, other = distance, j
        if nearest < 8:
            continue
        # It lies along the flow around it, which its neighbour shows.
        found[count, 0], found[count, 1] = x, y
        found[count, 2] = found[other, 2] + (math.pi if uniform(state) < 0.5 else 0.0) + 0.2 * normal(state)
        found[count, 3] = 1.0 if uniform(state) < ENDINGS else 2.0
        found[count, 4] = 60 + 37 * math.sqrt(uniform(state)) if not seen else 60 + 25 * uniform(state)
        count += 1
    return count


@njit(cache=True, nogil=True)
def impress_people(seed, numbers, impression, noise, points, counts, again, held):  # type: ignore[no-untyped-def]
    """Fill again (people, fingers, most, 4) and held (people, fingers) with another impression of points."""
    state = np.empty(1, np.uint64)
    found, person = np.empty((MOST, 5)), np.empty(5)
    for i in range(len(points)):
        start(state, seed, numbers[i], _PRESS + impression)
        for k in range(len(person)):
            person[k] = normal(state)
        for f in range(points.shape[1]):
            count = press(state, points[i, f, : counts[i, f]], WIDTH, HEIGHT, person, noise, found)
            held[i, f] = write_points(found, count, WIDTH, HEIGHT, again[i, f])
