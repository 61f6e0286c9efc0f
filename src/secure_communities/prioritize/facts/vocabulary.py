# SPDX-License-Identifier: Apache-2.0
"""Circumstances that officers record: they prompt discretion, and no rule set can read them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class CircumstanceCode(StrEnum):
    """A humanitarian or family circumstance (memoranda of June 2010 and June 2011; domain 3.1)."""

    SERIOUS_ILLNESS = "SERIOUS_ILLNESS"
    DISABILITY = "DISABILITY"
    ELDERLY = "ELDERLY"
    PREGNANT_OR_NURSING = "PREGNANT_OR_NURSING"
    PRIMARY_CARER = "PRIMARY_CARER"
    MINOR = "MINOR"
    VICTIM_OR_WITNESS = "VICTIM_OR_WITNESS"
    VETERAN_OR_FAMILY = "VETERAN_OR_FAMILY"
    LONG_RESIDENCE = "LONG_RESIDENCE"
    OTHER = "OTHER"


CIRCUMSTANCES: Final[Mapping[CircumstanceCode, str]] = {
    CircumstanceCode.SERIOUS_ILLNESS: "Seriously ill",
    CircumstanceCode.DISABILITY: "Lives with a disability",
    CircumstanceCode.ELDERLY: "Elderly",
    CircumstanceCode.PREGNANT_OR_NURSING: "Pregnant or nursing",
    CircumstanceCode.PRIMARY_CARER: "Primary carer of a child or of somebody who cannot live alone",
    CircumstanceCode.MINOR: "Under 18",
    CircumstanceCode.VICTIM_OR_WITNESS: "Victim of, or witness to, a crime",
    CircumstanceCode.VETERAN_OR_FAMILY: "Served in the armed forces, or a close relative does",
    CircumstanceCode.LONG_RESIDENCE: "Has lived here since childhood or for very long",
    CircumstanceCode.OTHER: "Another circumstance, in words",
}
