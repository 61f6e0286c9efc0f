# SPDX-License-Identifier: Apache-2.0
"""Image to template: resample once, judge, crop, extract with LEADER.

In: uint8 H×W (ridges dark), its resolution and finger position; out: a Template, or NoTemplate with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.image import Crop, Pixels, choose_crop, find_print, measure_blocks, resample
from secure_communities.biometrics.leader import EXTRACTOR, leader
from secure_communities.biometrics.quality import Quality, Refusal, assess, assess_blocks
from secure_communities.biometrics.template import Template

PLAUSIBLE_RESOLUTION: Final = (100.0, 2_000.0)  # ppi


class NoTemplate(Exception):
    """No template can be made of the image. `refusal` is the kind, `reason` a sentence, `quality` what was measured."""

    def __init__(self, reason: str, *, refusal: Refusal, quality: Quality | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refusal = refusal
        self.quality = quality

    @property
    def contradicts_record(self) -> bool:
        """True where the image contradicts what its record declares; False where it is merely too poor."""
        return self.refusal in (Refusal.RESOLUTION, Refusal.SIZE)


@dataclass(frozen=True, slots=True)
class FingerImage:
    """One image to extract: uint8 H×W, ppi, finger position (0: unknown)."""

    pixels: Pixels
    ppi: float
    position: int = 0


def extract(pixels: Pixels, *, ppi: float, position: int) -> Template:
    """Make the template of one finger image, coordinates in the whole image at 500 ppi. Raises NoTemplate."""
    image, quality, crop = _prepare(pixels, ppi)
    minutiae = leader().minutiae(np.ascontiguousarray(crop.of(image)))
    if len(minutiae) < p.FEWEST_MINUTIAE:
        raise NoTemplate(
            f"only {len(minutiae)} minutiae were found, at least {p.FEWEST_MINUTIAE} are needed",
            refusal=Refusal.FEW_MINUTIAE,
            quality=quality,
        )
    minutiae["x"] += np.uint16(crop.left)
    minutiae["y"] += np.uint16(crop.top)
    return Template(position, minutiae, image.shape[1], image.shape[0], quality.score, EXTRACTOR)


def _prepare(pixels: Pixels, ppi: float) -> tuple[Pixels, Quality, Crop]:
    _check(pixels, ppi)
    image = resample(pixels, ppi)
    if min(image.shape) < p.SMALLEST_SIDE:
        raise NoTemplate(
            f"the image is {image.shape[1]}×{image.shape[0]} px at 500 ppi, at least {p.SMALLEST_SIDE} a side needed",
            refusal=Refusal.SMALL,
        )
    blocks = measure_blocks(image)
    foreground = find_print(blocks)
    quality = assess_blocks(image, blocks, foreground)
    if quality.refusal is not None:
        raise NoTemplate(quality.reason, refusal=quality.refusal, quality=quality)
    return image, quality, choose_crop(image.shape, foreground)


def _check(pixels: Pixels, ppi: float) -> None:
    if pixels.ndim != 2 or pixels.dtype != np.uint8:
        raise NoTemplate("the image is not 8-bit gray", refusal=Refusal.SIZE)
    height, width = pixels.shape
    low, high = PLAUSIBLE_RESOLUTION
    if not low <= ppi <= high:  # also refuses NaN
        raise NoTemplate(f"{ppi} ppi is not a resolution of {low:.0f} to {high:.0f} ppi", refusal=Refusal.RESOLUTION)
    largest = p.LARGEST_SIDE * min(1.0, ppi / p.RESOLUTION)
    if max(height, width) > largest or min(height, width) < 1:
        raise NoTemplate(
            f"the image is {width}×{height} px, larger than {largest:.0f} px a side at {ppi:.0f} ppi",
            refusal=Refusal.SIZE,
        )


def measure(pixels: Pixels, *, ppi: float) -> Quality:
    """Quality of an image without extracting. Raises NoTemplate only where size or resolution are out of bounds."""
    _check(pixels, ppi)
    return assess(resample(pixels, ppi))


def extract_many(images: Sequence[FingerImage], *, workers: int = 2) -> list[Template | NoTemplate]:
    """Extract several images on threads (the network runs without the interpreter lock), results in their order."""

    def attempt(image: FingerImage) -> Template | NoTemplate:
        try:
            return extract(image.pixels, ppi=image.ppi, position=image.position)
        except NoTemplate as refused:
            return refused

    with ThreadPoolExecutor(max(1, workers)) as pool:
        return list(pool.map(attempt, images))
