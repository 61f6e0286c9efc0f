# SPDX-License-Identifier: Apache-2.0
"""The compiled alignment of two fingers: rigid from the pairs found, bent along the skin, then all paired anew.

In: unpacked points, pairs, settings; out: partners, costs, the motion. The method is told in `comparison`; `reference`
judges it.
"""

from __future__ import annotations

import math

import numpy as np

from secure_communities.biometrics.kernels import _compiled

FAR = 1e9  # px or cost; larger than any that occurs
GRAINS = float(1 << 30)  # to one; what is chosen by is rounded to them, so that ties are ties on every machine


@_compiled
def to_grain(value):  # type: ignore[no-untyped-def]
    """The nearest multiple of a grain."""
    return math.floor(value * GRAINS + 0.5) / GRAINS


@_compiled
def align(here, there, partner, weight, settings, motion):  # type: ignore[no-untyped-def]
    """Weighted rigid motion of `here` onto `there` by positions and directions: cosine, sine, dx, dy."""
    total, hx, hy, tx, ty = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(partner)):
        j, w = partner[i], weight[i]
        if j >= 0:
            total += w
            hx, hy = hx + w * here[0, i], hy + w * here[1, i]
            tx, ty = tx + w * there[0, j], ty + w * there[1, j]
    hx, hy, tx, ty = hx / total, hy / total, tx / total, ty / total
    cosine, sine = 0.0, 0.0
    for i in range(len(partner)):
        j, w = partner[i], weight[i]
        if j >= 0:
            x, y, u, v = here[0, i] - hx, here[1, i] - hy, there[0, j] - tx, there[1, j] - ty
            same = here[2, i] * there[2, j] + here[3, i] * there[3, j]
            left = here[2, i] * there[3, j] - here[3, i] * there[2, j]
            cosine += w * (x * u + y * v + settings.lever * same)
            sine += w * (x * v - y * u + settings.lever * left)
    length = math.sqrt(cosine * cosine + sine * sine)
    if length == 0.0:
        cosine, length = 1.0, 1.0
    cosine, sine = cosine / length, sine / length
    motion[0], motion[1] = cosine, sine
    motion[2], motion[3] = tx - (cosine * hx - sine * hy), ty - (sine * hx + cosine * hy)


@_compiled
def place(here, motion, placed):  # type: ignore[no-untyped-def]
    """Where the motion puts every minutia of `here`."""
    for i in range(here.shape[1]):
        placed[0, i] = motion[0] * here[0, i] - motion[1] * here[1, i] + motion[2]
        placed[1, i] = motion[1] * here[0, i] + motion[0] * here[1, i] + motion[3]


@_compiled
def bend(here, there, partner, cost, settings, placed):  # type: ignore[no-untyped-def]
    """Move the placed minutiae by what the pairs around them (never a minutia's own) are out of place: skin bends."""
    n = here.shape[1]
    paired, held = np.empty(n, np.int64), 0
    out = np.empty((2, n))
    for i in range(n):
        if partner[i] >= 0:
            paired[held] = i
            out[0, held], out[1, held] = there[0, partner[i]] - placed[0, i], there[1, partner[i]] - placed[1, i]
            held += 1
    for i in range(n):
        total, dx, dy = settings.stiffness, 0.0, 0.0
        for k in range(held):
            a = paired[k]
            if a == i:
                continue
            x, y = here[0, a] - here[0, i], here[1, a] - here[1, i]
            near = 1.0 / (1.0 + (x * x + y * y) * settings.softness)
            near = near * near * (1.0 - cost[a])
            total, dx, dy = total + near, dx + near * out[0, k], dy + near * out[1, k]
        placed[0, i] += dx / total
        placed[1, i] += dy / total


@_compiled
def pair_up(here, there, placed, motion, tolerance, settings, partner, cost, theirs):  # type: ignore[no-untyped-def]
    """Pair minutiae that are each other's nearest within the tolerances of place and direction; returns how many."""
    n, m = here.shape[1], there.shape[1]
    square, slack = 1.0 / (tolerance * tolerance), 1.0 / (1.0 - settings.pair_turn)
    nearest = np.full(m, FAR)
    theirs[:] = -1
    for i in range(n):
        partner[i], cost[i] = -1, 1.0
        cosine = here[2, i] * motion[0] - here[3, i] * motion[1]
        sine = here[3, i] * motion[0] + here[2, i] * motion[1]
        for j in range(m):
            dx, dy = there[0, j] - placed[0, i], there[1, j] - placed[1, i]
            distance = (dx * dx + dy * dy) * square
            if distance >= 1.0:
                continue
            turn = (1.0 - (cosine * there[2, j] + sine * there[3, j])) * slack
            if turn >= 1.0:
                continue
            value = to_grain(settings.place_share * distance + (1.0 - settings.place_share) * turn)
            if value < cost[i]:
                cost[i], partner[i] = value, j
            if value < nearest[j]:
                nearest[j], theirs[j] = value, i
    held = 0
    for i in range(n):
        if partner[i] >= 0:
            if theirs[partner[i]] == i:
                held += 1
            else:
                partner[i] = -1
    return held


@_compiled
def worth_of(partner, cost, similarity, settings):  # type: ignore[no-untyped-def]
    """What a pairing is worth: closeness times similarity, summed."""
    total = 0.0
    for i in range(len(partner)):
        if partner[i] >= 0:
            total += (1.0 - cost[i]) * (settings.plain_share + similarity[i, partner[i]])
    return to_grain(total)


@_compiled
def refine(here, there, similarity, partner, cost, motion, theirs, settings):  # type: ignore[no-untyped-def]
    """Pair again, twice, with the skin bent as the pairs say and tighter tolerances; returns the pairing's worth."""
    n = here.shape[1]
    placed, weight = np.empty((2, n)), np.empty(n)
    for step in range(1, 3):
        for i in range(n):
            weight[i] = 1.0 - cost[i]
        align(here, there, partner, weight, settings, motion)
        place(here, motion, placed)
        bend(here, there, partner, cost, settings, placed)
        tolerance = settings.tolerance if step == 2 else 0.5 * (settings.tolerance + settings.first_tolerance)
        if pair_up(here, there, placed, motion, tolerance, settings, partner, cost, theirs) == 0:
            return 0.0
    return worth_of(partner, cost, similarity, settings)


@_compiled
def surround(sides, hull):  # type: ignore[no-untyped-def]
    """Convex hull of the minutiae, counter-clockwise and closed, by monotone chains; returns its number of edges."""
    n = sides.shape[1]
    order = np.argsort(sides[0] * 65536.0 + sides[1], kind="mergesort")
    held, floor = 0, 1
    for t in range(2 * n - 1):  # there along the lower chain, back along the upper
        point = order[t] if t < n else order[2 * n - 2 - t]
        if t == n:
            floor = held
        x, y = sides[0, point], sides[1, point]
        while held > floor and (hull[held - 1, 0] - hull[held - 2, 0]) * (y - hull[held - 2, 1]) <= (
            hull[held - 1, 1] - hull[held - 2, 1]
        ) * (x - hull[held - 2, 0]):
            held -= 1
        hull[held, 0], hull[held, 1] = x, y
        held += 1
    return held - 1


@_compiled
def within(hull, edges, x, y):  # type: ignore[no-untyped-def]
    """Does a point lie in a hull, or on it?"""
    for t in range(edges):
        if (hull[t + 1, 0] - hull[t, 0]) * (y - hull[t, 1]) < (hull[t + 1, 1] - hull[t, 1]) * (x - hull[t, 0]):
            return False
    return True
