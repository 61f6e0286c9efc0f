# SPDX-License-Identifier: Apache-2.0
"""Templates straight from a statistical model, without images: for galleries larger than anybody can draw.

In: seeds and subject numbers (or a generator). Out: points of new people's fingers (`sample_points`), and of other
impressions of given ones (`impress_points`), or the same as templates. Minutiae follow a hard-core point process,
their directions the ridge flow of the model of the images (after Zhao, Jain, Paulter and Taylor, BTAS 2012)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from secure_communities.biometrics.descriptor import to_minutiae
from secure_communities.biometrics.synthetic import sampler_kernels as kernels
from secure_communities.biometrics.synthetic.identity import POSITIONS, Finger
from secure_communities.biometrics.synthetic.orientation import parameters
from secure_communities.biometrics.synthetic.sampler_kernels import FEWEST, HEIGHT, MOST, WIDTH
from secure_communities.biometrics.template import Template

__all__ = [
    "EXTRACTOR", "FITTED", "HEIGHT", "MODEL", "MOST", "NOISE", "WIDTH", "Model", "Noise", "impress", "impress_points",
    "impress_tenprint", "sample_finger", "sample_points", "sample_tenprint", "to_template",
]  # fmt: skip

FITTED = Path(__file__).parents[1] / "data" / "sampler.json"
"""What `biometrics fit-noise` wrote: Model, Noise, and how well they resemble the sets of the fit."""
Points = NDArray[np.uint16]
Counts = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Model:
    """What a sampled print looks like (lengths in px at 500 ppi). The values here are those a fit begins with."""

    count: float = 36.0  # mean number of minutiae
    count_person: float = 0.16  # spread (log) between people
    count_finger: float = 0.32  # spread (log) between fingers
    core: float = 8.0  # no two minutiae nearer than this
    shoulder: float = 17.0  # and pairs nearer than this are rare …
    repulsion: float = 0.45  # … by this factor
    gathering: float = 1.6  # how much denser around cores and deltas
    spread: float = 55.0  # how far that reaches
    half_width: float = 0.80  # of the skin that the print shows
    half_height: float = 0.84
    window: float = 0.3  # … of a print of mean count; a print's own goes with this power of its count
    follow: float = 0.25  # how strongly a minutia takes the way of its nearest neighbour


@dataclass(frozen=True, slots=True)
class Noise:
    """What another impression does to a print (px at 500 ppi, radians; standard deviations unless said otherwise).

    The values here are those a fit begins with."""

    shift: float = 14.0  # of the finger on the sensor
    turn: float = math.radians(6)
    roll: float = 18.0  # of the contact on the skin: what one impression shows and the other does not
    contact: float = 0.10  # log spread of the size of the contact
    stretch: float = 0.02
    bend: float = 3.0  # amplitude of the smooth distortion …
    wave: float = 190.0  # … and its wave length
    jitter: float = 1.1
    jitter_direction: float = math.radians(3.0)
    missing: float = 0.12  # share of the minutiae not found again
    spurious: float = 0.12  # false ones, as a share
    spread: float = 0.5  # log spread, between impressions, of missing, spurious and jitter
    careless: float = 0.4  # log spread, between impressions, of shift, turn, roll, stretch and bend
    shared: float = 0.3  # of these spreads, the share that all fingers of an encounter have in common (not fitted)


def _fitted() -> tuple[Model, Noise, str]:
    """Fitted Model and Noise, and a name that changes with them."""
    data = json.loads(FITTED.read_text("utf-8"))
    settings = {"model": data["model"], "noise": data["noise"]}
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]
    return Model(**settings["model"]), Noise(**settings["noise"]), f"sampled/2-{digest}"


MODEL, NOISE, EXTRACTOR = _fitted()


def sample_points(subjects: range, *, seed: int = 0, model: Model = MODEL, most: int = MOST) -> tuple[Points, Counts]:
    """Points (n, 10, most, 4) and counts (n, 10) of the people numbered `subjects`, best minutiae first.

    A person follows from seed and number alone, however the numbers are divided into calls. Releases the GIL."""
    if subjects.step != 1 or not 0 <= seed < 2**63:
        raise ValueError(f"expected consecutive subjects and a seed of 63 bits, not {subjects} and {seed}")
    points = np.zeros((len(subjects), len(POSITIONS), most, 4), np.uint16)
    counts = np.zeros((len(subjects), len(POSITIONS)), np.uint8)
    kernels.sample_people(seed, subjects.start, astuple(model), points, counts)
    return points, counts


def impress_points(
    points: Points,
    counts: Counts,
    subjects: Sequence[int] | NDArray[np.int64],
    *,
    seed: int = 0,
    impression: int = 1,
    noise: Noise = NOISE,
) -> tuple[Points, Counts]:
    """Another impression of each of the `subjects`, whose points (n, 10, most, 4) and counts (n, 10) are given.

    It follows from seed, subject number and impression number alone. Releases the GIL."""
    again, held = np.zeros_like(points), np.zeros_like(counts)
    numbers = np.asarray(subjects, np.int64)
    if points.shape[:2] != counts.shape or len(numbers) != len(points):
        raise ValueError(f"{len(numbers)} subjects, points {points.shape} and counts {counts.shape} do not agree")
    kernels.impress_people(seed, numbers, impression, astuple(noise), points, counts, again, held)
    return again, held


def sample_tenprint(rng: Generator, *, model: Model = MODEL) -> dict[int, Template]:
    """Ten templates, by finger position, of a person who did not exist before."""
    points, counts = sample_points(range(1), seed=_seed(rng), model=model)
    return _tenprint(points[0], counts[0], POSITIONS)


def impress_tenprint(tenprint: Mapping[int, Template], rng: Generator, *, noise: Noise = NOISE) -> dict[int, Template]:
    """Another impression of every finger of a person, in the order of their positions."""
    person = rng.standard_normal(5)
    return {position: _impress(tenprint[position], rng, person, noise) for position in sorted(tenprint)}


def impress(template: Template, rng: Generator, *, noise: Noise = NOISE) -> Template:
    """Another impression of one sampled (or extracted) finger: moved, distorted, with minutiae lost and invented."""
    return _impress(template, rng, rng.standard_normal(5), noise)


def sample_finger(finger: Finger, rng: Generator, *, count: float | None = None, model: Model = MODEL) -> Template:
    """A template of `finger`: `count` minutiae expected (default: the model's mean), fewer where they find no room."""
    expected = model.count if count is None else count
    wanted = int(np.clip(round(rng.normal(expected, 0.12 * expected)), FEWEST, MOST))
    found = np.empty((MOST, 5))
    held = kernels.scatter(_state(rng), parameters(finger), found, wanted, astuple(model))
    return _written(found, held, finger.position, WIDTH, HEIGHT)


def to_template(points: Points, *, position: int, width: int = WIDTH, height: int = HEIGHT) -> Template:
    """The template of one finger's points (n, 4)."""
    minutiae = to_minutiae(points)
    quality = round(float(minutiae["quality"].mean())) if len(points) else 0
    return Template(position, minutiae, width, height, quality, EXTRACTOR)


def _impress(template: Template, rng: Generator, person: NDArray[np.float64], noise: Noise) -> Template:
    minutiae = template.minutiae
    source = np.empty((len(minutiae), 4), np.uint16)
    source[:, 0], source[:, 1], source[:, 2] = minutiae["x"], minutiae["y"], minutiae["direction"]
    source[:, 3] = np.maximum(minutiae["kind"], 1).astype(np.uint16) * 256 + minutiae["quality"]
    found = np.empty((MOST, 5))
    held = kernels.press(_state(rng), source, template.width, template.height, person, astuple(noise), found)
    return _written(found, held, template.position, template.width, template.height)


def _written(found: NDArray[np.float64], held: int, position: int, width: int, height: int) -> Template:
    points = np.zeros((held, 4), np.uint16)
    kernels.write_points(found, held, width, height, points)
    return to_template(points, position=position, width=width, height=height)


def _tenprint(points: Points, counts: Counts, positions: Sequence[int]) -> dict[int, Template]:
    return {position: to_template(points[k, : counts[k]], position=position) for k, position in enumerate(positions)}


def _seed(rng: Generator) -> int:
    return int(rng.integers(2**63))


def _state(rng: Generator) -> Any:
    return rng.integers(2**64, size=1, dtype=np.uint64)
