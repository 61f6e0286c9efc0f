# SPDX-License-Identifier: Apache-2.0
"""Where a fingertip ends: at the crease below it, where the ridges stop, or where no fingertip is longer.

In: an image at 500 ppi and a finger's axes and sides; out: the end along the finger. A crease is a pale line across the
finger; the joint below it often prints fainter."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.image import Pixels

_SLANTS: Final = np.tan(np.radians([-10.0, -5.0, 0.0, 5.0, 10.0]))  # creases run a little askew
_SMOOTH: Final = 4.5  # px, less than a ridge period, so that single ridges vanish
_SHOULDER: Final = 40  # px on either side with which a pale line is compared


def find_end(
    pixels: Pixels, axes: NDArray[np.float64], *, start: float, left: float, right: float, last: float
) -> tuple[float, bool]:
    """The end (px along the finger) and whether a crease or a fainter joint was seen there.

    Searched between the shortest and the longest fingertip for its width; `last` is where the ridges end."""
    width = right - left
    shortest, longest = (start + share * width for share in p.FINGERTIP_LENGTHS)
    if last <= shortest:
        return last, False
    reach = min(last, longest) + _SHOULDER
    ink, along = _ink(pixels, axes, start=start, left=left, right=right, reach=reach)
    body = ink[(along > start + 0.2 * width) & (along < start + 0.8 * width)]
    typical = float(np.median(body)) if body.size else 0.0
    searched = (along >= shortest) & (along <= min(last, longest))
    if typical <= 0 or not searched.any():
        return min(last, longest), last > longest
    for at in np.flatnonzero(searched):
        above, below = ink[max(0, at - _SHOULDER) : at], ink[at + 1 : at + 1 + _SHOULDER]
        if not below.size or ink[at] > ink[max(0, at - 6) : at + 7].min():
            continue
        pale_line = ink[at] <= p.CREASE_DEPTH * min(float(np.median(above)), typical)
        if pale_line:
            return float(along[at]), True
    return min(last, longest), last > longest


def _ink(
    pixels: Pixels, axes: NDArray[np.float64], *, start: float, left: float, right: float, reach: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean darkness of every line across the middle of the finger, the palest slant of each; and where it lies."""
    middle, half = (left + right) / 2, 0.3 * (right - left)
    across = np.arange(-half, half + 1, 2.0)
    along = np.arange(start, reach, 1.0)
    own = np.stack(np.broadcast_arrays(middle + across[None, :], along[:, None]), axis=-1)
    places = own @ axes
    gray = ndimage.map_coordinates(pixels.astype(np.float32), [places[..., 1], places[..., 0]], order=1, mode="nearest")
    paper = float(np.percentile(gray, 97))
    dark = ndimage.gaussian_filter1d(np.maximum(paper - gray, 0), _SMOOTH, axis=0)
    rows = np.arange(len(along))[:, None]
    profiles = []
    for slant in _SLANTS:
        shifted = np.clip(np.rint(rows + slant * across[None, :]).astype(np.int64), 0, len(along) - 1)
        profiles.append(np.take_along_axis(dark, shifted, axis=0).mean(axis=1))
    return np.min(profiles, axis=0), along
