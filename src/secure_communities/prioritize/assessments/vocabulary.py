# SPDX-License-Identifier: Apache-2.0
"""Why a case is assessed: a closed set."""

from __future__ import annotations

from enum import StrEnum


class Trigger(StrEnum):
    """What made somebody, or the system, assess a case."""

    REFERRAL = "REFERRAL"
    DISPOSITION = "DISPOSITION"
    CHARGE_CONFIRMED = "CHARGE_CONFIRMED"
    PERSON_CHANGED = "PERSON_CHANGED"
    CITIZENSHIP = "CITIZENSHIP"
    FINDING = "FINDING"
    RULES_ACTIVATED = "RULES_ACTIVATED"
    OUT_OF_DATE = "OUT_OF_DATE"
    ON_DEMAND = "ON_DEMAND"
