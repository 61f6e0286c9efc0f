# SPDX-License-Identifier: Apache-2.0
"""The calibration as a whole: evidence fitted on our own fingers, zones at their false-match rates, as versioned data.

In: crowds of our own generator's images and of sampled people; out: Policy, and the text of its file. Real images are
never fitted: `calibration_check` holds the policy against them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.calibration import fit_evidence
from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.decision import Thresholds, Zone
from secure_communities.biometrics.descriptor import features
from secure_communities.biometrics.evidence import Evidence
from secure_communities.biometrics.simulation import Crowd
from secure_communities.biometrics.template import MINUTIA, Template
from secure_communities.biometrics.zones import Chances, chances, level_of, reached_at, worst

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a search result is worth and what follows from it; `reaching` and `counted_to` are how zones were made."""

    evidence: Evidence
    thresholds: Thresholds
    reaching: Values
    counted_to: dict[str, float]


def make_policy(crowds: Mapping[str, Crowd], *, version: str, margin: float = p.ZONE_MARGIN) -> Policy:
    """Fit evidence and zones; `margin` (bans a finger) moves every level that stands for a rate.

    Raises ValueError on too few people. Evidence is fitted on `fitted(crowds)`; zones are made of whatever crowd
    reaches each evidence most often.
    """
    evidence = fit(crowds)
    counted = {name: single_chances(crowd, evidence) for name, crowd in crowds.items()}
    reaching = worst(counted)
    zones = {fingers: _zone(reaching, fingers, evidence, margin) for fingers in range(1, 11)}
    support = max(p.LEAST_SUPPORT, level_of(reaching, p.SUPPORT_RATE)) + margin
    apart = round(evidence.dependence, 4)
    thresholds = Thresholds(version, p.HIT_RATE, p.POSSIBLE_RATE, round(support, 2), zones, apart)
    return Policy(evidence, thresholds, reaching, {name: one.counted_to for name, one in counted.items()})


def fitted(crowds: Mapping[str, Crowd]) -> dict[str, Crowd]:
    """The crowds that evidence is fitted on: drawn images, whose quality is real; sampled people for want of them."""
    graded = {name: crowd for name, crowd in crowds.items() if crowd.graded}
    return graded or dict(crowds)


def fit(crowds: Mapping[str, Crowd], *, half: int | None = None) -> Evidence:
    """The evidence table of these crowds, or of one half of their subjects, with the dependence between fingers."""
    compared = sum(int((~crowd.labelled(half).mated).sum()) for crowd in crowds.values())
    taught = {name: crowd.labelled(half) for name, crowd in fitted(crowds).items()}
    evidence = fit_evidence(taught, compared=compared, dependence=0.0)
    measured = [dependence(crowd, evidence) for crowd in crowds.values() if not crowd.single]
    return replace(evidence, dependence=max([p.LEAST_DEPENDENCE, *measured]))


def single_bans(crowd: Crowd, evidence: Evidence, *, half: int | None = None) -> tuple[Values, Values]:
    """Bans of single fingers of a crowd: of mates, and of different people."""
    chosen = crowd.labelled(half, graded=True)
    bans = evidence.bans_of(chosen.scores, chosen.counts, chosen.qualities)
    return bans[chosen.mated], bans[~chosen.mated]


def single_chances(crowd: Crowd, evidence: Evidence) -> Chances:
    """How often a finger of somebody else reaches each evidence."""
    return chances(*single_bans(crowd, evidence))


def dependence(crowd: Crowd, evidence: Evidence) -> float:
    """Mean correlation of the evidence of two fingers of one comparison, the larger of that of mates and of others."""
    bans = evidence.bans_of(crowd.scores, crowd.counts, crowd.qualities)
    bans[np.isnan(crowd.scores)] = np.nan
    mated = crowd.probes[:, None] == crowd.candidates
    return max(_mean_correlation(bans[mated]), _mean_correlation(bans[~mated]), 0.0)


def _mean_correlation(bans: Values) -> float:
    whole = bans[~np.isnan(bans).any(axis=1)]
    whole = whole[:, whole.std(axis=0) > 1e-9] if len(whole) > 2 else whole[:, :0]
    if whole.shape[1] < 2:
        return 0.0
    table: Values = np.atleast_2d(np.corrcoef(whole, rowvar=False))
    return float(np.mean([table[a, b] for a, b in combinations(range(len(table)), 2)]))


def _zone(reaching: Values, fingers: int, evidence: Evidence, margin: float) -> Zone:
    most = fingers * float(evidence.bans.max()) * float(evidence.shrink(fingers))

    def begin(rate: float, least: float) -> float | None:
        found = reached_at(reaching, fingers, rate)
        level = None if found is None else round(max(found + fingers * margin, least), 2)
        return None if level is None or level > most else level

    possible = begin(p.POSSIBLE_RATE, p.LEAST_POSSIBLE)
    hit = begin(p.HIT_RATE, p.LEAST_HIT) if fingers >= p.FEWEST_SUPPORTING else None
    return Zone(None if possible is None else hit, possible)


def known_scores() -> list[float]:
    """Scores of a few made-up fingers by today's comparison: they tell whether a calibration was made for it."""
    rng = np.random.default_rng(20)
    scores = []
    for _ in range(6):
        rows = np.zeros(36, MINUTIA)
        rows["x"], rows["y"] = rng.integers(50, 350, 36), rng.integers(30, 370, 36)
        rows["direction"], rows["kind"] = rng.integers(0, 256, 36), rng.integers(1, 3, 36)
        rows["quality"] = rng.integers(61, 100, 36)
        again = rows[rng.random(36) < 0.6].copy()
        again["x"] += rng.integers(0, 6, len(again)).astype(np.uint16)
        again["y"] += rng.integers(0, 6, len(again)).astype(np.uint16)
        one, other = (features(Template(1, each, 400, 400, 80, "known")) for each in (rows, again))
        scores.append(round(compare_features(one, other)[0], 6))
    return scores


def to_text(policy: Policy, made: Mapping[str, Any]) -> str:
    """The calibration file: zones, evidence, and how they were made."""
    data = {
        **policy.thresholds.to_data(),
        "evidence": policy.evidence.to_data(),
        "known_scores": known_scores(),
        "made": dict(made),
    }
    return json.dumps(data, ensure_ascii=False) + "\n"
