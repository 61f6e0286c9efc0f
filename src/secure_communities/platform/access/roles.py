# SPDX-License-Identifier: Apache-2.0
"""The roles of the institution: the only names that permissions are given to."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """One job that a person, or a booking system, may hold."""

    BOOKING_OFFICER = "BOOKING_OFFICER"
    STATE_BUREAU = "STATE_BUREAU"
    EXAMINER = "EXAMINER"
    LEAD_EXAMINER = "LEAD_EXAMINER"
    SUPPORT_SPECIALIST = "SUPPORT_SPECIALIST"
    AUTHORISED_OFFICER = "AUTHORISED_OFFICER"
    SUPPORT_SUPERVISOR = "SUPPORT_SUPERVISOR"
    FIELD_OFFICER = "FIELD_OFFICER"
    COUNSEL = "COUNSEL"
    PROGRAMME_MANAGER = "PROGRAMME_MANAGER"
    AUDITOR = "AUDITOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    OPERATOR = "OPERATOR"
    BOOKING_SYSTEM = "BOOKING_SYSTEM"  # a machine acting for one ORI; never granted to a person


HUMAN_ROLES: tuple[Role, ...] = tuple(role for role in Role if role is not Role.BOOKING_SYSTEM)

# Whoever audits decisions takes none of them.
INDEPENDENT_ROLES: frozenset[Role] = frozenset({Role.AUDITOR})


def incompatible(role: Role, held: frozenset[Role]) -> Role | None:
    """The held role that stands in the way of granting `role`, or None."""
    for other in sorted(held - {role}):
        if role in INDEPENDENT_ROLES or other in INDEPENDENT_ROLES:
            return other
    return None
