# SPDX-License-Identifier: Apache-2.0
"""Signs of United States citizenship, and what they stop (S2, S3). Pure.

In: facts as sources state them. Out: indicia, each saying why; reasons why a path is blocked. The clock of an open
sign is `citizenship_review` in policy/clocks.
"""

from __future__ import annotations

from secure_communities.policy.citizenship.indicia import (
    Fact,
    FactKind,
    Indicium,
    IndiciumCode,
    indicia,
    is_united_states,
)
from secure_communities.policy.citizenship.paths import Path, Reason, Standing, blocked

__all__ = [
    "Fact",
    "FactKind",
    "Indicium",
    "IndiciumCode",
    "Path",
    "Reason",
    "Standing",
    "blocked",
    "indicia",
    "is_united_states",
]
