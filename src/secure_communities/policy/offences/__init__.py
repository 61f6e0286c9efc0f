# SPDX-License-Identifier: Apache-2.0
"""NCIC offence codes as versioned data: what a four-digit code says, and whether it says an offence at all.

In: a code. Out: its entry in the catalogue, or None. A code is looked up, never guessed: nothing here reads a
charge's words, and nothing here ranks one offence above another.
"""

from __future__ import annotations

from secure_communities.policy.offences.catalogue import (
    EDITION,
    UNKNOWN_CODE,
    Edition,
    Offence,
    is_code,
    offence,
    offences,
    states_an_offence,
)

__all__ = [
    "EDITION",
    "UNKNOWN_CODE",
    "Edition",
    "Offence",
    "is_code",
    "offence",
    "offences",
    "states_an_offence",
]
