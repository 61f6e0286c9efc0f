# SPDX-License-Identifier: Apache-2.0
"""A random generator with a fixed seed, new for every test."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers in every run."""
    return np.random.default_rng(20261122)
