# SPDX-License-Identifier: Apache-2.0
"""A finger touches glass: one impression of a master print, rolled or plain.

In: identity, position, impression number. Out: a uint8 image at 500 ppi, ridges dark on light. The skin is distorted
outside a firmly pressed ellipse (Cappelli, Maio and Maltoni, ICAPR 2001), the contact area cropped, ridges thickened
or thinned, pores, noise, scratches and an uneven pressure added. About 50 ms once the master print is there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from secure_communities.biometrics.synthetic.identity import Finger, Identity
from secure_communities.biometrics.synthetic.master import Floats, master_print

Pixels = NDArray[np.uint8]


class Kind(StrEnum):
    """How the finger is put on the glass."""

    ROLLED = "rolled"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between rolled and plain impressions; lengths in px at 500 ppi, spreads are standard deviations."""

    height: int
    width: int
    reach_across: float  # share of the finger's half width that touches
    reach_along: float
    power: float  # of the contact area's superellipse
    shift: float
    turn: float  # radians
    traction: float  # of the skin beyond the firm ellipse
    torsion: float  # radians
    wetness: float


STYLES = {
    Kind.ROLLED: Style(480, 432, 0.97, 0.93, 2.7, 6.0, math.radians(2.5), 7.0, math.radians(3.0), 0.16),
    Kind.PLAIN: Style(416, 352, 0.74, 0.80, 2.1, 12.0, math.radians(5.0), 4.5, math.radians(2.2), 0.20),
}


def finger_image(identity: Identity, position: int, *, impression: int, kind: str = "rolled") -> Pixels:
    """One impression of one finger; the same arguments always give the same image.

    The frame is 480 × 432 (rolled) or 416 × 352 px (plain). Raises ValueError for an unknown position or kind."""
    style = STYLES[Kind(kind)]
    rng = np.random.default_rng([identity.seed, position, impression, list(Kind).index(Kind(kind))])
    return press(identity.finger(position), rng, style=style, skin=skin_of_the_day(identity, impression))


def skin_of_the_day(identity: Identity, impression: int) -> float:
    """How dry the hands are in one session: a standard normal number that all its prints share."""
    return float(np.random.default_rng([identity.seed, impression, 0xD7]).standard_normal())


def press(finger: Finger, rng: Generator, *, style: Style, skin: float = 0.0, turn: float = 0.0) -> Pixels:
    """Press `finger` on the glass, turned by `turn` radians (counter-clockwise) as a whole; see `skin_of_the_day`."""
    height, width = style.height, style.width
    ridges = np.zeros((height, width), np.float32)
    contact = np.zeros((height, width), np.float32)
    normal = np.clip(rng.standard_normal(12), -2.3, 2.3)
    half_width = min(style.reach_across * finger.half_width * (1 + 0.03 * normal[0]), 0.5 * width - 8)
    half_height = min(style.reach_along * finger.half_height * (1 + 0.03 * normal[1]), 0.5 * height - 8)
    _transfer(
        master_print(finger), ridges, contact,
        turn + style.turn * normal[2], style.shift * normal[3], style.shift * normal[4],
        half_width, half_height, style.power,
        style.traction * normal[5], style.traction * normal[6], style.torsion * normal[7],
        0.35 * style.shift * normal[8], 0.35 * style.shift * normal[9],
    )  # fmt: skip
    _scratch(ridges, rng)
    dryness = 0.11 * math.exp(0.5 * float(np.clip(0.6 * skin + 0.8 * normal[11], -2, 2)))
    return _tone(ridges, contact, rng, wetness=style.wetness * normal[10], dryness=dryness)


@njit(cache=True, nogil=True)
def _transfer(  # type: ignore[no-untyped-def]
    master, ridges, contact, turn, shift_x, shift_y, half_width, half_height, power,
    pull_x, pull_y, torsion, offset_x, offset_y,
):  # fmt: skip
    """Sample the master print through the distorted skin; `contact` is positive where the finger touches."""
    height, width = ridges.shape
    tall, wide = master.shape
    cosine, sine = math.cos(turn), math.sin(turn)
    firm_x, firm_y = 0.52 * half_width, 0.48 * half_height
    twist_cos, twist_sin = math.cos(torsion), math.sin(torsion)
    for row in range(height):
        for column in range(width):
            # The glass's own axes: origin in the middle of the contact area, y up.
            gx, gy = column - 0.5 * (width - 1) - offset_x, 0.5 * (height - 1) - row - offset_y
            gx, gy = cosine * gx + sine * gy, -sine * gx + cosine * gy
            inside = (abs(gx) / half_width) ** power + (abs(gy) / half_height) ** power
            contact[row, column] = 1 - inside ** (1 / power)
            if inside > 1.6:
                continue
            slack = max(math.hypot(gx / firm_x, gy / firm_y) - 1, 0.0)
            brake = 0.5 * (1 - math.cos(math.pi * min(slack / 1.5, 1.0)))
            mx = gx + brake * ((twist_cos - 1) * gx - twist_sin * gy + pull_x) - shift_x
            my = gy + brake * (twist_sin * gx + (twist_cos - 1) * gy + pull_y) - shift_y
            u, v = mx + 0.5 * (wide - 1), 0.5 * (tall - 1) - my
            if u < 0 or v < 0 or u >= wide - 1 or v >= tall - 1:
                contact[row, column] = -1.0
                continue
            i, j = int(v), int(u)
            a, b = v - i, u - j
            ridges[row, column] = (1 - a) * ((1 - b) * master[i, j] + b * master[i, j + 1]) + a * (
                (1 - b) * master[i + 1, j] + b * master[i + 1, j + 1]
            )


def _smooth_noise(rng: Generator, shape: tuple[int, int], *, grain: float) -> Floats:
    """Noise of unit spread whose blobs are about `grain` px across."""
    coarse = (max(4, int(shape[0] / grain)), max(4, int(shape[1] / grain)))
    noise = rng.standard_normal(coarse, dtype=np.float32)
    large: Floats = ndimage.zoom(
        noise, (shape[0] / coarse[0], shape[1] / coarse[1]), order=1, grid_mode=True, mode="nearest"
    )
    large /= np.float32(0.66)
    return large


def _scratch(ridges: Floats, rng: Generator) -> None:
    """A few thin white lines: cuts, creases, dirt on the roller."""
    height, width = ridges.shape
    for _ in range(rng.poisson(0.7)):
        x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height
        angle, length, half = rng.uniform(0, math.pi), rng.uniform(20, 90), rng.uniform(0.6, 1.5)
        steps = np.arange(-length / 2, length / 2, 0.5)
        curve = rng.uniform(-0.002, 0.002) * steps**2
        rows = y - steps * math.sin(angle) + curve * math.cos(angle)
        columns = x + steps * math.cos(angle) + curve * math.sin(angle)
        for across in np.arange(-half, half + 0.1, 0.5):
            r = np.rint(rows + across * math.cos(angle)).astype(int)
            c = np.rint(columns + across * math.sin(angle)).astype(int)
            good = (r >= 0) & (r < height) & (c >= 0) & (c < width)
            ridges[r[good], c[good]] = -1


def _tone(ridges: Floats, contact: Floats, rng: Generator, *, wetness: float, dryness: float) -> Pixels:
    """From ridges to grey: pressure, moisture, grain and the light of the scanner."""
    shape = (ridges.shape[0], ridges.shape[1])
    pressure = _smooth_noise(rng, shape, grain=55)
    patches = _smooth_noise(rng, shape, grain=28)
    grain = _smooth_noise(rng, shape, grain=2.2)
    fine = rng.standard_normal(shape, dtype=np.float32)
    edge = contact + 0.026 * patches + 0.02 * grain
    faint = 1 / (1 + np.exp(-np.maximum(edge, -1.9) * 45))  # 0 outside the contact area, 1 well inside
    thin = np.clip(1 - edge * 7, 0, 1)  # ridges thin out near its border
    dry = np.clip(dryness * (1 + 0.75 * patches), 0.03, 0.42)
    level = 1.15 * ridges + wetness + 0.13 * pressure - 0.55 * thin + dry * (1.6 * grain + 0.8 * fine)
    ink = faint / (1 + np.exp(-4.2 * level))
    darkest = rng.uniform(30, 70) + 10 * pressure
    paper = rng.uniform(238, 250)
    valley = (paper - rng.uniform(8, 30)) * faint + paper * (1 - faint)
    grey = valley + (darkest - valley) * ink + 1.5 * fine
    pixels: Pixels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return pixels
