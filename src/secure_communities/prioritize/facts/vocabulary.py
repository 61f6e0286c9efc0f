# SPDX-License-Identifier: Apache-2.0
"""Circumstances that officers record, which no rule set can read; reasons why a charge's code cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class UntoldReason(StrEnum):
    """Why a person who read a charge cannot tell its code."""

    NO_WORDS = "NO_WORDS"
    WORDS_UNCLEAR = "WORDS_UNCLEAR"
    SEVERAL_POSSIBLE = "SEVERAL_POSSIBLE"
    NOT_IN_CATALOGUE = "NOT_IN_CATALOGUE"
    STATUS_NOT_OFFENCE = "STATUS_NOT_OFFENCE"


UNTOLD: Final[Mapping[UntoldReason, str]] = {
    UntoldReason.NO_WORDS: "No words were submitted",
    UntoldReason.WORDS_UNCLEAR: "The words do not say what was done",
    UntoldReason.SEVERAL_POSSIBLE: "Several offences fit, and nothing decides between them",
    UntoldReason.NOT_IN_CATALOGUE: "The catalogue has no such offence",
    UntoldReason.STATUS_NOT_OFFENCE: "The words describe a person's standing, not an offence",
}


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
