# SPDX-License-Identifier: Apache-2.0
"""From ridges to fingertips: the turn of the hand, one piece for each finger, its last joint only.

In: an image at 500 ppi and its RidgeMap; out: Fingertips from left to right. A finger's own axes are turned by its
`turn`: `along` runs from the tip downwards, `across` to the right; angles are radians, counter-clockwise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.crease import find_end
from secure_communities.biometrics.image import Mask, Pixels
from secure_communities.biometrics.ridge_map import CELL, Floats, RidgeMap

_EDGE: Final = CELL / 2 + 5.0  # px; windows lose some of a print's edge
_MOST_PIECES: Final = 24
_LEAST_DEPTH: Final = p.FINGERTIP_WIDTHS[0] / 2 / CELL


@dataclass(frozen=True, slots=True)
class Fingertip:
    """A fingertip in px at 500 ppi. `corners` (4, 2) of its turned rectangle, clockwise from top left;
    `bounds` left, top, right, bottom of its ridges; `cut`: whether a crease ended it."""

    turn: float
    corners: NDArray[np.float64]
    bounds: tuple[float, float, float, float]
    width: float
    length: float
    cut: bool

    @property
    def middle(self) -> tuple[float, float]:
        """Centre of the rectangle (x, y)."""
        x, y = self.corners.mean(axis=0)
        return float(x), float(y)

    @property
    def summit(self) -> tuple[float, float]:
        """Middle of its upper edge (x, y)."""
        x, y = self.corners[:2].mean(axis=0)
        return float(x), float(y)


def axes(turn: float) -> NDArray[np.float64]:
    """Rows `across` and `along` for a finger turned counter-clockwise; (x, y) @ axes.T are its own coordinates."""
    return np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])


def ridged(ridges: RidgeMap) -> Mask:
    """Cells that carry ridges: clear and strong enough, small holes filled, strokes opened away."""
    clear = ridges.clarity >= p.RIDGE_CLARITY
    strong = ridges.strength[clear & (ridges.strength > p.RIDGE_STRENGTH)]
    if not strong.size:
        return np.zeros(clear.shape, np.bool_)
    floor = max(p.RIDGE_STRENGTH, p.RIDGE_SHARE * float(np.percentile(strong, 80)))
    mask = clear & (ridges.strength >= floor)
    mask = _fill_small_holes(_bridge(mask, ridges.solid))
    opened: Mask = ndimage.binary_opening(np.pad(mask, 8, mode="edge"), _disk(4))[8:-8, 8:-8]
    return opened


def _bridge(mask: Mask, solid: Mask) -> Mask:
    """The mask with the surroundings of punched holes, where no window is clear, if ridges lie around them."""
    zones, count = ndimage.label(ndimage.binary_dilation(solid, _disk(6)))
    bridged = mask.copy()
    for zone in _largest(zones, count):
        inside = zones == zone
        around = ndimage.binary_dilation(inside, _disk(2)) & ~inside
        if mask[around].mean() >= 0.35 and inside.sum() * CELL**2 <= 4 * p.LARGEST_HOLE:
            bridged |= inside
    return bridged


def _largest(labels: NDArray[np.int32], count: int) -> list[int]:
    """The largest labels, so that an image full of specks costs no more than another."""
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    return [int(one) + 1 for one in np.argsort(-sizes, kind="stable")[:_MOST_PIECES]]


def find_fingertips(pixels: Pixels, ridges: RidgeMap, *, wanted: int) -> tuple[list[Fingertip], float]:
    """At most `wanted` fingertips, left to right along the hand, and the turn of the hand."""
    pieces = [
        piece for piece in _pieces(ridged(ridges), ridges.purity) if piece.sum() * CELL**2 >= p.FINGERTIP_LEAST_AREA
    ]
    turn = _hand_turn(pieces)
    tips = [_fingertip(pixels, piece, turn) for piece in _topmost(pieces, turn)]
    tips = [tip for tip in tips if _plausible(tip)]
    tips.sort(key=lambda tip: -tip.width * tip.length)
    return sorted(tips[:wanted], key=lambda tip: float(np.dot(tip.middle, axes(turn)[0]))), turn


def _hand_turn(pieces: list[Mask]) -> float:
    """The mean of the long axes of the pieces; a long piece says more than a round one, and upright is likely."""
    total = complex(p.UPRIGHT_PRIOR)
    for piece in pieces:
        turn, elongation = _long_axis(piece)
        if abs(turn) <= p.MOST_TURN and not _touches_border(piece):
            total += elongation * math.sqrt(piece.sum()) / 25 * complex(math.cos(2 * turn), math.sin(2 * turn))
    return math.atan2(total.imag, total.real) / 2


def _plausible(tip: Fingertip) -> bool:
    narrow, wide = p.FINGERTIP_WIDTHS
    return narrow <= tip.width <= wide and tip.length >= 0.6 * narrow


def _pieces(mask: Mask, purity: Floats) -> list[Mask]:
    """Connected pieces of the mask, taken apart where they are narrow: fingers that touch, joints at their crease.

    Where fingers touch or a crease runs, two flows meet in one window and purity falls: those seams are opened."""
    labels, count = ndimage.label(mask)
    pieces: list[Mask] = []
    for one in _largest(labels, count):
        piece = labels == one
        if piece.sum() * CELL**2 < p.FINGERTIP_LEAST_AREA:
            continue
        seamed = _fill_small_holes(piece & (purity >= p.SEAM_PURITY * float(np.median(purity[piece]))))
        parts = _split(seamed)
        if len(parts) < 2:
            pieces += [piece] if _depth(piece).max() >= _LEAST_DEPTH else []
            continue
        seeds = sum((np.where(part, number, 0) for number, part in enumerate(parts, 1)), np.zeros(piece.shape, int))
        grown = _grow(seeds, piece)
        pieces += [grown == number for number in range(1, len(parts) + 1)]
    return pieces


def _split(piece: Mask) -> list[Mask]:
    """Erode until the piece falls apart; parts count where the neck between them was much narrower than they are."""
    depth = _depth(piece)
    for radius in np.arange(0.0, p.WIDEST_NECK * depth.max(), 0.5):
        cores, count = ndimage.label(depth > radius)
        if count < 2:
            continue
        deepest = ndimage.maximum(depth, cores, range(1, count + 1))
        kept = [core for core in range(1, count + 1) if deepest[core - 1] >= max(_LEAST_DEPTH, radius / p.WIDEST_NECK)]
        if len(kept) > 1:
            parts = _grow(np.where(np.isin(cores, kept), cores, 0), piece)
            return [smaller for core in kept for smaller in _split(parts == core)]
    return [piece] if depth.max() >= _LEAST_DEPTH else []


def _depth(piece: Mask) -> NDArray[np.float64]:
    """Distance of every cell to the outside, in cells."""
    depth: NDArray[np.float64] = ndimage.distance_transform_edt(np.pad(piece, 1))[1:-1, 1:-1]
    return depth


def _grow(seeds: NDArray[np.int64], piece: Mask) -> NDArray[np.int64]:
    """Every cell of the piece goes to the nearest seed."""
    nearest = ndimage.distance_transform_edt(seeds == 0, return_distances=False, return_indices=True)
    grown: NDArray[np.int64] = np.where(piece, seeds[tuple(nearest)], 0)
    return grown


def _topmost(pieces: list[Mask], turn: float) -> list[Mask]:
    """Pieces that have no other piece above them in their column: a joint below a fingertip is none."""
    placed = []
    for piece in pieces:
        y, x = np.nonzero(piece)
        own = np.stack([x, y], axis=1) @ axes(turn).T
        low, high = np.percentile(own[:, 0], [5, 95])
        placed.append((float(own[:, 1].min()), float(low), float(high), piece))
    placed.sort(key=lambda item: item[0])
    tips: list[tuple[float, float, Mask]] = []
    for _, low, high, piece in placed:
        shared = [min(high, other[1]) - max(low, other[0]) for other in tips]
        narrower = [min(high - low, other[1] - other[0]) for other in tips]
        if all(part < 0.5 * least for part, least in zip(shared, narrower, strict=True)):
            tips.append((low, high, piece))
    return [piece for _, _, piece in tips]


def _fingertip(pixels: Pixels, piece: Mask, hand: float) -> Fingertip:
    turn = _own_turn(piece, hand)
    y, x = np.nonzero(piece)
    points = (np.stack([x, y], axis=1) + 0.5) * CELL
    own = points @ axes(turn).T
    start = float(own[:, 1].min()) - _EDGE
    upper = own[own[:, 1] <= start + p.FINGERTIP_WIDTHS[1]]
    left, right = _sides(upper)
    end, cut = find_end(pixels, axes(turn), start=start, left=left, right=right, last=float(own[:, 1].max()) + _EDGE)
    kept = own[own[:, 1] <= end]
    left, right = _sides(kept)
    corners = np.array([[left, start], [right, start], [right, end], [left, end]]) @ axes(turn)
    inside = kept @ axes(turn)
    low, high = inside.min(axis=0) - _EDGE, inside.max(axis=0) + _EDGE
    bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return Fingertip(turn, corners, bounds, right - left, end - start, cut)


def _sides(own: NDArray[np.float64]) -> tuple[float, float]:
    """Left and right side of points in a finger's axes, less a few that stand out."""
    low, high = np.percentile(own[:, 0], [0.5, 99.5])
    return float(low) - _EDGE, float(high) + _EDGE


def _own_turn(piece: Mask, hand: float) -> float:
    """The finger's own turn: the hand's, drawn towards the long axis of the piece as far as it has one."""
    if _touches_border(piece):
        return hand
    turn, elongation = _long_axis(piece)
    difference = (turn - hand + math.pi / 2) % math.pi - math.pi / 2
    return hand + difference * min(1.0, elongation / 0.5) if abs(difference) <= p.MOST_SPREAD else hand


def _touches_border(piece: Mask) -> bool:
    """Whether the image may have cut the piece off."""
    return bool(piece[0].any() or piece[-1].any() or piece[:, 0].any() or piece[:, -1].any())


def _long_axis(piece: Mask) -> tuple[float, float]:
    """Turn of the long axis, −π/2 to π/2, and elongation 0–1 (the axes' variances, difference over sum)."""
    y, x = np.nonzero(piece)
    (xx, xy), (_, yy) = np.cov(np.stack([x, y]))
    elongation = math.hypot(xx - yy, 2 * xy) / max(xx + yy, 1e-9)
    downwards = 0.5 * math.atan2(2 * xy, xx - yy)  # from +x towards +y
    return (math.pi / 2 - downwards + math.pi / 2) % math.pi - math.pi / 2, float(elongation)


def _fill_small_holes(mask: Mask) -> Mask:
    """Fill what is enclosed, up to the size of a punched hole."""
    holes, count = ndimage.label(ndimage.binary_fill_holes(mask) & ~mask)
    sizes = np.bincount(holes.ravel())
    small = [hole for hole in range(1, count + 1) if sizes[hole] * CELL**2 <= p.LARGEST_HOLE]
    filled: Mask = mask | np.isin(holes, small)
    return filled


def _disk(radius: int) -> Mask:
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    disk: Mask = x * x + y * y <= radius * radius + 1
    return disk
