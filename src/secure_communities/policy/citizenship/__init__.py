# SPDX-License-Identifier: Apache-2.0
"""Signs of United States citizenship, what they stop, and the clock that runs while one is open (S2, S3). Pure.

In: facts as sources state them. Out: indicia, each saying why; reasons why a path is blocked; moments to act by.
"""

from __future__ import annotations

from secure_communities.policy.citizenship.clocks import ESCALATIONS, Escalation, due_at, passed
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
    "ESCALATIONS",
    "Escalation",
    "Fact",
    "FactKind",
    "Indicium",
    "IndiciumCode",
    "Path",
    "Reason",
    "Standing",
    "blocked",
    "due_at",
    "indicia",
    "is_united_states",
    "passed",
]
