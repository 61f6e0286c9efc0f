# SPDX-License-Identifier: Apache-2.0
"""Table-driven validation of transactions, modelled on EBTS 9.1, 9.4 and 10.0: CAR, CNA, CPDR, CPNU in; SRE, ERRT out.

The tables are the versioned files in `data/`; reading (`itl`) and judging are kept apart, so that anything readable
can be judged in full."""

from __future__ import annotations

from secure_communities.interchange.itl import Finding
from secure_communities.interchange.profiles.validation import (
    check_admission,
    is_answer,
    profile_for,
    profile_names,
    validate,
)

__all__ = ["Finding", "check_admission", "is_answer", "profile_for", "profile_names", "validate"]
