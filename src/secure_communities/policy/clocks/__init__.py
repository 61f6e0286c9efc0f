# SPDX-License-Identifier: Apache-2.0
"""Service clocks as versioned data: how long a kind of work may take, when to warn, when to call a supervisor.

In: the name of a clock and aware times. Out: due times, moments, a reading. A clock says when, never what to decide.
"""

from __future__ import annotations

from secure_communities.policy.clocks.catalogue import ClockName, Standard, standard, standards
from secure_communities.policy.clocks.reading import Act, Moment, Reading, Stage, moments, read

__all__ = [
    "Act",
    "ClockName",
    "Moment",
    "Reading",
    "Stage",
    "Standard",
    "moments",
    "read",
    "standard",
    "standards",
]
