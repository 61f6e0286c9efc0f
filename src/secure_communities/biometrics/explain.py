# SPDX-License-Identifier: Apache-2.0
"""Why two fingers scored as they did: the minutiae that were paired, and how one print lies on the other.

In: two templates; out: an Explanation, in px at 500 ppi and degrees. It explains a comparison and decides nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.template import Template

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the candidate is turned and moved to lie on the probe: p = R(turn)·c + (across, down).

    `turn` in degrees counter-clockwise as seen, −180 to 180; `across`, `down` in px; `residual` is the root mean square
    distance (px) that remains between paired minutiae: what skin stretches, and what is wrong.
    """

    turn: float
    across: float
    down: float
    residual: float

    def apply(self, points: Points) -> Points:
        """Candidate positions (n, 2) as x, y in the probe's image."""
        return points @ _rotation(self.turn).T + (self.across, self.down)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two minutiae taken for the same one: indices in the templates, and how far apart they are once aligned."""

    probe: int
    candidate: int
    distance: float  # px
    turn: float  # degrees between the directions, −180 to 180
    same_kind: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Score 0–1 of a finger comparison and the pairs behind it, strongest first; no alignment from fewer than two."""

    score: float
    pairs: tuple[Pair, ...]
    alignment: Alignment | None

    def to_data(self) -> dict[str, Any]:
        """Plain numbers, for JSON."""
        found = self.alignment
        return {
            "score": round(self.score, 6),
            "alignment": None if found is None else {
                "turn_degrees": round(found.turn, 2), "across_px": round(found.across, 1),
                "down_px": round(found.down, 1), "residual_px": round(found.residual, 2),
            },
            "pairs": [[each.probe, each.candidate] for each in self.pairs],
            "details": [
                {"probe": each.probe, "candidate": each.candidate, "distance_px": round(each.distance, 2),
                 "turn_degrees": round(each.turn, 1), "same_kind": each.same_kind}
                for each in self.pairs
            ],
        }  # fmt: skip


def explain(probe: Template, candidate: Template) -> Explanation:
    """Compare two fingers and say which minutiae were paired and how the prints lie on each other."""
    found = compare(probe, candidate)
    here, there = positions(probe), positions(candidate)
    own, other = (np.array([pair[side] for pair in found.pairs], np.int64) for side in (0, 1))
    alignment = align(here[own], there[other]) if len(own) > 1 else None
    moved = there if alignment is None else alignment.apply(there)
    turned = 0.0 if alignment is None else alignment.turn
    pairs = tuple(
        Pair(
            i,
            j,
            float(math.dist(here[i], moved[j])) if alignment else 0.0,
            _degrees(_direction(probe, i) - _direction(candidate, j) - turned),
            bool(probe.minutiae[i]["kind"] == candidate.minutiae[j]["kind"]),
        )
        for i, j in found.pairs
    )
    return Explanation(found.score, pairs, alignment)


def positions(template: Template) -> Points:
    """x, y of the minutiae, (n, 2)."""
    return np.column_stack([template.minutiae["x"], template.minutiae["y"]]).astype(np.float64)


def align(probe: Points, candidate: Points) -> Alignment:
    """The rigid motion that brings paired points together with least squares (Arun, Huang, Blostein, PAMI 1987)."""
    here, there = probe.mean(axis=0), candidate.mean(axis=0)
    a, b = candidate - there, probe - here
    # Image rows count downwards, so the sine changes its sign for an angle that is counter-clockwise as seen.
    turn = math.degrees(math.atan2(-float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()), float((a * b).sum())))
    across, down = here - _rotation(turn) @ there
    rest = candidate @ _rotation(turn).T + (across, down) - probe
    return Alignment(turn, float(across), float(down), float(np.sqrt((rest**2).sum(axis=1).mean())))


def _rotation(turn: float) -> Points:
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return np.array([[cosine, sine], [-sine, cosine]])


def _direction(template: Template, index: int) -> float:
    return float(template.minutiae[index]["direction"]) * 360 / 256


def _degrees(angle: float) -> float:
    return (angle + 180) % 360 - 180
