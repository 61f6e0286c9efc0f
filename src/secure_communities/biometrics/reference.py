# SPDX-License-Identifier: Apache-2.0
"""The plain NumPy form of every kernel, written for reading: the oracle of the tests and the fallback of last resort.

Codes must agree with the kernels bit for bit, scores and motions within SCORE_TOLERANCE.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.alignment_kernels import GRAINS
from secure_communities.biometrics.comparison import (
    EVIDENCE,
    SETTINGS,
    Match,
    belief,
)
from secure_communities.biometrics.descriptor import TABLES, Features, best_points
from secure_communities.biometrics.template import Template

SCORE_TOLERANCE: Final = 1e-7
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


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
        column = (dx * cosine + dy * sine + t.middle)[near] >> t.shift
        row = (dy * cosine - dx * sine + t.middle)[near] >> t.shift
        marks = t.places[column, row] & t.turns[(direction[near] - direction[i]) & 255]
        codes[i] = np.bitwise_or.reduce(marks, axis=0)
    return codes


def features(template: Template) -> Features:
    """As `descriptor.features`."""
    points = best_points(template)
    return Features(points, describe(points))


@dataclass(frozen=True, slots=True)
class _Side:
    """A finger as the comparison sees it: positions (n, 2) with y upwards, unit directions (n, 2), kinds, quality."""

    place: Floats
    unit: Floats
    kind: Indices
    quality: Floats
    codes: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.place)


def _side(made: Features) -> _Side:
    points = made.points
    place = np.stack([points[:, 0].astype(float), -points[:, 1].astype(float)], axis=1)
    kind, quality = points[:, 3].astype(np.int64) >> 8, (points[:, 3] & 255).astype(np.float64) * 0.01
    return _Side(place, TABLES.unit[points[:, 2]], kind, quality, made.codes)


def _grain(values: Floats) -> Floats:
    """Rounded as the kernels round what they choose by, so that ties are ties."""
    rounded: Floats = np.floor(values * GRAINS + 0.5) / GRAINS
    return rounded


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = (a * b).sum(axis=-1)
    return product


def _cross(a: Floats, b: Floats) -> Floats:
    product: Floats = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product


def _turn(vectors: Floats, motion: Floats) -> Floats:
    """Vectors (…, 2) turned by the motion's cosine and sine."""
    x, y = vectors[..., 0], vectors[..., 1]
    return np.stack([motion[0] * x - motion[1] * y, motion[1] * x + motion[0] * y], axis=-1)


def similarities(here: _Side, there: _Side) -> Floats:
    """(n, m): 1 − √(differing bits) ÷ (√bits + √bits); 0 beyond the largest difference of direction."""
    bits = np.bitwise_count(here.codes[:, None, :] ^ there.codes[None, :, :]).sum(axis=-1)
    mine, theirs = (TABLES.roots[np.bitwise_count(side.codes).sum(axis=-1)] for side in (here, there))
    near: NDArray[np.bool_] = _dot(here.unit[:, None], there.unit) >= SETTINGS.least_cosine
    allowed = near & (mine[:, None] > 0) & (theirs > 0)
    table = np.zeros(bits.shape)
    table[allowed] = 1.0 - (TABLES.roots[bits] / np.where(allowed, mine[:, None] + theirs, 1.0))[allowed]
    return np.maximum(table, 0.0)


def _candidates(table: Floats) -> Indices:
    """The best partners of every minutia of either side, the most similar first."""
    pairs: set[tuple[int, int]] = set()
    for i, row in enumerate(table):
        pairs |= {(i, int(j)) for j in np.argsort(-row, kind="stable")[: p.PARTNERS] if row[j] > 0}
    for j, column in enumerate(table.T):
        pairs |= {(int(i), j) for i in np.argsort(-column, kind="stable")[: p.PARTNERS] if column[i] > 0}
    ranked = sorted((-table[pair], *pair) for pair in pairs)[: p.MOST_PAIRS]
    return np.array([pair[1:] for pair in ranked], np.int64).reshape(-1, 2)


def _agreement(here: _Side, there: _Side, pairs: Indices) -> Floats:
    """(k, k): how well every two pairs agree on distance, bearing and turn."""
    i, j = pairs.T
    u, v = here.place[i] - here.place[i][:, None], there.place[j] - there.place[j][:, None]
    turned = np.stack([_dot(here.unit[i], there.unit[j]), _cross(here.unit[i], there.unit[j])], axis=-1)
    mine, theirs = np.sqrt(_dot(u, u)), np.sqrt(_dot(v, v))
    gap = (mine - theirs) / (p.GAP + p.GAP_SHARE * (mine + theirs))
    scale = 1.0 / (mine * theirs + 1e-9)
    bearing = np.stack([_dot(u, v) * scale, _cross(u, v) * scale], axis=-1)
    seen = np.minimum(_dot(bearing, turned[:, None]), _dot(bearing, turned[None]))
    value = (
        np.maximum(0, 1 - gap**2)
        * np.maximum(0, (seen - SETTINGS.bearing) / (1 - SETTINGS.bearing))
        * np.maximum(0, (_dot(turned[:, None], turned) - SETTINGS.turn) / (1 - SETTINGS.turn))
    )
    value[(i[:, None] == i) | (j[:, None] == j)] = 0
    return _grain(value)


def _support(agreement: Floats, values: Floats) -> Floats:
    support = values.copy()
    for _ in range(p.ROUNDS):
        fresh = values * (p.INERTIA * support + agreement @ support)
        if fresh.max() == 0:
            break
        support = _grain(fresh / fresh.max())
    return support


@dataclass(slots=True)
class _Pairing:
    """A hypothesis on the way: partner of every minutia (−1: none), cost 0–1 of each, rigid motion, worth, support."""

    partner: Indices
    cost: Floats
    motion: Floats
    worth: float
    support: float


def _align(here: _Side, there: _Side, partner: Indices, weight: Floats) -> Floats:
    i = np.flatnonzero(partner >= 0)
    j, w = partner[i], weight[i]
    from_, to = (w @ here.place[i]) / w.sum(), (w @ there.place[j]) / w.sum()
    u, v, a, b = here.place[i] - from_, there.place[j] - to, here.unit[i], there.unit[j]
    turn = np.array([w @ (_dot(u, v) + p.LEVER * _dot(a, b)), w @ (_cross(u, v) + p.LEVER * _cross(a, b))])
    length = math.hypot(*turn)
    turn = turn / length if length else np.array([1.0, 0.0])
    return np.concatenate([turn, to - _turn(from_, turn)])


def _bend(here: _Side, there: _Side, partner: Indices, cost: Floats, placed: Floats) -> Floats:
    paired = np.flatnonzero(partner >= 0)
    out = there.place[partner[paired]] - placed[paired]
    apart = here.place[paired][None] - here.place[:, None]
    near = (1 / (1 + _dot(apart, apart) * SETTINGS.softness)) ** 2 * (1 - cost[paired])
    near[paired[None] == np.arange(len(here))[:, None]] = 0
    moved: Floats = placed + (near @ out) / (p.STIFFNESS + near.sum(axis=1))[:, None]
    return moved


def _pair(here: _Side, there: _Side, placed: Floats, motion: Floats, tolerance: float) -> tuple[Indices, Floats]:
    """Partners and costs of minutiae that are each other's nearest within the tolerances."""
    apart = there.place[None] - placed[:, None]
    distance = _dot(apart, apart) / tolerance**2
    turn = (1 - _dot(_turn(here.unit, motion)[:, None], there.unit)) / (1 - SETTINGS.pair_turn)
    value = _grain(p.PLACE_SHARE * distance + (1 - p.PLACE_SHARE) * turn)
    value[(distance >= 1) | (turn >= 1)] = np.inf
    j, best = value.argmin(axis=1), value.min(axis=1)
    mutual = (best < 1) & (value.argmin(axis=0)[j] == np.arange(len(here)))
    return np.where(mutual, j, -1), np.minimum(best, 1.0)


def _worth(partner: Indices, cost: Floats, table: Floats) -> float:
    i = np.flatnonzero(partner >= 0)
    return float(_grain(((1 - cost[i]) * (p.PLAIN_SHARE + table[i, partner[i]])).sum()))


def _hypotheses(here: _Side, there: _Side, table: Floats, pairs: Indices) -> list[_Pairing]:
    """Alignments seeded by the best supported pairs, each pairing all minutiae once."""
    i, j = pairs.T
    values, agreement = table[i, j], _agreement(here, there, pairs)
    support = _support(agreement, values)
    explained = np.zeros(len(pairs), bool)
    made = []
    for _ in range(p.HYPOTHESES):
        open_ = np.where(explained, 0, support)
        seed = int(open_.argmax())
        if open_[seed] == 0:
            break
        partner, weight, total = np.full(len(here), -1), np.zeros(len(here)), 0.0
        partner[i[seed]], weight[i[seed]], explained[seed] = j[seed], 1.0, True
        worth = agreement[seed] * values
        for k in np.argsort(-worth, kind="stable"):
            if worth[k] > 0 and partner[i[k]] < 0 and j[k] not in partner:
                partner[i[k]], weight[i[k]] = j[k], worth[k]
                explained[k] |= agreement[seed, k] > p.SAME_ALIGNMENT
                total += float(worth[k])
        motion = _align(here, there, partner, weight)
        placed = _turn(here.place, motion) + motion[2:]
        partner, cost = _pair(here, there, placed, motion, p.FIRST_TOLERANCE)
        made.append(_Pairing(partner, cost, motion, _worth(partner, cost, table), total))
    return made


def _refine(here: _Side, there: _Side, table: Floats, pairing: _Pairing) -> None:
    """Pair again, twice, with the skin bent as the pairs say."""
    for tolerance in ((p.TOLERANCE + p.FIRST_TOLERANCE) / 2, p.TOLERANCE):
        pairing.motion = _align(here, there, pairing.partner, 1 - pairing.cost)
        placed = _turn(here.place, pairing.motion) + pairing.motion[2:]
        placed = _bend(here, there, pairing.partner, pairing.cost, placed)
        pairing.partner, pairing.cost = _pair(here, there, placed, pairing.motion, tolerance)
        if (pairing.partner < 0).all():
            pairing.worth = 0.0
            return
    pairing.worth = _worth(pairing.partner, pairing.cost, table)


def _hull(place: Floats) -> Floats:
    """Corners of the convex hull, counter-clockwise."""
    ordered = place[np.lexsort((place[:, 1], place[:, 0]))]
    corners: list[Floats] = []
    for chain in (ordered, ordered[::-1]):
        kept: list[Floats] = []
        for point in chain:
            while len(kept) > 1 and _cross(kept[-1] - kept[-2], point - kept[-2]) <= 0:
                kept.pop()
            kept.append(point)
        corners += kept[:-1]
    return np.array(corners)


def _inside(corners: Floats, places: Floats) -> NDArray[np.bool_]:
    edges = np.roll(corners, -1, axis=0) - corners
    return np.array([bool((_cross(edges, place - corners) >= 0).all()) for place in places], np.bool_)


def _evidence(here: _Side, there: _Side, table: Floats, found: _Pairing) -> Floats:
    """See `comparison.EVIDENCE`."""
    i = np.flatnonzero(found.partner >= 0)
    j, motion = found.partner[i], found.motion
    placed = _turn(here.place, motion) + motion[2:]
    back = _turn(there.place - motion[2:], np.array([motion[0], -motion[1]]))
    over = _inside(_hull(there.place), placed) & (found.partner < 0)
    under = _inside(_hull(here.place), back) & ~np.isin(np.arange(len(there)), j)
    alone = np.maximum(0, here.quality[over] - p.DOUBT).sum() + np.maximum(0, there.quality[under] - p.DOUBT).sum()
    away = placed[i] - there.place[j]
    turned = 1 - _dot(_turn(here.unit[i], motion), there.unit[j])
    u, v = here.place[i][None] - here.place[i][:, None], there.place[j][None] - there.place[j][:, None]
    square, off = _dot(u, u), _turn(u, motion) - v
    near = (square <= SETTINGS.link_reach) & (_dot(off, off) <= SETTINGS.link_gap + SETTINGS.link_share * square)
    links = near.sum() - len(i)
    common, several = max(6.0, len(i) + min(over.sum(), under.sum())), max(3.0, len(i))
    kinds = np.where(here.kind[i] == there.kind[j], 1, -1).sum()
    alike = table[i, j].sum()
    return np.array(
        [
            found.worth / math.sqrt(common), math.sqrt(found.worth), found.worth / common, len(i) / common,
            alike / several, math.sqrt(links), math.sqrt(found.support), kinds / several, math.sqrt(alone),
            np.sqrt(_dot(away, away)).sum() / several, math.sqrt(max(0.0, turned.sum()) / several),
            math.log1p(len(here)), math.log1p(len(there)),
        ]
    )  # fmt: skip


def _rank(made: Features) -> tuple[int, list[list[int]]]:
    """What decides which finger stands first: number of minutiae, then content wherever it lies."""
    moved = made.points.astype(int)
    moved[:, :2] -= moved[:1, :2]
    return len(made), moved.tolist()


def match(probe: Features, candidate: Features) -> Match:
    """As `comparison.match`."""
    nothing = Match(np.zeros(len(EVIDENCE)), np.empty((0, 2), np.int64), np.array([1.0, 0, 0, 0]))
    if min(len(probe), len(candidate)) < p.FEWEST_COMPARED:
        return nothing
    if _rank(candidate) < _rank(probe):
        found = match(candidate, probe)
        cosine, sine = found.motion[:2]
        back = np.concatenate([[cosine, -sine], -_turn(found.motion[2:], np.array([cosine, -sine]))])
        return Match(found.evidence, found.pairs[:, ::-1], back)
    here, there = _side(probe), _side(candidate)
    nothing.evidence[11:] = math.log1p(len(here)), math.log1p(len(there))
    table = similarities(here, there)
    pairs = _candidates(table)
    if len(pairs) < p.FEWEST_PAIRS:
        return nothing
    made = sorted(_hypotheses(here, there, table, pairs), key=lambda one: -one.worth)[: p.REFINED]
    made = [one for one in made if one.worth > 0]
    for one in made:
        _refine(here, there, table, one)
    best = max(made, key=lambda one: one.worth, default=None)
    if best is None or best.worth == 0:
        return nothing
    i = np.flatnonzero(best.partner >= 0)
    j = best.partner[i]
    strongest = np.argsort(-(1 - best.cost[i]) * (p.PLAIN_SHARE + table[i, j]), kind="stable")
    return Match(_evidence(here, there, table, best), np.stack([i, j], axis=1)[strongest], best.motion)


def compare(probe: Features, candidate: Features) -> tuple[float, list[tuple[int, int]]]:
    """As `comparison.compare_features`: score, and pairs of point indices, strongest first."""
    found, b = match(probe, candidate), belief()
    if not len(found.pairs):
        return 0.0, []
    scaled = np.clip((found.evidence - b.centre) / b.spread, -b.limit, b.limit)
    score = 1 / (1 + math.exp(-(b.bias + float(b.weight @ scaled)) / b.temper))
    return score, [(int(i), int(j)) for i, j in found.pairs]
