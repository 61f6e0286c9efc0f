# SPDX-License-Identifier: Apache-2.0
"""Templates straight from a statistical model, without images: for galleries larger than anybody can draw.

In: a random generator. Out: ten templates of a new person (`sample_tenprint`), or another impression of given ones
(`impress_tenprint`). Minutiae follow a hard-core point process denser around cores and deltas, their directions the
ridge flow of the same identity model as the images (after Zhao, Jain, Paulter and Taylor, BTAS 2012)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray

from secure_communities.biometrics.synthetic.identity import POSITIONS, Finger, draw_fingers
from secure_communities.biometrics.synthetic.orientation import HEADER, ROW, angle_at, parameters
from secure_communities.biometrics.template import MINUTIA, Template

WIDTH, HEIGHT = 384, 448
"""Frame of every sampled template, pixels at 500 ppi; the finger's own origin is in its middle."""

EXTRACTOR = "sampled/1"
MOST = 90
ENDINGS = 0.68


@dataclass(frozen=True, slots=True)
class Model:
    """Parameters of a sampled print, fitted to what the extractor finds in plain prints (lengths in px at 500 ppi)."""

    count: float = 40.0  # mean number of minutiae
    count_person: float = 0.14  # spread (log) between people
    count_finger: float = 0.26  # spread (log) between fingers
    core: float = 8.0  # no two minutiae nearer than this
    shoulder: float = 17.0  # and pairs nearer than this are rare …
    repulsion: float = 0.45  # … by this factor
    gathering: float = 1.6  # how much denser around cores and deltas
    spread: float = 55.0  # how far that reaches
    half_width: float = 0.80  # of the skin that the print shows
    half_height: float = 0.84
    follow: float = 0.25  # how strongly a minutia takes the way of its nearest neighbour


@dataclass(frozen=True, slots=True)
class Noise:
    """What a second impression does to a template (px at 500 ppi, radians).

    Calibrated so that scores of mates lie between those of real plain prints taken without care (median 0.23 to 0.37
    on two public sets) and those of this package's own clean images (median 0.5)."""

    shift: float = 14.0
    turn: float = math.radians(5)
    stretch: float = 0.02
    bend: float = 3.0  # amplitude of the smooth distortion
    wave: float = 190.0  # and its wave length
    jitter: float = 1.1
    jitter_direction: float = math.radians(3.0)
    missing: float = 0.12
    spurious: float = 0.12
    half_width: float = 150.0  # ellipse of contact, about the shifted middle
    half_height: float = 190.0
    spread: float = 0.5  # log spread, between impressions, of missing, spurious and jitter


MODEL = Model()
NOISE = Noise()


@njit(cache=True, nogil=True)
def _scatter(rng, flow, points, wanted, a, b, core, shoulder, repulsion, gathering, spread, follow):  # type: ignore[no-untyped-def]
    """Fill `points` (x, y, direction, kind, quality) with up to `wanted` minutiae; returns how many."""
    count = 0
    singular = (len(flow) - HEADER) // ROW
    for _ in range(60 * wanted):
        if count == wanted:
            break
        x, y = a * (2 * rng.random() - 1), b * (2 * rng.random() - 1)
        if (x / a) ** 2 + (y / b) ** 2 > 1:
            continue
        density = 1.0
        for k in range(singular):
            dx, dy = x - flow[HEADER + ROW * k], y - flow[HEADER + ROW * k + 1]
            density += gathering * math.exp(-(dx * dx + dy * dy) / (2 * spread * spread))
        accept = density / (1 + 2 * gathering)
        nearest, other = 1e9, -1
        for j in range(count):
            distance = math.hypot(points[j, 0] - x, points[j, 1] - y)
            if distance < core:
                accept = 0.0
                break
            if distance < shoulder:
                accept *= repulsion
            if distance < nearest:
                nearest, other = distance, j
        if rng.random() >= accept:
            continue
        angle = angle_at(x, y, flow)
        if rng.random() < 0.5:
            angle += math.pi
        follows = other >= 0 and rng.random() < follow * math.exp(-nearest / 90.0)
        if follows and math.cos(angle - points[other, 2]) < 0:
            angle += math.pi
        points[count, 0], points[count, 1], points[count, 2] = x, y, angle
        points[count, 3] = 1.0 if rng.random() < ENDINGS else 2.0
        edge = math.sqrt((x / a) ** 2 + (y / b) ** 2)
        points[count, 4] = 97 - 27 * rng.random() ** 4 - 6 * edge * rng.random()
        count += 1
    return count


@njit(cache=True, nogil=True)
def _press(rng, source, points, width, height, noise):  # type: ignore[no-untyped-def]
    """Another impression of `source` (x, y in the finger's axes) into `points`; returns how many minutiae it has."""
    shift, turn, stretch, bend, wave, jitter, jitter_direction, missing, spurious, a, b = noise
    angle = turn * rng.standard_normal()
    scale = 1 + stretch * rng.standard_normal()
    sx, sy = shift * rng.standard_normal(), shift * rng.standard_normal()
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    phase = np.empty(4)
    for k in range(4):
        phase[k] = 2 * math.pi * rng.random()
    bx, by = bend * rng.standard_normal(), bend * rng.standard_normal()
    turned = 2 * math.pi / wave
    count = 0
    for i in range(len(source)):
        x, y, direction = source[i, 0], source[i, 1], source[i, 2]
        # How a print presses is decided in the finger's axes; what it then shows, in those of the sensor.
        x, y = (
            x + bx * math.sin(turned * x + phase[0]) * math.cos(turned * y + phase[1]),
            y + by * math.sin(turned * y + phase[2]) * math.cos(turned * x + phase[3]),
        )
        x, y = cosine * x - sine * y + sx, sine * x + cosine * y + sy
        inside = ((x - 0.5 * sx) / a) ** 2 + ((y - 0.5 * sy) / b) ** 2 <= 1
        weak = missing * (1.6 - 0.012 * source[i, 4])
        lost = rng.random() < weak
        x += jitter * rng.standard_normal()
        y += jitter * rng.standard_normal()
        if lost or not inside or abs(x) > 0.5 * width - 1 or abs(y) > 0.5 * height - 1 or count == len(points):
            continue
        points[count, 0], points[count, 1] = x, y
        points[count, 2] = direction + angle + jitter_direction * rng.standard_normal()
        points[count, 3] = source[i, 3] if rng.random() < 0.88 else 3 - source[i, 3]
        points[count, 4] = min(100.0, max(60.0, source[i, 4] + 6 * rng.standard_normal()))
        count += 1
    kept = count
    extra = min(rng.poisson(spurious * kept), len(points) - count)
    for _ in range(extra):
        if kept == 0:
            break
        # A false minutia lies along the flow around it, which the nearest true one shows.
        x, y = (2 * rng.random() - 1) * a, (2 * rng.random() - 1) * b
        if (x / a) ** 2 + (y / b) ** 2 > 1 or abs(x) > 0.5 * width - 1 or abs(y) > 0.5 * height - 1:
            continue
        nearest, other = 1e9, 0
        for j in range(kept):
            distance = math.hypot(points[j, 0] - x, points[j, 1] - y)
            if distance < nearest:
                nearest, other = distance, j
        if nearest < 7:
            continue
        points[count, 0], points[count, 1] = x, y
        flip = math.pi if rng.random() < 0.5 else 0.0
        points[count, 2] = points[other, 2] + flip + 0.2 * rng.standard_normal()
        points[count, 3] = 1.0 if rng.random() < ENDINGS else 2.0
        points[count, 4] = 60 + 25 * rng.random()
        count += 1
    return count


def sample_finger(finger: Finger, rng: Generator, *, count: float | None = None, model: Model = MODEL) -> Template:
    """A template of `finger`: `count` minutiae expected (default: the model's mean), fewer where they find no room."""
    expected = model.count if count is None else count
    wanted = int(np.clip(round(rng.normal(expected, 0.12 * expected)), 8, MOST))
    points = np.empty((wanted, 5))
    a = min(model.half_width * finger.half_width, 0.5 * WIDTH - 2)
    b = min(model.half_height * finger.half_height, 0.5 * HEIGHT - 2)
    found = _scatter(
        rng, parameters(finger), points, wanted, a, b,
        model.core, model.shoulder, model.repulsion, model.gathering, model.spread, model.follow,
    )  # fmt: skip
    return _template(finger.position, points[:found])


def sample_tenprint(rng: Generator, *, model: Model = MODEL) -> dict[int, Template]:
    """Ten templates, by finger position, of a person who did not exist before."""
    fingers = draw_fingers(rng)
    person = model.count_person * rng.standard_normal()
    spread = model.count_finger * rng.standard_normal(len(POSITIONS))
    correction = 0.5 * (model.count_person**2 + model.count_finger**2)
    counts = model.count * np.exp(np.clip(person + spread, -1.1, 0.8) - correction)
    return {
        finger.position: sample_finger(finger, rng, count=float(counts[finger.position - 1]), model=model)
        for finger in fingers
    }


def impress(template: Template, rng: Generator, *, noise: Noise = NOISE) -> Template:
    """Another impression of one sampled (or extracted) finger: moved, distorted, with minutiae lost and invented."""
    minutiae = template.minutiae
    source = np.empty((len(minutiae), 5))
    source[:, 0] = minutiae["x"] - 0.5 * template.width
    source[:, 1] = 0.5 * template.height - minutiae["y"]
    source[:, 2] = minutiae["direction"] * (2 * math.pi / 256)
    source[:, 3] = np.maximum(minutiae["kind"], 1)
    source[:, 4] = minutiae["quality"]
    worse = np.exp(noise.spread * np.clip(rng.standard_normal(3), -2.5, 2.5))
    points = np.empty((MOST, 5))
    settings = (
        noise.shift, noise.turn, noise.stretch, noise.bend, noise.wave,
        noise.jitter * worse[0], noise.jitter_direction * worse[0], noise.missing * worse[1], noise.spurious * worse[2],
        noise.half_width, noise.half_height,
    )  # fmt: skip
    found = _press(rng, source, points, float(template.width), float(template.height), settings)
    return _template(template.position, points[:found], template.width, template.height)


def impress_tenprint(tenprint: Mapping[int, Template], rng: Generator, *, noise: Noise = NOISE) -> dict[int, Template]:
    """Another impression of every finger of a person, in the order of their positions."""
    return {position: impress(tenprint[position], rng, noise=noise) for position in sorted(tenprint)}


def _template(position: int, points: NDArray[np.float64], width: int = WIDTH, height: int = HEIGHT) -> Template:
    points = points[np.argsort(-points[:, 4], kind="stable")]
    minutiae = np.empty(len(points), MINUTIA)
    minutiae["x"] = np.clip(np.rint(points[:, 0] + 0.5 * width), 0, width - 1)
    minutiae["y"] = np.clip(np.rint(0.5 * height - points[:, 1]), 0, height - 1)
    minutiae["direction"] = np.rint(points[:, 2] * (256 / (2 * math.pi))).astype(np.int64) % 256
    minutiae["kind"] = points[:, 3]
    minutiae["quality"] = np.rint(points[:, 4])
    quality = round(float(points[:, 4].mean())) if len(points) else 0
    return Template(
        position=position, minutiae=minutiae, width=width, height=height, quality=quality, extractor=EXTRACTOR
    )
