# SPDX-License-Identifier: Apache-2.0
"""Made-up fingers for the tests of this folder: minutiae at random, second impressions, a drawn ridge image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.template import MINUTIA, Template, TenPrint

SIZE = 400


def a_finger(rng: np.random.Generator, *, position: int = 1, count: int = 36) -> Template:
    """A finger of `count` minutiae anywhere on 300×340 px."""
    minutiae = np.zeros(count, MINUTIA)
    minutiae["x"], minutiae["y"] = rng.integers(50, 350, count), rng.integers(30, 370, count)
    minutiae["direction"], minutiae["kind"] = rng.integers(0, 256, count), rng.integers(1, 3, count)
    minutiae["quality"] = rng.integers(61, 100, count)
    return Template(position, minutiae, SIZE, SIZE, 80, "made up")


def another_impression(
    finger: Template, rng: np.random.Generator, *, kept: float = 0.85, jitter: float = 2.0, turn: float = 5.0
) -> Template:
    """The same finger again: turned by some degrees, jittered, some minutiae lost, some invented."""
    rows = finger.minutiae[rng.random(len(finger)) < kept].copy()
    angle = np.deg2rad(turn)
    x, y = rows["x"] - SIZE / 2, SIZE / 2 - rows["y"].astype(float)
    turned_x, turned_y = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    rows["x"] = np.clip(turned_x + SIZE / 2 + rng.normal(0, jitter, len(rows)), 0, SIZE - 1).round()
    rows["y"] = np.clip(SIZE / 2 - turned_y + rng.normal(0, jitter, len(rows)), 0, SIZE - 1).round()
    noise = rng.normal(turn * 256 / 360, 3, len(rows)).round().astype(int)
    rows["direction"] = (rows["direction"].astype(int) + noise) & 255
    invented = a_finger(rng, count=5).minutiae
    return Template(finger.position, np.concatenate([rows, invented]), SIZE, SIZE, 75, "made up")


def a_person(rng: np.random.Generator, *, fingers: Any = range(1, 11), count: int = 36) -> TenPrint:
    """A ten-print, or part of one."""
    return {position: a_finger(rng, position=position, count=count) for position in fingers}


def the_same_person(person: TenPrint, rng: np.random.Generator, **noise: float) -> dict[int, Template]:
    """Another encounter with a person."""
    return {position: another_impression(finger, rng, **noise) for position, finger in person.items()}


def ridges(*, period: float = 9.0, width: int = 320, height: int = 352, seed: int = 0) -> NDArray[np.uint8]:
    """A drawn print: curved parallel ridges broken by phase jumps, which make minutiae, in an ellipse on white."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    phase = np.hypot(x - width / 2, y - height * 0.9) / period * 2 * np.pi
    for _ in range(28):  # a phase vortex is exactly one ridge ending or bifurcation
        cx, cy = rng.uniform(0.15, 0.85) * width, rng.uniform(0.12, 0.88) * height
        phase += rng.choice([-1, 1]) * np.arctan2(y - cy, x - cx)
    gray = 128 + 90 * np.cos(phase) + rng.normal(0, 6, (height, width))
    inside = ((x - width / 2) / (width * 0.46)) ** 2 + ((y - height / 2) / (height * 0.46)) ** 2 < 1
    return np.clip(np.where(inside, gray, 250 + rng.normal(0, 1, (height, width))), 0, 255).astype(np.uint8)
