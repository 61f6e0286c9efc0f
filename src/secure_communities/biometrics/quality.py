# SPDX-License-Identifier: Apache-2.0
"""How good a finger image is, in measures that can be explained, and whether to refuse it, with the reason.

In: uint8 H×W at 500 ppi; out: Quality. Blank, saturated and noise images are refused for quality; an image whose
ridge period contradicts its declared resolution is refused for that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.image import Blocks, Mask, Pixels, find_print, measure_blocks


class Refusal(StrEnum):
    """Why an image yields no template. RESOLUTION and SIZE contradict the record; the rest is poor quality."""

    BLANK = "blank"
    SATURATED = "saturated"
    SMALL = "small"
    NOISE = "noise"
    FEW_MINUTIAE = "few minutiae"
    RESOLUTION = "resolution"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures at 500 ppi: foreground px², contrast (gray levels), coherence 0–1, ridge period px (None: no ridges).

    `score` is 0–100; `refusal` with its `reason` (a sentence) is set when no template should be made.
    """

    foreground: int
    contrast: float
    coherence: float
    period: float | None
    score: int
    refusal: Refusal | None = None
    reason: str = ""


def assess(pixels: Pixels) -> Quality:
    """Measure an image at 500 ppi and say whether it can be used."""
    return assess_blocks(pixels, *_blocks_and_print(pixels))


def _blocks_and_print(pixels: Pixels) -> tuple[Blocks, Mask]:
    blocks = measure_blocks(pixels)
    return blocks, find_print(blocks)


def assess_blocks(pixels: Pixels, blocks: Blocks, foreground: Mask) -> Quality:
    """The same, from block measures and foreground that are known already."""
    dark, light = float(np.mean(pixels <= 5)), float(np.mean(pixels >= 250))
    area = int(foreground.sum()) * p.BLOCK**2
    spread = float(pixels.std())
    if not area:
        contrast, coherence, coherent, ridges = spread, 0.0, 0.0, None
    else:
        contrast = float(np.median(blocks.contrast[foreground]))
        coherence = float(np.mean(blocks.coherence[foreground]))
        coherent = float(np.mean(blocks.coherence[foreground] >= p.BLOCK_COHERENCE))
        ridges = measure_ridges(pixels, foreground)
    parts = (area / p.FULL_AREA, coherence / p.FULL_COHERENCE, contrast / p.FULL_CONTRAST)
    score = round(100 * float(np.prod([min(1.0, part) for part in parts])) ** (1 / len(parts)))
    refusal, reason = _judge(max(dark, light), light >= dark, spread, area, coherent, ridges)
    period = None if ridges is None else ridges[0]
    return Quality(area, contrast, coherence, period, score, refusal, reason)


def _judge(
    clipped: float, white: bool, spread: float, area: int, coherent: float, ridges: tuple[float, float] | None
) -> tuple[Refusal | None, str]:
    if spread < p.BLANK_CONTRAST:
        return Refusal.BLANK, f"the image is blank (gray levels spread by {spread:.1f})"
    if clipped >= p.SATURATED_SHARE:
        return Refusal.SATURATED, f"the image is saturated ({clipped:.0%} of it {'white' if white else 'black'})"
    if area < p.SMALLEST_FOREGROUND:
        return Refusal.SMALL, f"the print covers only {area} px², at least {p.SMALLEST_FOREGROUND} are needed"
    if ridges is None:
        return Refusal.SMALL, f"the print is nowhere {p.PERIOD_WINDOW} px wide and high"
    period, clarity = ridges
    order = (clarity + coherent) / 2
    if order < p.LEAST_ORDER or period > p.PERIOD_BEYOND_BELIEF:
        return Refusal.NOISE, f"no ridge pattern: {order:.0%} of the texture agrees on a direction and a period"
    if period < p.PERIOD_SHORTEST or period > p.PERIOD_LONGEST:
        hint = "lower" if period < p.PERIOD_SHORTEST else "higher"
        return Refusal.RESOLUTION, (
            f"ridges every {period:.1f} px at the declared resolution (fingers have {p.PERIOD_SHORTEST:.0f} to "
            f"{p.PERIOD_LONGEST:.0f} at 500 ppi): the true resolution is probably {hint} than declared"
        )
    return None, ""


def measure_ridges(pixels: Pixels, foreground: Mask) -> tuple[float, float] | None:
    """Ridge period (px) and clarity (0–1), medians over windows of the foreground; None without a whole window.

    A window's period is that of the strongest bin of its spectrum; its clarity is the share of the spectrum near that
    bin and direction: parallel ridges put most of their power there, noise spreads it.
    """
    size, half = p.PERIOD_WINDOW, p.PERIOD_WINDOW // 2
    height, width = pixels.shape
    rows, columns = np.nonzero(foreground)
    step = max(1, len(rows) // p.PERIOD_WINDOWS)
    windows = []
    for row, column in zip(rows[::step].tolist(), columns[::step].tolist(), strict=True):
        top, left = row * p.BLOCK + p.BLOCK // 2 - half, column * p.BLOCK + p.BLOCK // 2 - half
        if top >= 0 and left >= 0 and top + size <= height and left + size <= width:
            windows.append(pixels[top : top + size, left : left + size])
    if not windows:
        return None
    spectrum = _Spectrum.of(2 * size)
    stack = np.array(windows, np.float32)
    edge = np.hanning(size).astype(np.float32)
    stack = (stack - stack.mean(axis=(1, 2), keepdims=True)) * np.outer(edge, edge)
    waves = fft.rfft(stack, n=2 * size, axis=2)[:, :, : spectrum.columns]
    waves = fft.fft(waves, n=2 * size, axis=1).reshape(len(stack), -1)[:, spectrum.bins]
    power = waves.real**2 + waves.imag**2
    peak = power.argmax(axis=1)
    radius = spectrum.radius[peak][:, None]
    along = spectrum.doubled[:, peak].T @ spectrum.doubled  # cosine of twice the angle between two bins
    near = (np.abs(spectrum.radius / radius - 1) < 0.25) & (along > math.cos(math.pi / 4))
    clarity = (power * near).sum(axis=1) / np.maximum(power.sum(axis=1), 1e-9)
    return float(np.median(2 * size / radius)), float(np.median(clarity))


@dataclass(frozen=True, slots=True)
class _Spectrum:
    """The bins of a spectrum that are searched: where they are, their radius in cycles per padded window, direction.

    `bins` are flat indices into the spectrum's first `columns` columns; `doubled` is cosine and sine of twice the
    angle, so that a direction and its opposite are the same.
    """

    columns: int
    bins: NDArray[np.int64]
    radius: NDArray[np.float32]
    doubled: NDArray[np.float32]

    @classmethod
    @cache
    def of(cls, size: int) -> _Spectrum:
        shortest, longest = p.PERIOD_SEARCHED
        columns = math.ceil(size / shortest)
        rows, across = np.fft.fftfreq(size, 1 / size)[:, None], np.arange(columns, dtype=np.float64)[None, :]
        radius, angle = np.hypot(rows, across).ravel(), np.arctan2(rows, across).ravel()
        bins = np.flatnonzero((radius > size / longest) & (radius < size / shortest))
        doubled = np.array([np.cos(2 * angle[bins]), np.sin(2 * angle[bins])], np.float32)
        return cls(columns, bins, radius[bins].astype(np.float32), doubled)
