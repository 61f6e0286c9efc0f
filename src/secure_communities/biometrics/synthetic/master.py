# SPDX-License-Identifier: Apache-2.0
"""The master print: the whole ridge pattern of a finger, as skin, before any contact.

In: a `Finger`. Out: float32 values from −1 (valley) to 1 (ridge) at 500 ppi. Ridges grow from sparse seeds under
repeated Gabor filtering tuned to the local flow and period, and minutiae appear where growing regions meet (Cappelli,
Maio and Maltoni, ICPR 2000); the growth runs at 250 ppi and is refined once at full resolution."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from secure_communities.biometrics.synthetic.identity import Finger
from secure_communities.biometrics.synthetic.orientation import orientation_field

HEIGHT, WIDTH = 528, 464
"""Frame of a master print; the finger's origin is in its middle."""

_ANGLES = 48
_PERIODS = 10
_ROUNDS = 12
_SEEDS = 7000
_PORES = 11  # px, about their distance along a ridge
Floats = NDArray[np.float32]


def ridge_periods(finger: Finger, *, height: int, width: int, step: float, rng: Generator) -> Floats:
    """Distance between ridges (px at 500 ppi) on a grid: wider below the core than at the tip, and uneven."""
    uneven = ndimage.zoom(rng.standard_normal((6, 6)), (height / 6, width / 6), order=3, grid_mode=True, mode="nearest")
    rows = (np.arange(height) - 0.5 * (height - 1)) * step / finger.half_height
    lower = 0.10 * np.tanh(1.6 * (rows + 0.1))
    periods = finger.period * (1 + lower[:, None] + 0.035 * np.clip(uneven, -2, 2))
    clipped: Floats = np.clip(periods, 6.0, 13.0).astype(np.float32)
    return clipped


@lru_cache(maxsize=8)
def _kernels(scale: float, shortest: float, longest: float) -> tuple[Floats, Floats]:
    """A bank [period, angle, row, column] of even Gabor kernels without mean, and its periods (px of the grid)."""
    periods = np.linspace(shortest, longest, _PERIODS) * scale
    radius = math.ceil(0.95 * float(periods[-1]))
    y, x = np.mgrid[radius : -radius - 1 : -1, -radius : radius + 1].astype(np.float64)
    bank = np.empty((_PERIODS, _ANGLES, 2 * radius + 1, 2 * radius + 1))
    for p, period in enumerate(periods):
        sigma = 0.48 * period
        envelope = np.exp(-(x * x + y * y) / (2 * sigma * sigma))
        for a in range(_ANGLES):
            angle = math.pi * a / _ANGLES
            across = -x * math.sin(angle) + y * math.cos(angle)
            wave = np.cos(2 * math.pi * across / period)
            kernel = envelope * (wave - (envelope * wave).sum() / envelope.sum())
            bank[p, a] = kernel / (kernel * wave).sum()
    return bank.astype(np.float32), periods.astype(np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _filter(padded, bank, period, angle, skin, gain, out):  # type: ignore[no-untyped-def]
    """One round of filtering, clipped to ±1; `padded` has the kernel's radius of border around `out`."""
    height, width = out.shape
    size = bank.shape[2]
    for row in range(height):
        for column in range(width):
            if not skin[row, column]:
                continue
            kernel = bank[period[row, column], angle[row, column]]
            total = np.float32(0)
            for i in range(size):
                for j in range(size):
                    total += kernel[i, j] * padded[row + i, column + j]
            total *= gain
            out[row, column] = max(np.float32(-1), min(np.float32(1), total))


class _Growth:
    """Filters a finger's ridges; `angles` and `periods` (px at 500 ppi) are on the grid, `step` pixels apart."""

    def __init__(self, finger: Finger, *, step: int, angles: Floats, periods: Floats) -> None:
        height, width = angles.shape
        self.bank, centres = _kernels(1 / step, 7.0, 12.0)
        self.angle = (np.rint(angles * (_ANGLES / math.pi)) % _ANGLES).astype(np.int16)
        nearest = np.rint((periods / step - centres[0]) / (centres[1] - centres[0]))
        self.period = np.clip(nearest, 0, _PERIODS - 1).astype(np.int16)
        y = (np.arange(height, dtype=np.float32)[:, None] - 0.5 * (height - 1)) * step
        x = (np.arange(width, dtype=np.float32)[None, :] - 0.5 * (width - 1)) * step
        self.skin = np.abs(x / (finger.half_width + 12)) ** 3 + np.abs(y / (finger.half_height + 12)) ** 3 <= 1

    def grow(self, ridges: Floats, *, rounds: int, gain: float) -> Floats:
        """Filter `rounds` times."""
        border = self.bank.shape[2] // 2
        for _ in range(rounds):
            padded = np.pad(ridges, border)
            ridges = np.zeros_like(ridges)
            _filter(padded, self.bank, self.period, self.angle, self.skin, np.float32(gain), ridges)
        return ridges


def master_print(finger: Finger) -> Floats:
    """The finger's ridges, `HEIGHT` × `WIDTH`, −1 valley to 1 ridge, 0 outside the skin. About 0.1 s; cached."""
    return _master_print(finger)


@lru_cache(maxsize=20)
def _master_print(finger: Finger) -> Floats:
    rng = np.random.default_rng([finger.seed, 0x3A])
    grid = {"height": HEIGHT // 2, "width": WIDTH // 2, "step": 2}
    angles = orientation_field(finger, **grid)
    periods = ridge_periods(finger, **grid, rng=rng)
    coarse = _Growth(finger, step=2, angles=angles, periods=periods)
    seeds = np.zeros(angles.shape, np.float32)
    places = rng.choice(np.flatnonzero(coarse.skin), _SEEDS, replace=False)
    seeds.flat[places] = rng.choice([-1.0, 1.0], _SEEDS)
    ridges = coarse.grow(seeds, rounds=_ROUNDS, gain=2.2)
    ridges = ndimage.zoom(ridges, 2, order=1, grid_mode=True, mode="nearest")
    fine = _Growth(finger, step=1, angles=_doubled(angles), periods=_doubled(periods))
    ridges = fine.grow(ridges, rounds=1, gain=2.0)
    _open_pores(ridges, rng.random((HEIGHT // _PORES, WIDTH // _PORES, 3)))
    ridges.setflags(write=False)
    return ridges


@njit(cache=True, nogil=True)
def _open_pores(ridges, chance):  # type: ignore[no-untyped-def]
    """Small pale dots on the ridges: one try in each square of `_PORES` px, moved to the ridge's crest."""
    for i in range(1, chance.shape[0] - 1):
        for j in range(1, chance.shape[1] - 1):
            row, column = int((i + chance[i, j, 0]) * _PORES), int((j + chance[i, j, 1]) * _PORES)
            for _ in range(3):
                best_row, best_column = row, column
                for r in range(row - 1, row + 2):
                    for c in range(column - 1, column + 2):
                        if ridges[r, c] > ridges[best_row, best_column]:
                            best_row, best_column = r, c
                row, column = best_row, best_column
            if ridges[row, column] < 0.6:
                continue
            depth = 0.5 + 0.9 * chance[i, j, 2]
            for r in range(row - 2, row + 3):
                for c in range(column - 2, column + 3):
                    ridges[r, c] -= depth * math.exp(-((r - row) ** 2 + (c - column) ** 2) / 1.6)


def _doubled(values: Floats) -> Floats:
    return values.repeat(2, axis=0).repeat(2, axis=1)
