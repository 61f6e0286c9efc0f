# SPDX-License-Identifier: Apache-2.0
"""Tables of counts of people, made fit to publish: small cells are hidden, and what would give them away with them.

In: a table of counts (`Counts`). Out: `Published`: what may be told, and what is hidden for which reason. Facts from
Cox, "Suppression Methodology and Statistical Disclosure Control" (1980), and Willenborg and de Waal, "Elements of
Statistical Disclosure Control" (2001); the steps are our own.
"""

from __future__ import annotations

from secure_communities.policy.suppression.counts import TOTAL, Counts, Key, NotATable
from secure_communities.policy.suppression.hiding import (
    SMALLEST_TOLD,
    WIDTH,
    Published,
    Reason,
    Unprotectable,
    hide,
)

__all__ = [
    "SMALLEST_TOLD", "TOTAL", "WIDTH", "Counts", "Key", "NotATable", "Published", "Reason", "Unprotectable", "hide",
]  # fmt: skip
