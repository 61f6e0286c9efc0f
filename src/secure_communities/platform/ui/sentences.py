# SPDX-License-Identifier: Apache-2.0
"""Sentences every page or message may need, written once.

The disclaimer stands wherever a match is shown; the banner stands on every page.
"""

from __future__ import annotations

MATCH_DISCLAIMER = (
    "A match is a record to look at. It is not a statement of guilt, of unlawful presence or of citizenship, "
    "and it is not a detainer."
)
SYNTHETIC_BANNER = ("Synthetic data only.", "No real person is shown here.")
