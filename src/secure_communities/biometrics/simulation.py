# SPDX-License-Identifier: Apache-2.0
"""Sampled people compared with each other, to set the thresholds of the decision and count the mates they miss.

In: how many people, a seed, optional sets of real images; out: Thresholds and a report of how they were made. The
thresholds follow the population with the heaviest tail, so real images, where given, make them stricter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics import kernels
from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.calibration import check_tail, make_thresholds, miss_rates, worst_tail
from secure_communities.biometrics.comparison import ROOTS, relaxation_arguments
from secure_communities.biometrics.decision import Thresholds
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.evaluation import Sample, impostor_pairs, pseudo_subjects
from secure_communities.biometrics.fusion import fuse
from secure_communities.biometrics.synthetic.sampler import impress_tenprint, sample_tenprint
from secure_communities.biometrics.template import FINGERS, Template, TenPrint

Scores = NDArray[np.float64]


def compare_all(probes: list[TenPrint], candidates: list[TenPrint]) -> Scores:
    """Scores (probe, candidate, finger − 1) of every probe against every candidate; NaN where a finger is missing."""
    scores = np.full((len(probes), len(candidates), len(FINGERS)), np.nan)
    rows = np.arange(len(candidates))
    for finger in FINGERS:
        points = np.zeros((len(candidates), p.MOST_MINUTIAE, 4), np.uint16)
        codes = np.zeros((len(candidates), p.MOST_MINUTIAE, p.WORDS), np.uint64)
        counts = np.zeros(len(candidates), np.uint8)
        for row, candidate in enumerate(candidates):
            if finger in candidate:
                _put(features(candidate[finger]), row, points, codes, counts)
        for number, probe in enumerate(probes):
            if finger in probe and len(made := features(probe[finger])) >= p.FEWEST_COMPARED:
                found = np.empty(len(candidates))
                kernels.relax_rows(
                    made.points, made.codes, points, codes, counts, rows, *relaxation_arguments(), p.FEWEST_COMPARED,
                    ROOTS, found,
                )  # fmt: skip
                scores[number, :, finger - 1] = np.where(found < 0, np.nan, found)
    return scores


def _put(made: Features, row: int, points: NDArray[Any], codes: NDArray[Any], counts: NDArray[Any]) -> None:
    points[row, : len(made)], codes[row, : len(made)], counts[row] = made.points, made.codes, len(made)


def fuse_best(scores: Scores, order: list[int], fingers: int) -> float | None:
    """Fused score of the first n fingers of an order that are there; None where there are fewer."""
    there = [finger for finger in order if not np.isnan(scores[finger])][:fingers]
    return fuse({finger + 1: float(scores[finger]) for finger in there}) if len(there) == fingers else None


def calibrate(
    *, subjects: Iterable[int], seed: int, images: Mapping[str, Mapping[Sample, Template | None]], version: str
) -> tuple[Thresholds, dict[str, Any]]:
    """Sample people, compare, fit, check. `images` are sets of real images by name."""
    rng = np.random.default_rng(seed)
    persons = [sample_tenprint(rng) for _ in subjects]
    again: list[TenPrint] = [impress_tenprint(person, rng) for person in persons]
    scores = compare_all(again, list(persons))
    mated = np.eye(len(persons), dtype=bool)
    other = scores[~mated]
    populations: dict[str, Scores] = {"sampled": other[~np.isnan(other)]}
    real_mated: list[Scores] = []
    for name, templates in images.items():
        populations.setdefault("images", np.empty(0))
        populations["images"] = np.concatenate([populations["images"], _non_mated(templates)])
        real_mated += _real_mated(templates)
        if not name:
            raise ValueError("a set of images needs a name")
    worst, tail = worst_tail(populations)
    thresholds = make_thresholds(tail, version=version)
    report = {
        "method": "per finger: empirical bulk, Pareto tail; n fingers: convolution; heaviest population rules",
        "populations": {name: _describe(values) for name, values in populations.items()},
        "ruled_by": worst,
        "tail": {"above": round(tail.above, 5), "shape": round(tail.shape, 4), "scale": round(tail.scale, 6)},
        "seed": seed,
        "image_sets": sorted(images),
        "held_out": {name: check_tail(values) for name, values in populations.items()},
        "highest_fused_non_mated": {fingers: _highest(other, fingers, rng) for fingers in (2, 4, 10)},
        "missed_sampled": miss_rates(_fused(list(scores[mated]), rng), thresholds),
    }
    if real_mated:
        report["missed_images"] = miss_rates(_fused(real_mated, rng), thresholds)
    return thresholds, report


def _non_mated(templates: Mapping[Sample, Template | None]) -> Scores:
    made = {sample: features(template) for sample, template in templates.items() if template is not None}
    from secure_communities.biometrics.comparison import compare_features

    return np.array([compare_features(made[a], made[b])[0] for a, b in impostor_pairs(list(made))])


def _real_mated(templates: Mapping[Sample, Template | None]) -> list[Scores]:
    """Every two encounters of the pseudo-subject of a set."""
    persons = pseudo_subjects(templates)
    encounters: list[TenPrint] = [persons[number] for number in sorted(persons)]
    scores = compare_all(encounters, encounters)
    return [scores[a, b] for a, b in product(range(len(encounters)), repeat=2) if a < b]


def _fused(mated: list[Scores], rng: np.random.Generator) -> dict[int, list[float]]:
    """Fused mated scores by number of fingers, the fingers drawn at random."""
    orders = [(scores, rng.permutation(len(FINGERS)).tolist()) for scores in mated]
    fused = {n: [x for scores, order in orders if (x := fuse_best(scores, order, n)) is not None] for n in FINGERS}
    return {fingers: values for fingers, values in fused.items() if values}


def _highest(other: Scores, fingers: int, rng: np.random.Generator) -> float:
    order = rng.permutation(len(FINGERS))[:fingers]
    complete = other[:, order][~np.isnan(other[:, order]).any(axis=1)]
    return round(float(complete.sum(axis=1).max() - fingers * p.NON_MATED_MEAN), 4) if len(complete) else float("nan")


def _describe(values: Scores) -> dict[str, float]:
    return {
        "comparisons": len(values),
        "mean": round(float(values.mean()), 5),
        "q99": round(float(np.quantile(values, 0.99)), 5),
        "q999": round(float(np.quantile(values, 0.999)), 5),
        "highest": round(float(values.max()), 5),
    }
