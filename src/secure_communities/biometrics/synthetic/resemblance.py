# SPDX-License-Identifier: Apache-2.0
"""How alike are sampled prints and real ones? Distributions of what can be measured on templates and their pairs.

In: templates by (finger, impression), real or sampled. Out: `Observations`, distances between them. Nothing here
knows the parameters of the sampler: the same measurements are made on both sides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.evaluation import Sample, genuine_pairs, impostor_pairs
from secure_communities.biometrics.template import Template

Floats = NDArray[np.float64]
Pair = tuple[Features, Features]
Prints = tuple[Floats, Floats, Floats, Floats]
QUANTILES: Final = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98])
TAIL: Final = np.array([0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995])
_NEAR = 14.0  # px, after alignment: a minutia this near another, pointing alike, is the same one
_ALIKE = 30.0  # degrees
_ALIGNED = 6  # pairs needed to say how two impressions lie


@dataclass(frozen=True, slots=True)
class Observations:
    """Samples of each measured quantity.

    Prints: `count` of minutiae, `nearest` neighbour (px), `same` and `opposite` (0/1: does it point the same way, or
    the other). Mates: `genuine` scores; of those that can be aligned `turn` (degrees), `residual` (px, median),
    `twist` (degrees, median difference of directions), `found` (share of the fewer minutiae that are in both).
    Non-mates: `impostor` scores."""

    count: Floats
    nearest: Floats
    same: Floats
    opposite: Floats
    genuine: Floats
    turn: Floats
    residual: Floats
    twist: Floats
    found: Floats
    impostor: Floats


def observe_set(templates: Mapping[Sample, Template | None]) -> Observations:
    """Measure a labelled set: every print, every pair of mates, every pair of others. No template: scores of 0."""
    made = {sample: None if template is None else features(template) for sample, template in templates.items()}
    samples = list(templates)
    mates = [(made[a], made[b]) for a, b in genuine_pairs(samples)]
    others = [(made[a], made[b]) for a, b in impostor_pairs(samples)]
    complete = [(a, b) for a, b in mates if a is not None and b is not None]
    prints = observe_prints([made_of for made_of in made.values() if made_of is not None])
    scores, lies = observe_mates(complete)
    missed = np.zeros(len(mates) - len(complete))
    strangers = np.array([_score(a, b) for a, b in others])
    return assemble(prints, np.concatenate([scores, missed]), lies, strangers)


def assemble(prints: Prints, genuine: Floats, lies: Floats, impostor: Floats) -> Observations:
    """Observations of what `observe_prints` and `observe_mates` gave, and scores of non-mates."""
    count, nearest, same, opposite = prints
    turn, residual, twist, found = lies.T
    return Observations(count, nearest, same, opposite, genuine, turn, residual, twist, found, impostor)


def pool(parts: Sequence[Observations]) -> Observations:
    """Several sets as one."""
    names = Observations.__slots__
    return Observations(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _score(a: Features | None, b: Features | None) -> float:
    return 0.0 if a is None or b is None else compare_features(a, b)[0]


def observe_prints(prints: Sequence[Features]) -> Prints:
    """Count of each print; nearest neighbour, same way and opposite way of each minutia."""
    counts, nearest, turns = [], [np.empty(0)], [np.empty(0)]
    for made in prints:
        counts.append(len(made))
        if len(made) < 2:
            continue
        where = made.points[:, 0] + 1j * made.points[:, 1]
        distance = np.abs(where[:, None] - where[None, :])
        np.fill_diagonal(distance, np.inf)
        neighbour = distance.argmin(axis=1)
        nearest.append(distance[np.arange(len(made)), neighbour])
        turns.append(_turn(made.points[:, 2], made.points[neighbour, 2]))
    apart = np.concatenate(turns)
    return (
        np.array(counts, float), np.concatenate(nearest), (apart < 22.5).astype(float), (apart > 157.5).astype(float),
    )  # fmt: skip


def observe_mates(pairs: Sequence[Pair]) -> tuple[Floats, Floats]:
    """Scores (n,) of pairs of mates, and (m, 4) turn, residual, twist and found of those that can be aligned."""
    scores, lies = [], []
    for a, b in pairs:
        score, paired = compare_features(a, b)
        scores.append(score)
        lie = _lie(a, b, paired) if len(paired) >= _ALIGNED else None
        if lie is not None:
            lies.append(lie)
    return np.array(scores), np.array(lies).reshape(-1, 4)


def _lie(a: Features, b: Features, paired: NDArray[np.int64]) -> tuple[float, float, float, float] | None:
    """How two impressions of a finger lie: a rigid motion fitted to the pairs, refitted to all that it brings near."""
    here, there = _places(a), _places(b)
    one, two = paired[:, 0], paired[:, 1]
    angle = 0.0
    for _ in range(3):
        centre_here, centre_there = here[one].mean(), there[two].mean()
        # The best rotation of the centred points (Procrustes in the complex plane).
        angle = float(np.angle(np.vdot(here[one] - centre_here, there[two] - centre_there)))
        moved = (here - centre_here) * np.exp(1j * angle) + centre_there
        distance = np.abs(moved[:, None] - there[None, :])
        turn = _turn(a.points[:, 2, None] + angle * 128 / math.pi, b.points[None, :, 2])
        distance[turn > _ALIKE] = np.inf
        best, back = distance.argmin(axis=1), distance.argmin(axis=0)
        mutual = np.flatnonzero((back[best] == np.arange(len(a))) & (distance.min(axis=1) < _NEAR))
        if len(mutual) < _ALIGNED:
            return None
        one, two = mutual, best[mutual]
    residual, twist = np.median(distance[one, two]), np.median(turn[one, two])
    return math.degrees(abs(angle)), float(residual), float(twist), len(one) / min(len(a), len(b))


def _places(made: Features) -> NDArray[np.complex128]:
    places: NDArray[np.complex128] = made.points[:, 0] - 1j * made.points[:, 1].astype(float)  # y up
    return places


def _turn(a: NDArray[np.generic], b: NDArray[np.generic]) -> Floats:
    """Difference of directions (of 256) in degrees, 0–180."""
    difference: Floats = np.abs((np.asarray(a, float) - np.asarray(b, float) + 128) % 256 - 128) * (360 / 256)
    return difference


def quantile_distance(real: Floats, sampled: Floats, quantiles: Floats = QUANTILES) -> float:
    """Mean distance of the quantiles, in units of the real ones' mean departure from their median.

    Infinite where nothing was sampled."""
    if not len(sampled):
        return math.inf
    at, other = np.quantile(real, quantiles), np.quantile(sampled, quantiles)
    return float(np.abs(at - other).mean() / max(np.abs(at - np.median(real)).mean(), 1e-9))


def kolmogorov_smirnov(a: Floats, b: Floats) -> float:
    """Largest distance of the two distribution functions, 0–1."""
    both = np.concatenate([a, b])
    there = np.searchsorted(np.sort(a), both, "right") / len(a) - np.searchsorted(np.sort(b), both, "right") / len(b)
    return float(np.abs(there).max())


def compare_observations(real: Observations, sampled: Observations) -> dict[str, dict[str, Any]]:
    """Of each quantity: quantiles 2, 5, 25, 50, 75, 95, 98 % on both sides, their distances, the sizes.

    Of yes-or-no quantities the share instead of the quantiles."""
    compared: dict[str, dict[str, Any]] = {}
    for name in Observations.__slots__:
        one, other = getattr(real, name), getattr(sampled, name)
        shown = np.mean if name in ("same", "opposite") else _quantiles
        compared[name] = {
            "n": [len(one), len(other)],
            "real": np.round(np.atleast_1d(shown(one)), 4).tolist(),
            "sampled": np.round(np.atleast_1d(shown(other)), 4).tolist(),
            "kolmogorov_smirnov": round(kolmogorov_smirnov(one, other), 4),
            "quantile_distance": round(quantile_distance(one, other), 4),
        }
    return compared


def _quantiles(values: Floats) -> Floats:
    shown: Floats = np.quantile(values, [0.02, 0.05, 0.25, 0.5, 0.75, 0.95, 0.98])
    return shown
