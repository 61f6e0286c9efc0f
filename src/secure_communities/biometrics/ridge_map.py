# SPDX-License-Identifier: Apache-2.0
"""Where an image carries ridges, and how strongly, however much writing, ruling or dirt lies beside them.

In: uint8 H×W at 500 ppi, ridges dark; out: two maps with one cell for every CELL × CELL px. A window of spectrum holds
ridges where its power gathers around one period between those of fingers; strokes and edges gather below it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.image import Mask, Pixels

Floats = NDArray[np.float32]
CELL: Final = 8  # px at 500 ppi
_STEP: Final = 16  # px between windows; the maps are interpolated to CELL
_WINDOW: Final = 32  # px at 250 ppi, seven ridges
_LOBE: Final = 2.1  # bins around the peak that belong to it under a Hann window
_RIDGES: Final = (3.6, 13.0)  # bins: periods from 18 px down to 5 px at 500 ppi
_STROKES: Final = (0.9, 3.2)  # bins below: strokes of pens, ruled lines, the edge of a punched hole


@dataclass(frozen=True, slots=True)
class RidgeMap:
    """`clarity` 0–1: the peak's share of the peak and what lies below it, high wherever there are ridges;
    `purity` 0–1: its share of nearly all power, high only where all ridges run one way; `strength`: its gray levels
    (RMS); `solid`: cells of plain black, such as punched holes."""

    clarity: Floats
    purity: Floats
    strength: Floats
    solid: Mask


def map_ridges(pixels: Pixels) -> RidgeMap:
    """Measure an image; about 0.2 s for a slap of 1600 × 1000 px, memory for one row of windows at a time."""
    small = _halve(pixels)
    margin = (_WINDOW - _STEP // 2) // 2
    padded = np.pad(small, margin, mode="edge")
    step = _STEP // 2
    rows, columns = max(1, small.shape[0] // step), max(1, small.shape[1] // step)
    padded = np.pad(padded, ((0, _WINDOW), (0, _WINDOW)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (_WINDOW, _WINDOW))[::step, ::step]
    measured = np.zeros((3, rows, columns), np.float32)
    for row in range(rows):
        measured[:, row] = _measure(windows[row, :columns])
    scale = _STEP // CELL

    def finer(values: Floats) -> Floats:
        result: Floats = ndimage.zoom(values, scale, order=1, mode="nearest", grid_mode=True)
        return result

    clarity, purity, strength = measured
    purity = ndimage.uniform_filter(purity, 2)
    return RidgeMap(finer(clarity), finer(purity), finer(strength), _solid(small, (rows * scale, columns * scale)))


def _solid(small: Floats, shape: tuple[int, int]) -> Mask:
    """Cells in whose whole neighbourhood of 24 px nothing is lighter than BLACK."""
    lightest = ndimage.maximum_filter(small, 12)
    half = CELL // 2
    solid = np.zeros(shape, np.bool_)
    seen = (lightest < p.BLACK)[half // 2 :: half, half // 2 :: half][: shape[0], : shape[1]]
    solid[: seen.shape[0], : seen.shape[1]] = seen
    return solid


def _halve(pixels: Pixels) -> Floats:
    height, width = (max(2, side // 2 * 2) for side in pixels.shape)
    whole = np.pad(pixels, ((0, max(0, height - pixels.shape[0])), (0, max(0, width - pixels.shape[1]))), mode="edge")
    blocks = whole[:height, :width].astype(np.float32).reshape(height // 2, 2, width // 2, 2)
    small: Floats = blocks.mean(axis=(1, 3), dtype=np.float32)
    return small


_HANN: Final = np.hanning(_WINDOW + 2)[1:-1].astype(np.float32)
_EDGE: Final = np.outer(_HANN, _HANN)
_FY: Final = fft.fftfreq(_WINDOW, 1 / _WINDOW).astype(np.float32)
_FX: Final = fft.rfftfreq(_WINDOW, 1 / _WINDOW).astype(np.float32)
_RADIUS: Final = np.hypot(_FY[:, None], _FX[None, :])


def _between(radius: Floats, low: float, high: float) -> Mask:
    chosen: Mask = (radius >= low) & (radius < high)
    return chosen


_ADMITTED: Final = _between(_RADIUS, *_RIDGES)
_BELOW: Final = _between(_RADIUS, *_STROKES)
_BODY: Final = _between(_RADIUS, _STROKES[0], math.inf)
_TWICE: Final = np.where((_FX == 0) | (_FX == _WINDOW // 2), 1, 2).astype(np.float32)  # the half left out of a real FFT
_SCALE: Final = float(np.sqrt((_EDGE**2).sum()) * _WINDOW)


def _lobes() -> NDArray[np.float32]:
    """For every bin of a spectrum, flat, the bins around it and around its mirror image."""
    y, x = (grid.ravel() for grid in np.meshgrid(_FY, _FX, indexing="ij"))
    near = np.hypot(y[:, None] - y, x[:, None] - x) <= _LOBE
    mirrored = np.hypot(y[:, None] + y, x[:, None] + x) <= _LOBE
    return np.asarray(near | mirrored, np.float32)


_LOBES: Final = _lobes()


def _measure(windows: Floats) -> tuple[Floats, Floats, Floats]:
    """Clarity, purity and strength of a row of windows (n, WINDOW, WINDOW)."""
    centred = (windows - windows.mean(axis=(1, 2), keepdims=True)) * _EDGE
    power = np.abs(fft.rfft2(centred)) ** 2 * _TWICE
    flat = power.reshape(len(power), -1)
    peak = np.where(_ADMITTED.ravel(), flat, 0).argmax(axis=1)
    ridges = np.einsum("nb,nb->n", flat, _LOBES[peak])
    below = flat[:, _BELOW.ravel()].sum(axis=1)
    rest = flat[:, _BODY.ravel()].sum(axis=1) - ridges
    purity = ridges / np.maximum(ridges + 0.5 * (rest + below), 1.0)
    return ridges / np.maximum(ridges + below, 1.0), purity, np.sqrt(ridges) / _SCALE
