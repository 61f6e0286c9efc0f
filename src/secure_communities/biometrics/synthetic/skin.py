# SPDX-License-Identifier: Apache-2.0
"""What life does to a finger, and what a careless touch does to its skin.

In: a `Finger`. Out: its ridges worn and creased for good (`worn_print`), and the part of them that one distorted
touch brings to a sensor (`touch`). Lengths are px at 500 ppi, y up, the finger's origin in the middle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from secure_communities.biometrics.synthetic.identity import Finger
from secure_communities.biometrics.synthetic.master import HEIGHT, WIDTH, Floats, master_print

CREASES = 2.5  # mean number a finger
WORN = 0.35  # log-normal spread of the wear between fingers


@dataclass(frozen=True, slots=True)
class Touch:
    """One way of putting a finger on glass.

    `turn` (radians) and `offset` place the finger on the sensor; `shift` says which part of the skin touches (a tip,
    a side); `half_width` and `half_height` bound the contact. Skin outside the firmly pressed middle is dragged by
    `traction` and twisted by `torsion` (Cappelli, Maio and Maltoni, ICAPR 2001); `stretch` is the relative
    lengthening along the finger (and shortening across), `ripple` the amplitude of an uneven drag."""

    turn: float
    offset: tuple[float, float]
    shift: tuple[float, float]
    half_width: float
    half_height: float
    traction: tuple[float, float]
    torsion: float
    stretch: float
    ripple: float


def smooth_noise(rng: Generator, shape: tuple[int, int], *, grain: float, order: int = 1) -> Floats:
    """Noise of about unit spread whose blobs are `grain` px across."""
    coarse = (max(4, math.ceil(shape[0] / grain)), max(4, math.ceil(shape[1] / grain)))
    noise = rng.standard_normal(coarse, dtype=np.float32)
    zoom = (shape[0] / coarse[0], shape[1] / coarse[1])
    large: Floats = ndimage.zoom(noise, zoom, order=order, grid_mode=True, mode="nearest")
    return large / np.float32(0.66 if order == 1 else 0.75)


@lru_cache(maxsize=4)
def worn_print(finger: Finger) -> Floats:
    """The finger's master print as it is in grown life: ridges rubbed flat in places, and white creases across.

    The same for every touch, since it belongs to the skin."""
    rng = np.random.default_rng([finger.seed, 0x5C])
    ridges = master_print(finger).copy()
    wear = 0.20 * math.exp(WORN * float(np.clip(rng.standard_normal(), -2, 2)))
    rubbed = np.clip(wear * (1 + 0.9 * smooth_noise(rng, ridges.shape, grain=70)), 0, 0.85)
    rough = smooth_noise(rng, ridges.shape, grain=3.0) + 0.8 * smooth_noise(rng, ridges.shape, grain=7.0)
    ridges *= 1 - 0.5 * rubbed
    ridges += 0.6 * rubbed * rough
    for _ in range(int(rng.poisson(CREASES))):
        _crease(ridges, rng)
    ridges.setflags(write=False)
    return ridges


def _crease(ridges: Floats, rng: Generator) -> None:
    """A white line of varying depth: an arc, soft at its sides, shallow at its ends."""
    x, y = rng.uniform(-0.3, 0.3) * WIDTH, rng.uniform(-0.35, 0.3) * HEIGHT
    # Flexion creases lie across the finger; scars lie anyhow.
    angle = rng.normal(0, 0.35) if rng.random() < 0.6 else rng.uniform(0, math.pi)
    length, half = rng.uniform(25, 170), rng.uniform(0.7, 2.2)
    depth, bow = rng.uniform(0.7, 2.0), rng.normal(0, 0.0012)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    dx, dy = columns - 0.5 * (WIDTH - 1) - x, 0.5 * (HEIGHT - 1) - rows - y
    along = dx * math.cos(angle) + dy * math.sin(angle)
    across = -dx * math.sin(angle) + dy * math.cos(angle) - bow * along**2
    ends = np.clip(1.2 - (2 * along / length) ** 2, 0, 1)
    ridges -= depth * ends * np.exp(-0.5 * (across / half) ** 2)


def touch(ridges: Floats, how: Touch, rng: Generator, *, height: int, width: int) -> tuple[Floats, Floats]:
    """What a sensor of `height` × `width` px sees of `ridges`: (their values, the contact: positive where it touches,
    1 in the middle of the contact area, 0 on its border)."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    sx, sy = columns - 0.5 * (width - 1) - how.offset[0], 0.5 * (height - 1) - rows - how.offset[1]
    cosine, sine = math.cos(how.turn), math.sin(how.turn)
    x, y = cosine * sx + sine * sy, -sine * sx + cosine * sy
    contact = (1 - np.hypot(x / how.half_width, y / how.half_height)).astype(np.float32)
    slack = np.maximum(np.hypot(x / (0.5 * how.half_width), y / (0.5 * how.half_height)) - 1, 0)
    brake = 0.5 * (1 - np.cos(np.pi * np.minimum(slack / 1.5, 1)))
    twist_cos, twist_sin = math.cos(how.torsion) - 1, math.sin(how.torsion)
    ripple_x = how.ripple * smooth_noise(rng, (height, width), grain=110, order=3)
    ripple_y = how.ripple * smooth_noise(rng, (height, width), grain=110, order=3)
    mx = x * (1 - 0.5 * how.stretch) + brake * (twist_cos * x - twist_sin * y + how.traction[0]) + ripple_x
    my = y * (1 + how.stretch) + brake * (twist_sin * x + twist_cos * y + how.traction[1]) + ripple_y
    u, v = mx - how.shift[0] + 0.5 * (WIDTH - 1), 0.5 * (HEIGHT - 1) - (my - how.shift[1])
    inside = (u >= 0) & (v >= 0) & (u <= WIDTH - 1) & (v <= HEIGHT - 1)
    contact[~inside] = -1
    # Skin ends where the finger ends, however it is put down.
    skin: Floats = ndimage.map_coordinates(ridges, [v, u], order=1, mode="constant", cval=0.0, output=np.float32)
    return skin, contact
