# SPDX-License-Identifier: Apache-2.0
"""Persons put together from the fingers of a labelled set, to measure what several fingers decide together.

In: evidence of every pair of images; out: fused evidence of mates and of strangers. The fingers of one set are taken
as one person's and the impressions as encounters; a stranger is the same set with its fingers deranged.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice, permutations
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secure_communities.biometrics.error_rates import Labels, Scores

STRANGERS: Final = 60
"""Derangements for each pair of encounters: 28 pairs of 8 impressions give 28 genuine and 1,680 impostor persons."""


@dataclass(frozen=True, slots=True)
class Persons:
    """Fused evidence of persons of `fingers` fingers: mates (n,), strangers (n, strangers of that encounter)."""

    fingers: int
    genuine: Scores
    impostor: Scores

    @property
    def ranks(self) -> Labels:
        """Rank of each mate among its strangers, counting from 1; a stranger of equal evidence goes before."""
        ranks: Labels = 1 + (self.impostor >= self.genuine[:, None]).sum(axis=1)
        return ranks


def derangements(count: int, *, most: int = STRANGERS, seed: int = 1) -> NDArray[np.int64]:
    """Different orders of `count` fingers that leave none in its place, at most `most`, (n, count)."""
    if factorial(count) <= 100 * most:
        every = (order for order in permutations(range(count)) if all(order[i] != i for i in range(count)))
        return np.array(list(islice(every, most)), dtype=np.int64).reshape(-1, count)
    rng, found = np.random.default_rng(seed), set[tuple[int, ...]]()
    while len(found) < most:
        order = rng.permutation(count)
        if not (order == np.arange(count)).any():
            found.add(tuple(order.tolist()))
    return np.array(sorted(found), dtype=np.int64)


def turns(count: int) -> NDArray[np.int64]:
    """The derangements that set every finger in every other's place once: all strangers a single finger has."""
    return np.array([np.roll(np.arange(count), turn) for turn in range(1, count)], dtype=np.int64)


def put_together(evidence: Scores, images: NDArray[np.int64], *, fingers: int) -> Persons | None:
    """Persons of `fingers` fingers each, disjoint groups in the order of the fingers; None where the set is too small.

    Parameters
    ----------
    evidence
        Of every image against every other, (m, m): scores or log-likelihood ratios, 0 where a template is missing.
    images
        Row of `evidence` by finger and impression, (fingers of the set, impressions).
    """
    count, encounters = images.shape
    if count < max(fingers, 2) or encounters < 2:
        return None
    orders = turns(count) if fingers == 1 else derangements(count)
    genuine, impostor = [], []
    for start in range(0, count - fingers + 1, fingers):
        group = np.arange(start, start + fingers)
        for first, second in combinations(range(encounters), 2):
            own = images[group, first]
            genuine.append(evidence[own, images[group, second]].sum())
            impostor.append(evidence[own, images[orders[:, group], second]].sum(axis=1))
    return Persons(fingers, np.array(genuine), np.array(impostor))


def join(persons: list[Persons]) -> Persons:
    """Persons of several sets as one population. Raises ValueError for different numbers of fingers or strangers."""
    return Persons(
        persons[0].fingers, np.concatenate([each.genuine for each in persons]),
        np.concatenate([each.impostor for each in persons]),
    )  # fmt: skip
