# SPDX-License-Identifier: Apache-2.0
"""Accuracy on sets of labelled images: who is compared with whom, and the scores of all of them.

In: templates by (finger, impression), layout of the FVC competitions; out: scores and rates. An image that yields no
template counts as score 0, it is never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.comparison import compare_features
from secure_communities.biometrics.descriptor import Features, features
from secure_communities.biometrics.error_rates import ErrorRates, Labels, Scores, Trade
from secure_communities.biometrics.template import Template

Sample = tuple[int, int]
"""(finger, impression)."""
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


def _no_labels() -> Labels:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of all genuine and all impostor pairs, in the order of the pairs; 0 where a template is missing.

    `genuine_fingers` (n,) and `impostor_fingers` (m, 2) say whose they are, for the bootstrap over fingers.
    """

    genuine: Scores
    impostor: Scores
    genuine_fingers: Labels = field(default_factory=_no_labels)
    impostor_fingers: Labels = field(default_factory=_no_labels)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores of every image of a set against every other, (n, n) in the order of `samples`; compared once each."""

    samples: list[Sample]
    scores: Scores
    compared: int

    def pick(self, *, first_only: bool = False) -> Evaluation:
        """The pairs of the protocol."""
        row = {sample: number for number, sample in enumerate(self.samples)}
        own, cross = list(genuine_pairs(self.samples)), list(impostor_pairs(self.samples, first_only=first_only))

        def scores(pairs: list[tuple[Sample, Sample]]) -> Scores:
            rows = np.array([(row[a], row[b]) for a, b in pairs], np.int64).reshape(-1, 2)
            return self.scores[rows[:, 0], rows[:, 1]]

        return Evaluation(
            scores(own),
            scores(cross),
            np.array([a[0] for a, _ in own], np.int64),
            np.array([(a[0], b[0]) for a, b in cross], np.int64).reshape(-1, 2),
        )

    def rows(self) -> NDArray[np.int64]:
        """Row by finger and impression, (fingers, impressions), of at most ten fingers and what all of them have."""
        fingers = sorted({finger for finger, _ in self.samples})[:10]
        there = [{impression for finger, impression in self.samples if finger == one} for one in fingers]
        shared = sorted(set.intersection(*there))
        row = {sample: number for number, sample in enumerate(self.samples)}
        return np.array([[row[finger, one] for one in shared] for finger in fingers], np.int64)


def describe_all(templates: Mapping[Sample, Template | None]) -> dict[Sample, Features | None]:
    """Features of every image, None where there is no template."""
    return {sample: None if made is None else features(made) for sample, made in templates.items()}


def compare_all(described: Mapping[Sample, Features | None]) -> ScoreTable:
    """Compare every image of a set with every other, each pair once."""
    samples = sorted(described)
    scores, compared = np.zeros((len(samples), len(samples))), 0
    for (i, first), (j, second) in combinations(enumerate(samples), 2):
        probe, candidate = described[first], described[second]
        if probe is not None and candidate is not None:
            scores[i, j] = scores[j, i] = compare_features(probe, candidate)[0]
            compared += 1
    return ScoreTable(samples, scores, compared)


def evaluate(templates: Mapping[Sample, Template | None], *, first_only: bool = False) -> Evaluation:
    """Compare all pairs of a set."""
    return compare_all(describe_all(templates)).pick(first_only=first_only)


def error_rates(evaluation: Evaluation) -> ErrorRates:
    """Error rates of a set, a pair being accepted when its score reaches the threshold. Both kinds must be present."""
    return Trade(evaluation.genuine, evaluation.impostor).summary()


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
