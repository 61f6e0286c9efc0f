# SPDX-License-Identifier: Apache-2.0
"""The scalar functions of LEADER's network, compiled, in single precision, within a few units of the last place.

In: a float32; out: a float32. Also how the network's loops are compiled: looser than the rest of the engine.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from secure_communities.biometrics import kernels

# Fused multiply-add; no reordering, no assumption on values.
loosely_compiled = partial(kernels._compiled, fastmath={"contract", "arcp", "nsz"})


@loosely_compiled
def exponential(x):  # type: ignore[no-untyped-def]
    """e to the power of x, for |x| up to 87, relative error below 3e-7, in a form that compiles to vectors."""
    x = min(max(x, np.float32(-87.0)), np.float32(87.0))
    whole = (x * np.float32(1.44269504) + np.float32(12_582_912)) - np.float32(12_582_912)  # rounds: 1.5 · 2^23
    rest = (x - whole * np.float32(0.693359375)) + whole * np.float32(2.12194440e-4)  # ln 2 in two parts
    series = np.float32(1 / 5040)
    series = series * rest + np.float32(1 / 720)
    series = series * rest + np.float32(1 / 120)
    series = series * rest + np.float32(1 / 24)
    series = series * rest + np.float32(1 / 6)
    series = series * rest + np.float32(0.5)
    series = series * rest + np.float32(1)
    series = series * rest + np.float32(1)
    power = np.int32((np.int32(whole) + np.int32(127)) << np.int32(23))
    return series * power.view(np.float32)


@loosely_compiled
def gelu(x):  # type: ignore[no-untyped-def]
    """The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel, arXiv 1606.08415)."""
    argument = np.float32(-1.5957691216) * (x + np.float32(0.044715) * x * x * x)
    return x / (np.float32(1) + exponential(argument))


@loosely_compiled
def sigmoid(x):  # type: ignore[no-untyped-def]
    """1 / (1 + e^-x)."""
    return np.float32(1) / (np.float32(1) + exponential(-x))
