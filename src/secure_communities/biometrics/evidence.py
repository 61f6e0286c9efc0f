# SPDX-License-Identifier: Apache-2.0
"""What a finger's score is worth as evidence: log10 of the likelihood ratio, given how much of the finger was seen.

In: scores with the minutiae counts and qualities of both sides; out: bans (1 ban: ten times as probable if the prints
are of the same finger as if they are of two people's). The table is versioned data, see `calibration`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from secure_communities.biometrics import parameters as p

Values = NDArray[np.float64]


class BadCalibration(ValueError):
    """The calibration file does not make sense; the message says where."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A table of bans by minutiae count, quality and score, interpolated linearly between its knots.

    `counts` (C,), `qualities` (Q,) and `scores` (K,) rise strictly; `bans` (C, Q, K) never falls along the score.
    `dependence` is the mean correlation between fingers of one capture (0–1). Raises BadCalibration.
    """

    counts: Values
    qualities: Values
    scores: Values
    bans: Values
    dependence: float

    def __post_init__(self) -> None:
        for name in ("counts", "qualities", "scores"):
            knots = getattr(self, name)
            if knots.ndim != 1 or not len(knots) or not np.isfinite(knots).all() or (np.diff(knots) <= 0).any():
                raise BadCalibration(f"the {name} of the evidence table must be numbers that rise strictly")
        shape = (len(self.counts), len(self.qualities), len(self.scores))
        if self.bans.shape != shape:
            raise BadCalibration(f"the evidence table has shape {self.bans.shape}, its knots say {shape}")
        if not np.isfinite(self.bans).all() or np.abs(self.bans).max() > p.MOST_BANS:
            raise BadCalibration(f"a finger can be worth −{p.MOST_BANS:g} to +{p.MOST_BANS:g} bans, no more")
        if (np.diff(self.bans, axis=2) < 0).any():
            raise BadCalibration("a higher score of a finger must never be worth less")
        if not 0 <= self.dependence < 1:
            raise BadCalibration(f"a correlation of {self.dependence} between fingers is not between 0 and 1")

    def bans_of(self, scores: ArrayLike, counts: ArrayLike, qualities: ArrayLike) -> Values:
        """Bans of each score; counts and qualities are the lower of both sides. NaN and negative scores give 0.

        Arrays of one shape, or shapes that broadcast. Beyond the outermost knots the outermost value holds.
        """
        given = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (counts, qualities, scores)))
        missing = ~(given[2] >= 0)
        axes = [_place(each, knots) for each, knots in zip(given, self._knots(), strict=True)]
        total = np.zeros(given[2].shape)
        for corner in product((0, 1), repeat=3):
            weight, index = np.ones(given[2].shape), []
            for (low, share), upper, knots in zip(axes, corner, self._knots(), strict=True):
                weight = weight * (share if upper else 1 - share)
                index.append(np.minimum(low + upper, len(knots) - 1))
            total += weight * self.bans[tuple(index)]
        # Weights sum to one but for a rounding: no evidence beyond what the table holds.
        return np.where(missing, 0.0, np.clip(total, self.bans.min(), self.bans.max()))

    def shrink(self, fingers: ArrayLike) -> Values:
        """What n fingers of one capture count for, against n independent ones: the design effect (Kish 1965)."""
        share: Values = 1 / (1 + self.dependence * np.maximum(np.asarray(fingers, np.float64) - 1, 0))
        return share

    def _knots(self) -> tuple[Values, Values, Values]:
        return self.counts, self.qualities, self.scores

    def to_data(self) -> dict[str, Any]:
        """Plain lists and numbers, for the calibration file."""
        return {
            "counts": self.counts.tolist(),
            "qualities": self.qualities.tolist(),
            "scores": self.scores.round(9).tolist(),
            "bans": self.bans.round(4).tolist(),
            "dependence": round(self.dependence, 4),
        }

    @classmethod
    def from_data(cls, data: Any) -> Evidence:
        """Read what to_data wrote. Raises BadCalibration."""
        try:
            counts, qualities, scores, bans = (
                np.array(data[name], np.float64) for name in ("counts", "qualities", "scores", "bans")
            )
            dependence = float(data["dependence"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadCalibration(f"the evidence table cannot be read: {error!r}") from error
        return cls(counts, qualities, scores, bans, dependence)


def _place(values: Values, knots: Values) -> tuple[NDArray[np.int64], Values]:
    """The knot below each value and how far it is to the next, 0 to 1."""
    there = np.interp(np.nan_to_num(values, nan=float(knots[0])), knots, np.arange(len(knots), dtype=np.float64))
    low = there.astype(np.int64)
    return low, there - low


@cache
def calibration_data(version: str = p.CALIBRATION) -> dict[str, Any]:
    """The content of a shipped calibration file. Raises BadCalibration when there is none of that version."""
    path = resources.files("secure_communities.biometrics") / "data" / f"calibration-{version}.json"
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadCalibration(f"the calibration {version} cannot be read: {error}") from error
    if not isinstance(data, dict) or data.get("version") != version:
        raise BadCalibration(f"{path.name} does not hold calibration {version}: write it anew with that version")
    return data


@cache
def current_evidence() -> Evidence:
    """The table shipped with this version."""
    return Evidence.from_data(calibration_data().get("evidence"))
