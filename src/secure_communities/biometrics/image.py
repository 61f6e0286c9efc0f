# SPDX-License-Identifier: Apache-2.0
"""Images on their way to the extractor: one resampling to 500 ppi, where the print is, and the crop around it.

In: uint8 H×W, ridges dark; out: arrays of the same kind and boolean masks. The crop policy has a version, because the
network is not shift-invariant: another crop means slightly other minutiae.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from secure_communities.biometrics import parameters as p

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def resample(pixels: Pixels, ppi: float) -> Pixels:
    """Bring an image to 500 ppi; within 1 % of it the image is returned as it is."""
    if abs(ppi / p.RESOLUTION - 1) <= p.RESOLUTION_TOLERANCE:
        return pixels
    factor = p.RESOLUTION / ppi
    height, width = (max(1, round(side * factor)) for side in pixels.shape)
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


@dataclass(frozen=True, slots=True)
class Blocks:
    """Measures of every BLOCK×BLOCK square: contrast (standard deviation), gradient energy and its coherence 0–1."""

    contrast: NDArray[np.float64]
    energy: NDArray[np.float64]
    coherence: NDArray[np.float64]


def measure_blocks(pixels: Pixels) -> Blocks:
    """Measure the squares of an image (a last, incomplete row or column is left out).

    Coherence is that of the structure tensor (Kass and Witkin 1987; Bazen and Gerez 2002): 1 for parallel ridges.
    """
    rows, columns = (side // p.BLOCK for side in pixels.shape)
    if not rows or not columns:
        nothing = np.zeros((rows, columns))
        return Blocks(nothing, nothing, nothing)
    # Whole numbers: fast, and exact whatever the order of summing. The edge is mirrored.
    image = np.pad(pixels[: rows * p.BLOCK, : columns * p.BLOCK], 1, mode="symmetric").astype(np.int16)
    down, across = image[:-2] + 2 * image[1:-1] + image[2:], image[:, :-2] + 2 * image[:, 1:-1] + image[:, 2:]
    dx, dy = (down[:, 2:] - down[:, :-2]).astype(np.int32), (across[2:] - across[:-2]).astype(np.int32)
    inside = image[1:-1, 1:-1].astype(np.int32)

    def mean(values: NDArray[np.int32]) -> NDArray[np.float64]:
        starts = np.arange(rows) * p.BLOCK, np.arange(columns) * p.BLOCK
        sums = np.add.reduceat(np.add.reduceat(values, starts[0], axis=0), starts[1], axis=1)
        result: NDArray[np.float64] = sums / p.BLOCK**2
        return result

    xx, yy, xy = mean(dx * dx) / 64, mean(dy * dy) / 64, mean(dx * dy) / 64
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / np.maximum(energy, 1e-9)
    contrast = np.sqrt(np.maximum(mean(inside * inside) - mean(inside) ** 2, 0))
    return Blocks(contrast, energy, coherence)


def find_print(blocks: Blocks) -> Mask:
    """Blocks that belong to the print: those with contrast, closed, holes filled, the largest piece and its peers."""
    lively = blocks.contrast >= p.BLOCK_CONTRAST
    lively = ndimage.binary_closing(np.pad(lively, 2), iterations=2)[2:-2, 2:-2]
    lively = ndimage.binary_opening(ndimage.binary_fill_holes(lively))
    labels, pieces = ndimage.label(lively)
    if not pieces:
        return np.zeros(lively.shape, np.bool_)
    sizes = np.bincount(labels.ravel())[1:]
    kept: Mask = np.isin(labels, 1 + np.flatnonzero(sizes >= sizes.max() * p.SMALLEST_PIECE))
    return kept


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of an image, in px: rows top to bottom, columns left to right (half-open)."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """The part itself."""
        return pixels[self.top : self.bottom, self.left : self.right]


def choose_crop(shape: tuple[int, int], foreground: Mask) -> Crop:
    """Crop policy 1: the box of the print and a margin, widened evenly to the network's step where the image allows."""
    rows, columns = np.flatnonzero(foreground.any(axis=1)), np.flatnonzero(foreground.any(axis=0))
    if not len(rows):
        return Crop(0, shape[0], 0, shape[1])
    top, bottom = _widen(rows[0] * p.BLOCK, (rows[-1] + 1) * p.BLOCK, shape[0])
    left, right = _widen(columns[0] * p.BLOCK, (columns[-1] + 1) * p.BLOCK, shape[1])
    return Crop(top, bottom, left, right)


def _widen(start: int, end: int, limit: int) -> tuple[int, int]:
    start, end = max(0, int(start) - p.CROP_MARGIN), min(limit, int(end) + p.CROP_MARGIN)
    wanted = -(-(end - start) // p.CROP_MULTIPLE) * p.CROP_MULTIPLE
    if wanted > limit:
        return 0, limit
    start = min(max(0, start - (wanted - (end - start)) // 2), limit - wanted)
    return start, start + wanted
