# SPDX-License-Identifier: Apache-2.0
"""LEADER, the minutiae network of Cappelli and Ferrara (arXiv 2602.15493), run through onnxruntime.

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
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.template import MINUTIA, Kind

WEIGHTS_PACKAGE: Final = "afis"
WEIGHTS_FILE: Final = "afis/weights/leader/LEADER.onnx"
WEIGHTS_SHA256: Final = "da96e1221eea4afdf153997d6c4854ed306c146cfac76046e66cdecc14b2a1bb"
EXTRACTOR: Final = f"leader sha256:{WEIGHTS_SHA256} threshold:{p.MINUTIA_THRESHOLD} crop:{p.CROP_VERSION}"


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


class Leader:
    """One network session on one thread (about 0.35 s for 320×320 px); sessions may run in parallel."""

    def __init__(self, weights: bytes | None = None) -> None:
        import onnxruntime  # here, because loading it takes a while and many commands never extract

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        data = read_weights() if weights is None else weights
        self._session: Any = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def minutiae(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """Minutiae of an H×W image (ridges dark, 500 ppi), best first, as rows of the minutia type."""
        height, width = pixels.shape
        framed, top, left = frame(pixels)
        (output,) = self._session.run(["head_conc"], {"input": framed[None, :, :, None]})
        return decode(output[0], top=top, left=left, height=height, width=width)


def frame(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], int, int]:
    """Centre an image in the next multiple of 32 px, filled with its top-left pixel; return it with its offset."""
    height, width = pixels.shape
    step = p.CROP_MULTIPLE
    framed = np.full((-(-height // step) * step, -(-width // step) * step), pixels[0, 0], np.float32)
    top, left = (framed.shape[0] - height) // 2, (framed.shape[1] - width) // 2
    framed[top : top + height, left : left + width] = pixels
    return framed, top, left


def decode(output: NDArray[np.float32], *, top: int, left: int, height: int, width: int) -> NDArray[Any]:
    """Read minutiae off the network's H×W×4 output: direction (radians), ending?, and suppressed probability."""
    inside = output[top : top + height, left : left + width]
    rows, columns = np.nonzero(inside[:, :, 3] > p.MINUTIA_THRESHOLD)
    probability = inside[rows, columns, 3]
    order = np.lexsort((columns, rows, -probability))[: p.MOST_MINUTIAE_STORED]
    rows, columns = rows[order], columns[order]
    minutiae = np.empty(len(rows), MINUTIA)
    minutiae["x"], minutiae["y"] = columns, rows
    minutiae["direction"] = np.rint(inside[rows, columns, 1] * (256 / (2 * math.pi))).astype(np.int64) & 0xFF
    minutiae["kind"] = np.where(inside[rows, columns, 2] > 0.5, Kind.ENDING, Kind.BIFURCATION)
    minutiae["quality"] = np.clip(np.rint(probability[order] * 100), 0, 100)
    return minutiae


_loading = threading.Lock()


@cache
def _shared() -> Leader:
    return Leader()


def leader() -> Leader:
    """The process's session, loaded on first use."""
    with _loading:
        return _shared()
