# SPDX-License-Identifier: Apache-2.0
"""Random numbers in compiled loops, each subject with a stream of its own: splitmix64 (Steele, Lea and Flood 2014).

In: a state of one uint64. Out: uniform, normal and Poisson numbers. A stream follows from (seed, subject, purpose)
alone, so results do not depend on how the work is divided."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
State = NDArray[np.uint64]


@njit(cache=True, nogil=True)
def mix(z):  # type: ignore[no-untyped-def]
    """Scramble 64 bits, one to one."""
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@njit(cache=True, nogil=True)
def start(state, seed, subject, purpose):  # type: ignore[no-untyped-def]
    """Set `state` to the beginning of the stream of a subject for a purpose."""
    state[0] = mix(mix(mix(np.uint64(seed) + _STEP) ^ np.uint64(subject)) + _STEP * np.uint64(purpose + 1))


@njit(cache=True, nogil=True)
def uniform(state):  # type: ignore[no-untyped-def]
    """A number from [0, 1)."""
    state[0] += _STEP
    return np.float64(mix(state[0]) >> _S11) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def normal(state):  # type: ignore[no-untyped-def]
    """A standard normal number (Box and Muller; the second one is not kept, so that order alone matters)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - uniform(state)))
    return radius * math.cos(2.0 * math.pi * uniform(state))


@njit(cache=True, nogil=True)
def poisson(state, mean):  # type: ignore[no-untyped-def]
    """A Poisson number of a small mean (below about 100)."""
    limit, product, count = math.exp(-mean), uniform(state), 0
    while product > limit:
        product *= uniform(state)
        count += 1
    return count
