# SPDX-License-Identifier: Apache-2.0
"""A seeded portion of the fuzz run: a mutant is read and written back, or refused with the one error."""

from __future__ import annotations

import resource

import pytest

from benchmarks.fuzz_codec import fuzz, mutants
from tests.builders.transactions import GOLDEN

FILES = sorted(GOLDEN.glob("*.an2"))


def check(count: int, *, seed: int) -> None:
    tally = fuzz(FILES, count, seed=seed)
    assert tally.failures == []
    assert sum(tally.outcomes.values()) == count
    assert tally.outcomes["read"] > count / 20
    assert tally.outcomes["refused E0004"] > count / 20


def test_a_few_mutants_are_read_or_refused():
    check(600, seed=1)


def test_mutants_are_the_same_for_the_same_seed():
    seeds = [b"1.001:9\x1c" * 20]
    assert list(mutants(seeds, 50, seed=7)) == list(mutants(seeds, 50, seed=7))
    assert list(mutants(seeds, 50, seed=7)) != list(mutants(seeds, 50, seed=8))


@pytest.mark.slow
def test_many_mutants_are_read_or_refused_in_bounded_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    check(30_000, seed=20261122)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024  # kilobytes
