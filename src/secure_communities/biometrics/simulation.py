# SPDX-License-Identifier: Apache-2.0
"""People and fingers compared with each other: the material from which evidence and zones are made and checked.

In: sampled people, or templates of labelled images; out: `Crowd`, whose comparisons can be had finger by finger and as
people of n fingers, mated and not, of all subjects or of one half of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from secure_communities.biometrics import parameters as p
from secure_communities.biometrics.calibration import Labelled
from secure_communities.biometrics.comparison import score_many
from secure_communities.biometrics.descriptor import features
from secure_communities.biometrics.evaluation import Sample
from secure_communities.biometrics.synthetic.sampler import impress_tenprint, sample_tenprint
from secure_communities.biometrics.template import FINGERS, Template, TenPrint

Values = NDArray[np.float64]
Progress = Callable[[Iterable[int]], Iterable[int]]
Found = tuple[Values, Values, Values]


@dataclass(frozen=True, slots=True)
class Draw:
    """People compared on n fingers each: scores, lower counts, lower qualities (people, n), and whether mated."""

    scores: Values
    counts: Values
    qualities: Values
    mated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Crowd:
    """All comparisons of probes with candidates, (probes, candidates, fingers); NaN where nothing was compared.

    `probes` and `candidates` say whose prints these are. Images of single fingers have one finger only, and people
    are made of them by taking n different ones; `graded` says that qualities are those of real extraction.
    """

    scores: Values
    counts: Values
    qualities: Values
    probes: NDArray[np.int64]
    candidates: NDArray[np.int64]
    encounters: NDArray[np.int64]
    graded: bool

    @property
    def single(self) -> bool:
        """Whether these are fingers without people."""
        return len(self.scores[0, 0]) == 1

    def labelled(self, half: int | None = None, *, graded: bool | None = None) -> Labelled:
        """Every comparison of single fingers; of half 0 or 1 only those among the subjects of that half.

        Qualities are given where they are those of real extraction, or always with `graded`.
        """
        there = ~np.isnan(self.scores) & self._inside(half)[:, :, None]
        if self.single:  # every pair is there in both orders
            there &= np.tri(len(self.probes), k=-1, dtype=np.bool_)[:, :, None]
        mated = np.broadcast_to((self.probes[:, None] == self.candidates)[:, :, None], there.shape)
        known = self.graded if graded is None else graded
        qualities = self.qualities[there] if known else np.full(there.sum(), np.nan)
        return Labelled(self.scores[there], self.counts[there], qualities, mated[there])

    def draw(self, fingers: int, rng: Generator, *, trials: int, half: int | None = None) -> Draw:
        """People of n fingers (drawn at random), at most `trials` mated and as many not; fewer where there are fewer.

        Of single fingers, a person is n of them at one encounter, and another person n others in another order.
        """
        found = [
            self._single(fingers, rng, trials, half, mated)
            if self.single
            else self._people(fingers, rng, trials, half, mated)
            for mated in (True, False)
        ]
        first, second = found
        return Draw(
            np.concatenate([first.scores, second.scores]),
            np.concatenate([first.counts, second.counts]),
            np.concatenate([first.qualities, second.qualities]),
            np.concatenate([first.mated, second.mated]),
        )

    def _inside(self, half: int | None) -> NDArray[np.bool_]:
        if half is None:
            return np.ones(self.scores.shape[:2], np.bool_)
        inside: NDArray[np.bool_] = (self.probes[:, None] % 2 == half) & (self.candidates % 2 == half)
        return inside

    def _people(self, fingers: int, rng: Generator, trials: int, half: int | None, mated: bool) -> Draw:
        wanted = self._inside(half) & ((self.probes[:, None] == self.candidates) == mated)
        pairs = np.argwhere(wanted)
        pairs = pairs[rng.permutation(len(pairs))[:trials]]
        order = rng.permuted(np.tile(np.arange(self.scores.shape[2]), (len(pairs), 1)), axis=1)
        rows = (pairs[:, :1], pairs[:, 1:], order)
        # Fingers that were not compared come last, so that people have n fingers where they can.
        usable = np.argsort(np.isnan(self.scores[rows]), axis=1, kind="stable")[:, :fingers]
        return self._taken((*rows[:2], np.take_along_axis(order, usable, axis=1)), mated)

    def _single(self, fingers: int, rng: Generator, trials: int, half: int | None, mated: bool) -> Draw:
        subjects = np.unique(self.probes)
        if half is not None:
            subjects = subjects[subjects % 2 == half]
        where = {(int(s), int(e)): k for k, (s, e) in enumerate(zip(self.probes, self.encounters, strict=True))}
        times = np.unique(self.encounters)
        rows = np.empty((2, trials, fingers), np.int64)
        held = 0
        for _ in range(trials if fingers <= len(subjects) else 0):
            order = rng.permutation(subjects)
            shift = 0 if mated else int(rng.integers(1, len(subjects)))
            first, second = rng.permutation(times)[:2]
            probe = [where.get((int(s), int(first)), -1) for s in order[:fingers]]
            candidate = [where.get((int(s), int(second)), -1) for s in np.roll(order, shift)[:fingers]]
            if min(probe + candidate) >= 0:
                rows[:, held] = probe, candidate
                held += 1
        return self._taken((rows[0, :held], rows[1, :held], np.zeros((held, fingers), np.int64)), mated)

    def _taken(self, rows: tuple[Any, ...], mated: bool) -> Draw:
        complete = ~np.isnan(self.scores[rows]).any(axis=1)
        return Draw(
            self.scores[rows][complete],
            self.counts[rows][complete],
            self.qualities[rows][complete],
            np.full(int(complete.sum()), mated),
        )


def compare_all(probes: list[TenPrint], candidates: list[TenPrint], *, progress: Progress = iter) -> Found:
    """Scores, lower counts and lower qualities (probe, candidate, finger − 1); NaN where a finger is missing."""
    found = _nothing(len(probes), len(candidates), len(FINGERS))
    stacks = {finger: _stack([person.get(finger) for person in candidates]) for finger in FINGERS}
    for row in progress(range(len(probes))):
        for finger, template in probes[row].items():
            stacks[finger].compare(template, tuple(values[row, :, finger - 1] for values in found))
    return found


def _nothing(*shape: int) -> Found:
    return np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)


@dataclass(frozen=True, slots=True)
class _Stack:
    """One finger of many people as the comparison takes it; a count of 0 where there is none."""

    points: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    qualities: Values

    def compare(self, probe: Template | None, out: tuple[Values, ...], *, start: int = 0) -> None:
        """Fill scores, lower counts, lower qualities of the rows from `start`; rows without enough minutiae stay."""
        if probe is None or len(made := features(probe)) < p.FEWEST_COMPARED:
            return
        scores = score_many(made, self.points[start:], self.counts[start:])
        there = scores >= 0
        lower = np.minimum(len(made), self.counts[start:]), np.minimum(probe.quality, self.qualities[start:])
        for values, given in zip(out, (scores, *lower), strict=True):
            values[start:][there] = given[there]


def _stack(templates: Sequence[Template | None]) -> _Stack:
    points = np.zeros((len(templates), p.MOST_MINUTIAE, 4), np.uint16)
    counts, qualities = np.zeros(len(templates), np.uint8), np.zeros(len(templates))
    for row, template in enumerate(templates):
        if template is not None:
            made = features(template)
            points[row, : len(made)], counts[row], qualities[row] = made.points, len(made), template.quality
    return _Stack(points, counts, qualities)


def sample_people(*, subjects: int, impressions: int, seed: int, progress: Progress = iter) -> Crowd:
    """Sampled people: one more impression of each against everybody, the further ones against the person only."""
    rng = np.random.default_rng(seed)
    persons: list[TenPrint] = [sample_tenprint(rng) for _ in range(subjects)]
    again = [[impress_tenprint(person, rng) for person in persons] for _ in range(impressions)]
    first = compare_all(list(again[0]), persons, progress=progress)
    parts = [first]
    for more in again[1:]:
        part = _nothing(*first[0].shape)
        for k, person in enumerate(persons):
            for whole, one in zip(part, compare_all([more[k]], [person]), strict=True):
                whole[k, k] = one[0, 0]
        parts.append(part)
    whose = np.arange(subjects)
    scores, counts, qualities = (np.concatenate([part[k] for part in parts]) for k in range(3))
    return Crowd(
        scores,
        counts,
        qualities,
        probes=np.tile(whose, impressions),
        candidates=whose,
        encounters=np.repeat(np.arange(impressions), subjects),
        graded=False,
    )


def compare_images(templates: Mapping[Sample, Template | None], *, progress: Progress = iter) -> Crowd:
    """Every two impressions of a labelled set, each pair once in both orders; an image without template is NaN."""
    samples = sorted(templates)
    stack = _stack([templates[sample] for sample in samples])
    found = _nothing(len(samples), len(samples), 1)
    for row in progress(range(len(samples))):
        stack.compare(templates[samples[row]], tuple(values[row, :, 0] for values in found), start=row + 1)
    for values in found:
        below = np.tril_indices(len(samples), -1)
        values[below] = values.transpose(1, 0, 2)[below]
    whose = np.array([finger for finger, _ in samples])
    return Crowd(*found, whose, whose, np.array([impression for _, impression in samples]), graded=True)
