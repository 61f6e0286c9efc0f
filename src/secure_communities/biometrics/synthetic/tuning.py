# SPDX-License-Identifier: Apache-2.0
"""Images to choose the engine's parameters on: single fingers put down without care on five kinds of sensor.

In: a seed, a finger, an impression. Out: a uint8 image at 500 ppi, ridges dark. Each finger has one sensor; its
impressions differ by rotation, displacement, skin distortion, moisture, wear, noise and contrast."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from secure_communities.biometrics.synthetic.identity import POSITIONS, Finger, Identity
from secure_communities.biometrics.synthetic.impression import Pixels
from secure_communities.biometrics.synthetic.master import Floats
from secure_communities.biometrics.synthetic.skin import Touch, smooth_noise, touch, worn_print


@dataclass(frozen=True, slots=True)
class Sensor:
    """A kind of sensor: its window (px), grey levels and faults.

    `paper` and `ink` are the greys of background and ridges, `slope` how steeply a ridge turns to ink, `blur` (px)
    its optics, `vignette` the fall of light towards the corners (grey levels), `stripes` and `noise` its electronics
    (grey levels), `stains` the chance of dirt and of a former finger's grease on the glass."""

    name: str
    height: int
    width: int
    paper: float
    ink: float
    slope: float
    blur: float
    vignette: float
    stripes: float
    noise: float
    stains: float


SENSORS = (
    Sensor("optical, white", 374, 388, 250, 25, 5.0, 0.5, 0, 0.0, 1.5, 0.2),
    Sensor("optical, tall", 492, 260, 180, 40, 3.2, 0.9, 45, 0.0, 3.0, 0.6),
    Sensor("capacitive", 300, 300, 140, 55, 3.4, 0.6, 15, 5.0, 9.0, 0.3),
    Sensor("optical, small", 384, 288, 195, 50, 3.6, 0.8, 60, 0.0, 4.0, 0.5),
    Sensor("optical, wide", 480, 640, 215, 35, 4.2, 0.8, 20, 0.0, 3.0, 0.5),
)


@dataclass(frozen=True, slots=True)
class Care:
    """How carelessly fingers are put down: spreads, or odds of an exaggerated placement."""

    turned: float  # share turned on purpose, by up to `most_turn`
    displaced: float  # share displaced on purpose …
    most_shift: float  # px, … by up to this
    dragged: float  # share dragged on purpose: `drag` times as much as the others
    drag: float
    pressure: tuple[float, float]  # share of the finger's width and height that touches
    moisture: float  # spread; −: dry, +: wet
    turn: float = math.radians(9)
    most_turn: float = math.radians(35)
    offset: float = 22.0  # px, on the glass
    shift: float = 16.0  # px, of the skin that touches
    traction: float = 2.5  # px
    torsion: float = math.radians(1.6)
    stretch: float = 0.01
    ripple: float = 0.8


CARES = {
    "ordinary": Care(0.25, 0.3, 68.0, 0.2, 3.0, (0.62, 0.92), 1.0),
    "careless": Care(0.3, 0.4, 84.0, 0.2, 4.0, (0.54, 0.92), 1.1),
}


def tuning_finger(seed: int, number: int) -> Finger:
    """Finger `number` (from 1) of the set: each from another person, so that no two share an identity."""
    return Identity(seed * 1_000_003 + number).finger(POSITIONS[(number - 1) * 3 % 10])


def tuning_image(seed: int, number: int, impression: int, *, care: Care) -> Pixels:
    """Impression `impression` (from 1) of finger `number` (from 1); the same arguments give the same image."""
    finger, sensor = tuning_finger(seed, number), SENSORS[(number - 1) % len(SENSORS)]
    rng = np.random.default_rng([seed, number, impression, 0x7E])
    skin, contact = touch(
        worn_print(finger), draw_touch(finger, rng, care), rng, height=sensor.height, width=sensor.width
    )
    return _expose(
        sensor, skin, contact, rng, moisture=care.moisture * float(np.clip(rng.standard_normal(), -2.2, 2.2))
    )


def draw_touch(finger: Finger, rng: Generator, care: Care) -> Touch:
    """Draw how a finger is put down."""
    n = np.clip(rng.standard_normal(10), -2.5, 2.5)
    turned, displaced, dragged = rng.random(3) < (care.turned, care.displaced, care.dragged)
    turn = rng.uniform(-care.most_turn, care.most_turn) if turned else care.turn * n[0]
    away, bearing = rng.uniform(0.4, 1.0) * care.most_shift, rng.uniform(-math.pi, math.pi)
    shift = (
        (away * math.cos(bearing), away * math.sin(bearing)) if displaced else (care.shift * n[1], care.shift * n[2])
    )
    much = care.drag if dragged else 1.0
    pressure = rng.uniform(*care.pressure)
    return Touch(
        turn=float(turn),
        offset=(float(care.offset * n[3] + 0.5 * shift[0]), float(care.offset * n[4] + 0.5 * shift[1])),
        shift=(float(shift[0]), float(shift[1])),
        half_width=finger.half_width * pressure * rng.uniform(0.92, 1.05),
        half_height=finger.half_height * pressure * rng.uniform(0.85, 1.05),
        traction=(float(care.traction * much * n[5]), float(care.traction * much * n[6])),
        torsion=float(care.torsion * much * n[7]),
        stretch=float(care.stretch * much * n[8]),
        ripple=care.ripple * (1 + 0.3 * float(n[9])),
    )


def _expose(sensor: Sensor, skin: Floats, contact: Floats, rng: Generator, *, moisture: float) -> Pixels:
    """Grey levels of the touching skin: pressure, moisture, dirt, then the sensor's own faults."""
    shape = (sensor.height, sensor.width)
    pressure, patches = smooth_noise(rng, shape, grain=75), smooth_noise(rng, shape, grain=30)
    grain, fine = smooth_noise(rng, shape, grain=2.4), smooth_noise(rng, shape, grain=1.2)
    wet, dry = max(moisture, 0.0), max(-moisture, 0.0)
    if wet > 0:  # sweat fills the valleys unevenly
        skin = ndimage.gaussian_filter(skin, 0.4 + 0.9 * wet)
    edge = contact + 0.035 * patches + 0.02 * grain
    faint = 1 / (1 + np.exp(np.clip(-edge * 40, -30, 30)))
    thin = np.clip(1 - edge * 6, 0, 1)
    speckle = np.clip((0.12 + 0.22 * dry) * (1 + 0.7 * patches), 0.04, 0.8)
    level = 1.15 * skin + 0.30 * moisture - 0.3 + (0.16 + 0.12 * wet) * pressure - 0.6 * thin
    level += speckle * (1.4 * grain + 0.7 * fine)
    ink = faint / (1 + np.exp(-sensor.slope * level))
    if rng.random() < sensor.stains:
        ink = np.maximum(ink, _stains(shape, rng))
    contrast = rng.uniform(0.55, 1.0) if sensor.paper < 240 else rng.uniform(0.85, 1.0)
    light = sensor.paper - sensor.vignette * _corners(shape, rng) + 0.03 * sensor.vignette * pressure
    grey = light - contrast * (light - sensor.ink) * ink
    if sensor.stripes:
        grey += sensor.stripes * rng.standard_normal(shape[1]) * np.clip(patches, 0.3, 2)
    grey = ndimage.gaussian_filter(grey, sensor.blur) + sensor.noise * rng.standard_normal(shape)
    pixels: Pixels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return pixels


def _corners(shape: tuple[int, int], rng: Generator) -> Floats:
    rows, columns = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    x, y = rng.uniform(-0.3, 0.3, 2)
    far: Floats = ((rows - y) ** 2 + (columns - x) ** 2).astype(np.float32)
    far /= 2
    return far


def _stains(shape: tuple[int, int], rng: Generator) -> Floats:
    """Specks of dirt and faint grease."""
    specks = smooth_noise(rng, shape, grain=4) > 3.4 - 0.4 * rng.random()
    grease = np.clip(smooth_noise(rng, shape, grain=45) - 0.9, 0, 1) * rng.uniform(0, 0.35)
    grease *= 0.5 + 0.5 * (smooth_noise(rng, shape, grain=5) > 0)
    stains: Floats = np.maximum(0.7 * specks, grease).astype(np.float32)
    return stains
