# SPDX-License-Identifier: Apache-2.0
"""Accuracy on sets of labelled images: who is compared with whom, and the error rates of the scores.

In: templates by (finger, impression), layout of the FVC competitions; out: scores and rates. An image that yields no
template counts as score 0, it is never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import features
from secure_communities.biometrics.template import Template

Sample = tuple[int, int]
"""(finger, impression)."""
Scores = NDArray[np.float64]
_NAME = re.compile(r"(\d+)_(\d+)\.(?:png|tif|tiff|bmp|pgm|jpg|jp2|wsq)", re.IGNORECASE)


def find_images(folder: Path) -> dict[Sample, Path]:
    """The images named FINGER_IMPRESSION.png (or another format) in a folder. Raises ValueError when there is none."""
    found = {}
    for path in sorted(folder.iterdir()):
        match = _NAME.fullmatch(path.name)
        if match:
            found[int(match[1]), int(match[2])] = path
    if not found:
        raise ValueError(f"{folder} holds no image named FINGER_IMPRESSION.png")
    return found


def genuine_pairs(samples: list[Sample]) -> Iterator[tuple[Sample, Sample]]:
    """Every two impressions of one finger."""
    return ((a, b) for a, b in combinations(sorted(samples), 2) if a[0] == b[0])


def impostor_pairs(samples: list[Sample], *, first_only: bool = False) -> Iterator[tuple[Sample, Sample]]:
    """Every two impressions of different fingers; `first_only` keeps FVC's own, the first of each finger."""
    first = min(impression for _, impression in samples)
    chosen = [sample for sample in sorted(samples) if not first_only or sample[1] == first]
    return ((a, b) for a, b in combinations(chosen, 2) if a[0] != b[0])


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of all genuine and all impostor pairs, in the order of the pairs; 0 where a template is missing."""

    genuine: Scores
    impostor: Scores


def evaluate(templates: Mapping[Sample, Template | None], *, first_only: bool = False) -> Evaluation:
    """Compare all pairs of a set."""
    described = {sample: None if made is None else features(made) for sample, made in templates.items()}

    def score(first: Sample, second: Sample) -> float:
        probe, candidate = described[first], described[second]
        return 0.0 if probe is None or candidate is None else compare_features(probe, candidate)[0]

    samples = list(templates)
    return Evaluation(
        np.array([score(a, b) for a, b in genuine_pairs(samples)]),
        np.array([score(a, b) for a, b in impostor_pairs(samples, first_only=first_only)]),
    )


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Equal error rate, and the share of genuine pairs missed (0–1) at false-match rates 1 %, 0.1 % and zero."""

    eer: float
    fmr100: float
    fmr1000: float
    zerofmr: float


def error_rates(evaluation: Evaluation) -> ErrorRates:
    """Error rates of a set, a pair being accepted when its score reaches the threshold. Both kinds must be present."""
    genuine, impostor = np.sort(evaluation.genuine), np.sort(evaluation.impostor)
    thresholds = np.unique(np.concatenate([genuine, impostor, [impostor[-1] + 1.0]]))
    missed = np.searchsorted(genuine, thresholds, "left") / len(genuine)
    matched = 1 - np.searchsorted(impostor, thresholds, "left") / len(impostor)
    nearest = int(np.abs(missed - matched).argmin())

    def missed_at(rate: float) -> float:
        return float(missed[matched <= rate + 1e-12].min())

    return ErrorRates(float(missed[nearest] + matched[nearest]) / 2, missed_at(0.01), missed_at(0.001), missed_at(0.0))


def pseudo_subjects(templates: Mapping[Sample, Template | None]) -> dict[int, dict[int, Template]]:
    """Impression → ten-print, taking up to ten fingers of a set as the fingers of one person, numbered 1–10."""
    fingers = sorted({finger for finger, _ in templates})[:10]
    persons: dict[int, dict[int, Template]] = {}
    for (finger, impression), made in templates.items():
        if finger in fingers and made is not None:
            position = fingers.index(finger) + 1
            persons.setdefault(impression, {})[position] = Template(
                position, made.minutiae, made.width, made.height, made.quality, made.extractor
            )
    return persons
