# SPDX-License-Identifier: Apache-2.0
"""How inner loops are compiled: without the interpreter lock, cached on disk where that is possible.

The loops themselves are in the files `…kernels.py`. Numba's cache watches only the file of the outermost function, so
it is kept in a folder named after the contents of all of them: none is ever used with a stale part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba import types
from numba.extending import intrinsic

_config: Any = numba.config


def _cache_folder() -> str:
    """Where compiled functions are kept, when NUMBA_CACHE_DIR says: apart for every state of the sources."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources if b"numba" in path.read_bytes()))
    return str(Path(_config.CACHE_DIR) / digest.hexdigest()[:16])


if _config.CACHE_DIR:
    _config.CACHE_DIR = _cache_folder()


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    """Compile without the GIL, cached on disk where a directory can be written, in memory only where not."""
    try:
        return numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy", **options)(function)
    except RuntimeError:  # no writable place for the cache
        return numba.njit(nogil=True, boundscheck=False, error_model="numpy", **options)(function)


def _count_bits(_context: Any, _word: Any) -> Any:
    """Number of set bits of a 64-bit word, as one machine instruction."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


_popcount: Any = intrinsic(_count_bits)
