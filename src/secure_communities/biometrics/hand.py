# SPDX-License-Identifier: Apache-2.0
"""The shape of a hand: which hand a row of fingertips suggests, and which finger is not there.

In: fingertips from left to right; out: a side, or fingers with a measure of doubt. Shape is a hint only: whose fingers
they are is said by their ridges (`sequence`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.fingertips import Fingertip, axes

_SPACING: Final = 300.0  # px between neighbours
_REACH: Final = (0.0, 230.0, 200.0, -130.0)  # px beyond the index finger: index, middle, ring, little


def side_of(tips: Sequence[Fingertip], *, turn: float) -> str:
    """`right` or `left` if the outer fingers of four differ enough in reach: the little finger stays behind."""
    if len(tips) != 4:
        return "unclear"
    first, last = (np.asarray(tip.summit) @ axes(turn).T for tip in (tips[0], tips[-1]))
    lag = math.degrees(math.atan2(last[1] - first[1], last[0] - first[0]))  # along runs downwards
    lag += p.SIDE_BY_WIDTH * math.log(tips[0].width / tips[-1].width)
    if abs(lag) < p.SIDE_LEAST_LAG:
        return "unclear"
    return "right" if lag > 0 else "left"


def name_fingers(
    tips: Sequence[Fingertip], fingers: Sequence[int], *, turn: float, mirrored: bool
) -> tuple[list[tuple[int, Fingertip]], bool]:
    """Fingers from left to right for the tips, and whether that is sure: it is a guess when some are not there."""
    if len(tips) >= len(fingers):
        return list(zip(fingers, tips, strict=False)), True
    if not tips or len(fingers) < 2:
        return list(zip(fingers, tips, strict=False)), not tips
    ranked = sorted((_misfit(tips, chosen, turn, mirrored), chosen) for chosen in combinations(fingers, len(tips)))
    sure = len(ranked) == 1 or ranked[0][0] < 0.5 * ranked[1][0]
    return list(zip(ranked[0][1], tips, strict=True)), sure


def _misfit(tips: Sequence[Fingertip], chosen: Sequence[int], turn: float, mirrored: bool) -> float:
    """How badly the tips fit the places of these fingers on a hand that may shift and tilt a little (px, RMS)."""
    places = np.array([np.asarray(tip.summit) @ axes(turn).T for tip in tips])
    order = [(finger - 7 if finger > 5 else finger - 2) for finger in chosen]
    across = np.array([_SPACING * place * (-1 if mirrored else 1) for place in order])
    reach = np.array([-_REACH[place] if 0 <= place < 4 else 0.0 for place in order])
    shift_across = places[:, 0] - across
    shift_along = places[:, 1] - reach
    return float(np.hypot(np.std(shift_across), 0.5 * np.std(shift_along)))
