# SPDX-License-Identifier: Apache-2.0
"""What surrounds fingertips on a real slap: the crease and the joint below it, halos, specks, rules and handwriting.

In: a random generator and a place; out: pixels darkened in a given image (uint8, 500 ppi)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw
from scipy import ndimage

from secure_communities.biometrics.synthetic.impression import Pixels, _smooth_noise


@dataclass(frozen=True, slots=True)
class Crease:
    """A pale line across a finger: `below` its middle (px along the finger), `width` px, `slant` (tangent)."""

    below: float
    width: float
    slant: float


def draw_crease(rng: Generator, *, half_height: float) -> Crease:
    """A crease somewhere at the lower end of a print that reaches `half_height` px below its middle."""
    return Crease(half_height * rng.uniform(0.70, 1.0), rng.uniform(6, 22), math.tan(math.radians(rng.normal(0, 4))))


def erase_below(print_: Pixels, crease: Crease, *, turn: float) -> Pixels:
    """The print without what lies below the crease, its edge a little soft."""
    u, v = _own_axes(print_.shape, turn)
    depth = v - crease.below - crease.slant * u
    fade = np.clip(depth / 4 + 0.5, 0, 1)
    pixels: Pixels = np.rint(print_ + (250.0 - print_) * fade).astype(np.uint8)
    return pixels


def lower_joint(rng: Generator, crease: Crease, *, half_width: float, turn: float, darkness: float) -> Pixels:
    """The joint below the crease as a square patch around the middle of the fingertip; ridges run across it."""
    side = round(2 * (crease.below + crease.width + 3.2 * half_width)) // 2 * 2
    u, v = _own_axes((side, side), turn)
    length = half_width * rng.uniform(1.6, 2.7)
    depth = v - crease.below - crease.width - crease.slant * u
    middle = depth - length / 2
    contact = 1 - np.abs(u / (half_width * rng.uniform(0.8, 1.0))) ** 5 - np.abs(middle / (length / 2)) ** 6
    contact = contact + 0.25 * _smooth_noise(rng, (side, side), grain=26)
    waves = 12 * _smooth_noise(rng, (side, side), grain=70)
    ridges = np.cos(2 * math.pi * (v + waves + 0.0012 * u * u) / rng.uniform(8.5, 10.5))
    patches = _smooth_noise(rng, (side, side), grain=24) + 0.7 * _smooth_noise(rng, (side, side), grain=3)
    ink = 1 / (1 + np.exp(-4 * (1.1 * ridges - 0.25 + 0.35 * patches)))
    ink *= 1 / (1 + np.exp(-9 * np.maximum(contact, -9))) * (depth > 0)
    pixels: Pixels = np.clip(np.rint(250 - 200 * darkness * ink), 0, 255).astype(np.uint8)
    return pixels


def _own_axes(shape: tuple[int, ...], turn: float) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of a patch in a finger's axes: u to its right, v towards the hand; the origin in the middle."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    x -= 0.5 * (shape[1] - 1)
    y -= 0.5 * (shape[0] - 1)
    return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)


def soil(pixels: Pixels, rng: Generator, *, halo: float, specks: int, strokes: int, rules: int) -> None:
    """Darken a whole slap: a moist halo (gray levels) around the fingers, specks, strokes of a pen, ruled lines."""
    if halo > 0:
        small = ndimage.gaussian_filter(255.0 - pixels[::8, ::8], 5)
        mist = ndimage.zoom(small, (pixels.shape[0] / small.shape[0], pixels.shape[1] / small.shape[1]), order=1)
        pixels[...] = np.clip(pixels - halo * mist / max(1.0, float(mist.max())), 0, 255).astype(np.uint8)
    height, width = pixels.shape
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    for _ in range(specks):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(1, 5)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=int(rng.uniform(30, 150)))
    for _ in range(strokes):
        x, y = rng.uniform(0, width), rng.uniform(0, 0.4 * height)
        points = [(x, y)]
        for _ in range(int(rng.integers(3, 9))):
            x, y = x + rng.normal(20, 40), y + rng.normal(0, 45)
            points.append((x, y))
        draw.line(points, fill=int(rng.uniform(20, 110)), width=int(rng.integers(4, 11)), joint="curve")
    for _ in range(rules):
        y = rng.uniform(0, height)
        draw.line((0, y, width, y + rng.normal(0, 6)), fill=40, width=int(rng.integers(2, 6)))
    pixels[...] = np.asarray(picture)
