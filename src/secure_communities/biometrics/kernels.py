# SPDX-License-Identifier: Apache-2.0
"""How inner loops are compiled: without the interpreter lock, cached on disk where that is possible.

The loops themselves are in `comparison_kernels` and `scan_kernels`; each file is whole in itself, because the cache of
compiled functions watches only the file of the outermost one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba import types
from numba.extending import intrinsic


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile without the GIL, cached on disk where a directory can be written, in memory only where not."""
    try:
        return numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")(function)
    except RuntimeError:  # no writable place for the cache
        return numba.njit(nogil=True, boundscheck=False, error_model="numpy")(function)


def _count_bits(_context: Any, _word: Any) -> Any:
    """Number of set bits of a 64-bit word, as one machine instruction."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


_popcount: Any = intrinsic(_count_bits)
