# SPDX-License-Identifier: Apache-2.0
"""The compiled order of a finger's minutiae, by content, so that the order in which they are given decides nothing.

In: points; out: the same points, sorted.
"""

from __future__ import annotations

import numpy as np

from secure_communities.biometrics.kernels import _compiled


@_compiled
def sort_points(points, count, sorted_points):  # type: ignore[no-untyped-def]
    """Copy minutiae in canonical order: quality falling, then x, y, direction, kind."""
    for i in range(count):
        key = (255 - np.int64(points[i, 3] & 255)) << 52
        key |= np.int64(points[i, 0]) << 36 | np.int64(points[i, 1]) << 20 | np.int64(points[i, 2]) << 8
        key |= np.int64(points[i, 3] >> 8)
        place = i
        while place > 0:
            other = sorted_points[place - 1]
            rival = (255 - np.int64(other[3] & 255)) << 52
            rival |= np.int64(other[0]) << 36 | np.int64(other[1]) << 20 | np.int64(other[2]) << 8
            rival |= np.int64(other[3] >> 8)
            if rival <= key:
                break
            sorted_points[place, :] = other
            place -= 1
        sorted_points[place, :] = points[i]
