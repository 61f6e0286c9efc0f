# SPDX-License-Identifier: Apache-2.0
"""From fingers to a person: the same finger is compared with the same finger only, and the evidence is summed.

In: scores by finger position, with the minutiae counts and qualities of both sides; out: log10 of the likelihood
ratio. A finger that is missing, amputated, bandaged or unusable on either side says nothing, for or against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.comparison import compare
from secure_communities.biometrics.evidence import Evidence, current_evidence
from secure_communities.biometrics.template import TenPrint, check_tenprint

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FingerScore:
    """Score (0–1) of one finger; minutiae (those compared, at most MOST_MINUTIAE) and quality (0–100) of both sides."""

    score: float
    probe_count: int
    candidate_count: int
    probe_quality: int
    candidate_quality: int


@dataclass(frozen=True, slots=True)
class Fused:
    """The evidence of all fingers together and the share of each, in bans; the shares add up to the total."""

    total: float
    contributions: dict[int, float]


def fuse(fingers: Mapping[int, FingerScore], *, evidence: Evidence | None = None) -> Fused:
    """Sum the evidence of the fingers that were compared. No finger: 0, which is neither for nor against."""
    positions = sorted(fingers)
    if not positions:
        return Fused(0.0, {})
    ordered = [fingers[position] for position in positions]
    totals, parts = fuse_rows(
        np.array([[one.score for one in ordered]]),
        np.array([[min(one.probe_count, one.candidate_count) for one in ordered]]),
        np.array([[min(one.probe_quality, one.candidate_quality) for one in ordered]]),
        evidence=evidence,
    )
    return Fused(float(totals[0]), dict(zip(positions, parts[0].tolist(), strict=True)))


def fuse_rows(
    scores: Values, counts: NDArray[np.generic], qualities: NDArray[np.generic], *, evidence: Evidence | None = None
) -> tuple[Values, Values]:
    """The same for many candidates at once: totals (rows,) and contributions (rows, fingers), in bans.

    `scores`, and the lower `counts` and `qualities` of both sides, are (rows, fingers) in order of position; a score
    that is negative or NaN stands for a finger that was not compared. Results agree with `fuse` to the last bit.
    """
    table = evidence or current_evidence()
    parts = table.bans_of(scores, np.minimum(counts, p.MOST_MINUTIAE), qualities)
    parts *= table.shrink((scores >= 0).sum(axis=1))[:, None]
    totals = np.zeros(len(scores))
    for column in parts.T:  # in order of position, so that the rounding is the same whatever fingers are missing
        totals += column
    return totals, parts


def compare_tenprints(probe: TenPrint, candidate: TenPrint) -> dict[int, FingerScore]:
    """Score of every finger that both have with enough minutiae.

    Raises BadTemplate when a finger is filed under another's number.
    """
    check_tenprint(probe)
    check_tenprint(candidate)
    return {
        finger: FingerScore(
            compare(probe[finger], candidate[finger]).score,
            min(len(probe[finger]), p.MOST_MINUTIAE),
            min(len(candidate[finger]), p.MOST_MINUTIAE),
            probe[finger].quality,
            candidate[finger].quality,
        )
        for finger in sorted(probe.keys() & candidate.keys())
        if min(len(probe[finger]), len(candidate[finger])) >= p.FEWEST_COMPARED
    }
