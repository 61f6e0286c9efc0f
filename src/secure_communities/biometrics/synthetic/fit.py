# SPDX-License-Identifier: Apache-2.0
"""Fit the sampler to real prints: first what a print looks like, then what a second impression does to it.

In: `Observations` of real sets. Out: a Model and a Noise, and observations of prints sampled with them. This
calibrates the simulation; the engine's own parameters are not touched and are never chosen on real sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar

import numpy as np

from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.synthetic.resemblance import (
    TAIL,
    Observations,
    assemble,
    observe_mates,
    observe_prints,
    quantile_distance,
)
from secure_communities.biometrics.synthetic.sampler import (
    MODEL,
    NOISE,
    Model,
    Noise,
    impress_points,
    sample_points,
    to_template,
)

Settings = TypeVar("Settings", Model, Noise)
STEPS: Final = (1.4, 1.15, 1.06)  # factors tried, coarse to fine
PERSON_SHARE: Final = 0.2  # of the spread of counts that belongs to the person: not to be seen on single fingers
LIMITS: Final = {
    "window": 0.5,
    "half_width": 1.1,
    "half_height": 1.1,
    "repulsion": 1.0,
    "contact": 0.3,
    "missing": 0.6,
    "spurious": 0.8,
    "spread": 1.0,
    "careless": 1.0,
    "follow": 1.0,
}
PRINT: Final = (
    "window", "half_width", "half_height", "core", "shoulder", "repulsion", "gathering", "spread", "follow",
)  # fmt: skip
PRESS: Final = (
    "turn", "jitter", "jitter_direction", "bend", "missing", "spurious", "roll", "contact", "spread", "careless",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted, how far it stays from the real sets at the end, and how often prints were sampled for it."""

    model: Model
    noise: Noise
    distance: float
    trials: int


def sample_prints(people: int, *, seed: int, model: Model) -> tuple[Any, Any]:
    """Points and counts of people, for `observe_sampled`."""
    return sample_points(range(people), seed=seed, model=model)


def describe(points: Any, counts: Any) -> list[Features]:
    """Features of every finger of every person."""
    people, fingers = counts.shape
    return [
        features(to_template(points[i, f, : counts[i, f]], position=f + 1))
        for i in range(people)
        for f in range(fingers)
    ]


def observe_sampled(people: int, *, seed: int, model: Model = MODEL, noise: Noise = NOISE) -> Observations:
    """The measurements of `resemblance` on sampled people: each finger and one other impression of it.

    Non-mates are like fingers of different people, as a search compares them."""
    points, counts = sample_prints(people, seed=seed, model=model)
    enrolled = describe(points, counts)
    probes = describe(*impress_points(points, counts, range(people), seed=seed, noise=noise))
    prints = observe_prints(enrolled)
    scores, lies = observe_mates(list(zip(probes, enrolled, strict=True)))
    return assemble(prints, scores, lies, _strangers(probes, enrolled))


def _strangers(probes: list[Features], enrolled: list[Features], *, each: int = 5) -> Any:
    shifts = [10 * (1 + 3 * k) for k in range(each)]
    size = len(enrolled)
    return np.array(
        [compare_features(probes[i], enrolled[(i + shift) % size])[0] for i in range(size) for shift in shifts]
    )


def fit_sampler(
    real: Observations, *, people: int, seed: int, step: Callable[[str, float], None] = lambda *_: None
) -> Fit:
    """Fit the Model to counts, neighbours and non-mated scores, then the Noise to what mates show.

    Every trial uses the same random numbers, so that differences are the parameters'. `step` is told each
    improvement (name, distance)."""
    logs = np.log(np.maximum(real.count, 5))
    spread = float(np.sqrt(max(logs.var() - 0.12**2, 0.0)))
    start = replace(
        Model(),
        count=float(real.count.mean()),
        count_person=spread * PERSON_SHARE**0.5,
        count_finger=spread * (1 - PERSON_SHARE) ** 0.5,
    )
    fewer = max(people // 2, 4)
    model, _, trials = _descend(start, PRINT, lambda tried: _print_distance(real, tried, fewer, seed), step)
    points, counts = sample_prints(people, seed=seed, model=model)
    enrolled = describe(points, counts)

    def press_distance(tried: Noise) -> float:
        probes = describe(*impress_points(points, counts, range(people), seed=seed, noise=tried))
        scores, lies = observe_mates(list(zip(probes, enrolled, strict=True)))
        seen = np.array([len(probe) for probe in probes], float)
        measured = dict(zip(("turn", "residual", "twist", "found"), lies.T, strict=True))
        distances = {name: quantile_distance(getattr(real, name), values) for name, values in measured.items()}
        # The score is what the simulation is for; the others tell its causes apart.
        causes = sum(distances.values()) + quantile_distance(real.count, seen)
        return 4 * quantile_distance(real.genuine, scores) + causes

    noise, distance, more = _descend(Noise(), PRESS, press_distance, step)
    return Fit(model, noise, distance, trials + more)


def _print_distance(real: Observations, model: Model, people: int, seed: int) -> float:
    made = describe(*sample_prints(people, seed=seed, model=model))
    _, nearest, same, opposite = observe_prints(made)
    distance: float = (
        quantile_distance(real.nearest, nearest)
        + 4 * abs(real.same.mean() - same.mean())
        + 4 * abs(real.opposite.mean() - opposite.mean())
        + 2 * quantile_distance(real.impostor, _strangers(made, made), TAIL)
    )
    return distance


def _descend(
    start: Settings, names: tuple[str, ...], distance: Callable[[Settings], float], step: Callable[[str, float], None]
) -> tuple[Settings, float, int]:
    """Multiply or divide one parameter at a time while that helps (pattern search): (best, its distance, trials)."""
    best, least, trials = start, distance(start), 1
    for factor in STEPS:
        for name in names:
            for change in (factor, 1 / factor):
                value = min(getattr(best, name) * change, LIMITS.get(name, np.inf))
                tried = replace(best, **{name: float(value)})
                trials += 1
                if (found := distance(tried)) < least:
                    best, least = tried, found
                    step(name, least)
                    break
    return best, least, trials


def as_rounded(settings: Settings) -> dict[str, float]:
    """Settings by name, to four figures, as they are kept."""
    return {field.name: float(f"{getattr(settings, field.name):.4g}") for field in fields(settings)}
