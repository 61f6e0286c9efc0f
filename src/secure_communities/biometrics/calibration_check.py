# SPDX-License-Identifier: Apache-2.0
"""A calibration held against comparisons it was not fitted on: halves of our own people, and real images.

In: a Policy and crowds; out: a report as plain data. It says where the non-mated tail of real prints is heavier than
the one the zones were made of, by how much, and how far each zone lies beyond anything that was counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import stats

from secure_communities.biometrics.decision import register_rate
from secure_communities.biometrics.error_rates import Trade
from secure_communities.biometrics.evidence import Evidence
from secure_communities.biometrics.fusion import fuse_rows
from secure_communities.biometrics.likelihood import cllr, min_cllr, reliability, tippett, upper_limit
from secure_communities.biometrics.policy import Policy, fit, fitted, single_bans
from secure_communities.biometrics.simulation import Crowd
from secure_communities.biometrics.zones import fused_chances, reach

Values = NDArray[np.float64]
LEVELS: Final = tuple(np.arange(0, 5.01, 0.5).tolist())  # bans at which tails are compared
REGISTERS: Final = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_FEWEST: Final = 30  # comparisons of a kind below which no figure is given


def check(
    policy: Policy, own: Mapping[str, Crowd], real: Mapping[str, Crowd], *, seed: int, trials: int = 3_000
) -> dict[str, Any]:
    """All that the report says. What was fitted is measured with evidence fitted on the other half of its subjects."""
    rng = np.random.default_rng(seed)
    taught = fitted(own)
    halves = tuple(fit(own, half=1 - half) for half in (0, 1))
    populations = {
        name: _population(policy, crowd, halves if name in taught else None, rng, trials)
        for name, crowd in {**own, **real}.items()
    }
    return {
        "version": policy.thresholds.version,
        "fitted_on": sorted(taught),
        "zones_made_of": sorted(own),
        "held_against": sorted({**own, **real}.keys() - taught.keys()),
        "dependence": round(policy.evidence.dependence, 4),
        "most_bans": round(float(policy.evidence.bans.max()), 2),
        "support": policy.thresholds.support,
        "zones": _zones(policy, populations),
        "registers": [
            {
                "subjects": size,
                "hit": register_rate(policy.thresholds.hit_rate, size),
                "possible": register_rate(policy.thresholds.possible_rate, size),
            }
            for size in REGISTERS
        ],
        "populations": populations,
        "margin_needed": max((one["heavier_by"] for one in populations.values()), default=0.0),
    }


def _population(
    policy: Policy, crowd: Crowd, halves: tuple[Evidence, ...] | None, rng: Generator, trials: int
) -> dict[str, Any]:
    if halves is None:
        mated, other = single_bans(crowd, policy.evidence)
        parts: list[tuple[Evidence, int | None]] = [(policy.evidence, None)]
    else:
        found = [single_bans(crowd, evidence, half=half) for half, evidence in enumerate(halves)]
        mated, other = (np.concatenate([each[kind] for each in found]) for kind in (0, 1))
        parts = [(evidence, half) for half, evidence in enumerate(halves)]
    fused = {}
    for fingers in range(1, 11):
        one = _fused(policy, crowd, parts, fingers, rng, trials)
        if one is not None:
            fused[str(fingers)] = one
    tails = _tails(policy, crowd)
    return {
        "held_out": "half of the subjects" if halves else "all: not fitted",
        "single": {**_quality_of(mated, other), "mated": len(mated), "other": len(other)},
        "reliability": reliability(mated, other),
        "det": _thinned(Trade(mated, other).det()),
        "by_count": _cells(policy, crowd, "counts", policy.evidence.counts),
        "by_quality": _cells(policy, crowd, "qualities", policy.evidence.qualities) if crowd.graded else [],
        "fused": fused,
        "tails": tails,
        "heavier_by": heavier_by(policy, crowd),
    }


def _quality_of(mated: Values, other: Values) -> dict[str, Any]:
    return {
        "cllr": round(cllr(mated, other), 5),
        "min_cllr": round(min_cllr(mated, other), 5),
        "eer_percent": round(100 * Trade(mated, other).summary().eer, 3),
        "mean_mated": round(float(mated.mean()), 2),
        "mean_other": round(float(other.mean()), 2),
    }


def _thinned(corners: list[tuple[float, float]], most: int = 200) -> list[tuple[float, float]]:
    chosen = np.unique(np.linspace(0, len(corners) - 1, min(most, len(corners))).round().astype(int))
    return [(round(corners[k][0], 7), round(corners[k][1], 6)) for k in chosen]


def _cells(policy: Policy, crowd: Crowd, name: str, centres: Values) -> list[dict[str, Any]]:
    """The same figures by minutiae count or quality, in the cells of the evidence table."""
    chosen = crowd.labelled(graded=True)
    bans = policy.evidence.bans_of(chosen.scores, chosen.counts, chosen.qualities)
    limits = [-math.inf, *(0.5 * (centres[:-1] + centres[1:])).tolist(), math.inf]
    values, rows = getattr(chosen, name), []
    for low, high in pairwise(limits):
        inside = (values >= low) & (values < high)
        mated, other = bans[inside & chosen.mated], bans[inside & ~chosen.mated]
        row: dict[str, Any] = {"from": _plain(low), "to": _plain(high), "mated": len(mated), "other": len(other)}
        if min(len(mated), len(other)) >= _FEWEST:
            row |= _quality_of(mated, other)
        rows.append(row)
    return rows


def _plain(limit: float) -> float | None:
    return None if math.isinf(limit) else round(limit, 1)


def _fused(
    policy: Policy,
    crowd: Crowd,
    parts: list[tuple[Evidence, int | None]],
    fingers: int,
    rng: Generator,
    trials: int,
) -> dict[str, Any] | None:
    """People of n fingers: cost, misses and false matches of the zones; None where there are too few."""
    totals, labels, supported = [], [], []
    for evidence, half in parts:
        drawn = crowd.draw(fingers, rng, trials=trials // len(parts), half=half)
        total, each = fuse_rows(drawn.scores, drawn.counts, drawn.qualities, evidence=evidence)
        totals.append(total)
        labels.append(drawn.mated)
        alone = each / evidence.shrink(fingers)
        supported.append((alone >= policy.thresholds.support).sum(axis=1))
    bans, mated, support = np.concatenate(totals), np.concatenate(labels), np.concatenate(supported)
    if min(mated.sum(), (~mated).sum()) < _FEWEST:
        return None
    zone = policy.thresholds.zones[fingers]
    needed = max(2, math.ceil(fingers / 2))
    reached = {
        "hit": (bans >= zone.hit) & (support >= needed) if zone.hit is not None else np.zeros(len(bans), np.bool_),
        "possible": bans >= zone.possible if zone.possible is not None else np.zeros(len(bans), np.bool_),
    }
    result: dict[str, Any] = {
        "mated": int(mated.sum()),
        "other": int((~mated).sum()),
        **_quality_of(bans[mated], bans[~mated]),
        "lowest_mated": round(float(bans[mated].min()), 2),
        "highest_other": round(float(bans[~mated].max()), 2),
        "tippett_mated": tippett(bans[mated]),
        "tippett_other": tippett(bans[~mated]),
    }
    for name, there in reached.items():
        false = int((there & ~mated).sum())
        result[f"missed_{name}"] = round(float(1 - there[mated].mean()), 5)
        result[f"false_{name}"] = false
        result[f"false_{name}_at_most"] = upper_limit(false, int((~mated).sum()))
    return result


def _tails(policy: Policy, crowd: Crowd) -> list[dict[str, Any]]:
    """At each level: how often fingers of somebody else reach it, and how often the zones assume they do."""
    other = single_bans(crowd, policy.evidence)[1]
    assumed = reach(policy.reaching, np.array(LEVELS))
    return [
        {
            "bans": level,
            "assumed": float(f"{rate:.4g}"),
            "found": int((other >= level).sum()),
            "of": len(other),
        }
        for level, rate in zip(LEVELS, assumed.tolist(), strict=True)
    ]


def heavier_by(policy: Policy, crowd: Crowd) -> float:
    """Bans by which the zones would have to move, a finger, for this crowd to reach none significantly too often.

    Counted are pairs of subjects with at least one comparison that reaches a level, since comparisons of one pair are
    alike; significant are more than a Poisson count of the assumed rate gives with a chance of 1 %. 0: the zones hold.
    """
    bans = policy.evidence.bans_of(crowd.scores, crowd.counts, crowd.qualities)
    there = ~np.isnan(crowd.scores) & (crowd.probes[:, None] != crowd.candidates)[:, :, None]
    first, second = np.broadcast_arrays(crowd.probes[:, None, None], crowd.candidates[None, :, None])
    low, high = np.minimum(first, second), np.maximum(first, second)
    pairs = np.broadcast_to(low * (int(high.max()) + 1) + high, there.shape)[there]
    _, pair, sizes = np.unique(pairs, return_inverse=True, return_counts=True)
    if crowd.single:  # every pair is there in both orders
        sizes = sizes // 2
    highest = np.full(len(sizes), -np.inf)
    np.maximum.at(highest, pair, bans[there])
    highest.sort()
    needed = 0.0
    for level in np.arange(0.0, float(policy.evidence.bans.max()), 0.25).tolist():
        expected = float(np.minimum(sizes * reach(policy.reaching, np.array([level]))[0], 1.0).sum())
        while stats.poisson.sf(len(highest) - np.searchsorted(highest, level + needed - 1e-9) - 1, expected) < 0.01:
            needed = round(needed + 0.05, 2)
    return needed


def _zones(policy: Policy, populations: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each zone with how far its rate lies beyond what was counted (decades)."""
    rows = []
    for fingers, zone in sorted(policy.thresholds.zones.items()):
        sums, chance = fused_chances(policy.reaching, fingers)
        compared = sum(one["fused"].get(str(fingers), {}).get("other", 0) for one in populations.values())
        row: dict[str, Any] = {"fingers": fingers, "hit": zone.hit, "possible": zone.possible, "compared": compared}
        for name, level, rate in (
            ("hit", zone.hit, policy.thresholds.hit_rate),
            ("possible", zone.possible, policy.thresholds.possible_rate),
        ):
            if level is not None:
                at = min(int(np.searchsorted(sums, level - 1e-9)), len(chance) - 1)
                row[f"{name}_chance"] = float(f"{chance[at]:.3g}")
                row[f"{name}_beyond_counting"] = round(max(0.0, -math.log10(rate) - math.log10(max(compared, 1))), 1)
        rows.append(row)
    return rows
