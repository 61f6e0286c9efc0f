# SPDX-License-Identifier: Apache-2.0
"""LEADER, the minutiae network of Cappelli and Ferrara (arXiv 2602.15493), computed by our own compiled steps.

In: a gray image at 500 ppi; out: minutiae. The weights stay in the installed package they came with; they are
verified by SHA-256 before use, and nothing of that package is imported or executed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import math
import threading
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import leader_kernels as steps
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.leader_graph import Floats, Network, read_network
from secure_communities.biometrics.template import MINUTIA, Kind

WEIGHTS_PACKAGE: Final = "afis"
WEIGHTS_FILE: Final = "afis/weights/leader/LEADER.onnx"
WEIGHTS_SHA256: Final = "da96e1221eea4afdf153997d6c4854ed306c146cfac76046e66cdecc14b2a1bb"
EXTRACTOR: Final = (
    f"leader sha256:{WEIGHTS_SHA256} steps:{p.STEPS_VERSION} threshold:{p.MINUTIA_THRESHOLD} crop:{p.CROP_VERSION}"
)


class WeightsRefused(RuntimeError):
    """The weights are missing or are not the verified ones; no extraction happens without them."""


def read_weights(path: Path | None = None) -> bytes:
    """The verified weights, from the installed package unless a path is given. Raises WeightsRefused."""
    if path is None:
        try:
            path = Path(str(importlib.metadata.distribution(WEIGHTS_PACKAGE).locate_file(WEIGHTS_FILE)))
        except importlib.metadata.PackageNotFoundError:
            raise WeightsRefused(
                f"the package {WEIGHTS_PACKAGE}, which carries the weights, is not installed"
            ) from None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsRefused(f"the weights cannot be read: {error}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != WEIGHTS_SHA256:
        raise WeightsRefused(f"the weights {path.name} have SHA-256 {found}, expected {WEIGHTS_SHA256}")
    return data


class Found(NamedTuple):
    """What the network finds, a value per minutia: row, column, probability, direction (radians), ending (0–1)."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    probability: Floats
    direction: Floats
    ending: Floats


class Leader:
    """The network on one thread (about 0.13 s for 320×320 px); it keeps no state, so threads may share it."""

    def __init__(self, weights: bytes | None = None) -> None:
        self._network = read_network(read_weights() if weights is None else weights)

    def minutiae(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """Minutiae of an H×W image (ridges dark, 500 ppi), best first, as rows of the minutia type."""
        height, width = pixels.shape
        framed, top, left = frame(pixels)
        return decode(self.find(framed), top=top, left=left, height=height, width=width)

    def find(self, framed: NDArray[np.float32]) -> Found:
        """All minutiae of an image whose sides are multiples of the network's step, gray values 0–255."""
        network = self._network
        features = compute_features(network, framed)
        probability = steps.probabilities(features, network.position)
        peaks = steps.peaks(probability, network.blur, np.float32(p.MINUTIA_THRESHOLD))
        rows, columns = np.nonzero(peaks)
        # Direction and kind matter where there is a minutia, and cost a quarter of the network if computed everywhere.
        cosine, sine = steps.evaluate_at(features, network.direction, rows, columns)
        (ending,) = steps.evaluate_at(features, network.kind, rows, columns)
        return Found(rows, columns, peaks[rows, columns], np.arctan2(sine, cosine), 1 / (1 + np.exp(-ending)))


def compute_features(network: Network, framed: NDArray[np.float32]) -> Floats:
    """What the three heads look at: planes of half the image's size, framed by the margin of the steps."""
    image = np.pad(framed, 4)
    planes, means = steps.stem(image, network.stem_peak, False), steps.stem(image, network.stem_mean, True)
    kept: list[Floats] = []
    for down in network.coarse_down:
        kept.append(steps.separable(planes, down))
        planes = steps.halve(kept[-1])
    for level in reversed(range(len(kept))):
        margin = steps.MARGIN if level else steps.WIDE_MARGIN
        planes = steps.join(steps.separable(planes, network.coarse_up[level]), kept[level], margin)
    planes = steps.attend(planes, means, network.attention)
    kept.clear()
    for block in network.fine_down:
        kept.append(steps.residual(planes, block))
        planes = steps.halve(kept[-1])
    for level in reversed(range(len(kept))):
        planes = steps.join(steps.residual(planes, network.fine_up[level]), kept[level], steps.MARGIN)
    features: Floats = planes
    return features


def frame(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], int, int]:
    """Centre an image in the next multiple of 32 px, filled with its top-left pixel; return it with its offset."""
    height, width = pixels.shape
    step = p.CROP_MULTIPLE
    framed = np.full((-(-height // step) * step, -(-width // step) * step), pixels[0, 0], np.float32)
    top, left = (framed.shape[0] - height) // 2, (framed.shape[1] - width) // 2
    framed[top : top + height, left : left + width] = pixels
    return framed, top, left


def decode(found: Found, *, top: int, left: int, height: int, width: int) -> NDArray[Any]:
    """Minutiae inside the image that starts at (top, left) of the frame, best first, as rows of the minutia type."""
    rows, columns = found.rows - top, found.columns - left
    inside = np.flatnonzero((rows >= 0) & (rows < height) & (columns >= 0) & (columns < width))
    order = np.lexsort((columns[inside], rows[inside], -found.probability[inside]))
    chosen = inside[order][: p.MOST_MINUTIAE_STORED]
    minutiae = np.empty(len(chosen), MINUTIA)
    minutiae["x"], minutiae["y"] = columns[chosen], rows[chosen]
    minutiae["direction"] = np.rint(found.direction[chosen] * (256 / (2 * math.pi))).astype(np.int64) & 0xFF
    minutiae["kind"] = np.where(found.ending[chosen] > 0.5, Kind.ENDING, Kind.BIFURCATION)
    minutiae["quality"] = np.clip(np.rint(found.probability[chosen] * 100), 0, 100)
    return minutiae


_loading = threading.Lock()


@cache
def _shared() -> Leader:
    return Leader()


def leader() -> Leader:
    """The process's network, loaded on first use."""
    with _loading:
        return _shared()
