# SPDX-License-Identifier: Apache-2.0
"""Who a copy is for, and whether the protected-person filter has cleared it (safeguard S19: unknown is not cleared)."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """For whom a copy is written."""

    AGENCY = "AGENCY"  # the jail: no scores, nothing about a person who is not cleared
    OFFICER = "OFFICER"  # the immigration service: complete, flagged


class Protection(StrEnum):
    """What the filter for protected persons (8 USC 1367 and kin) found. Anything but CLEARED denies disclosure."""

    UNKNOWN = "UNKNOWN"
    CLEARED = "CLEARED"
    PROTECTED = "PROTECTED"
