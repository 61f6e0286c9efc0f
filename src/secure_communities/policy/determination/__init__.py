# SPDX-License-Identifier: Apache-2.0
"""What an officer may determine, what each code allows, on which authority, and how sure the author says to be.

In: a code. Out: rules, words, and the plain text for the officer. The tables are determination.toml (versioned data).
"""

from __future__ import annotations

from secure_communities.policy.determination.codes import (
    ADVERSE,
    Authority,
    Confidence,
    Correction,
    DetainerRule,
    Determination,
    authority_words,
    confidence_words,
    correction_words,
    detainer_rule,
    detainer_words,
    in_words,
    is_adverse,
    version,
)

__all__ = [
    "ADVERSE",
    "Authority",
    "Confidence",
    "Correction",
    "DetainerRule",
    "Determination",
    "authority_words",
    "confidence_words",
    "correction_words",
    "detainer_rule",
    "detainer_words",
    "in_words",
    "is_adverse",
    "version",
]
