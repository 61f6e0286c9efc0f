# SPDX-License-Identifier: Apache-2.0
"""The roles of the institution: the only names that permissions are given to."""

from __future__ import annotations

from collections.abc import Mapping
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
    FIELD_SUPERVISOR = "FIELD_SUPERVISOR"
    CUSTODY = "CUSTODY"
    TRANSPORT = "TRANSPORT"
    HEARING_CLERK = "HEARING_CLERK"
    COUNSEL = "COUNSEL"
    PROGRAMME_MANAGER = "PROGRAMME_MANAGER"
    AUDITOR = "AUDITOR"
    REDRESS_OFFICER = "REDRESS_OFFICER"
    ADMINISTRATOR = "ADMINISTRATOR"
    OPERATOR = "OPERATOR"
    BOOKING_SYSTEM = "BOOKING_SYSTEM"  # a machine acting for one ORI; never granted to a person


HUMAN_ROLES: tuple[Role, ...] = tuple(role for role in Role if role is not Role.BOOKING_SYSTEM)

# Those who take part in deciding a person's case.
CASE_ROLES: tuple[Role, ...] = (
    Role.EXAMINER,
    Role.LEAD_EXAMINER,
    Role.SUPPORT_SPECIALIST,
    Role.AUTHORISED_OFFICER,
    Role.SUPPORT_SUPERVISOR,
    Role.FIELD_OFFICER,
    Role.FIELD_SUPERVISOR,
    Role.CUSTODY,
    Role.TRANSPORT,
    Role.HEARING_CLERK,
    Role.COUNSEL,
)

# Who signs in with a second factor, or not at all. Booking desks are shared, and show the own agency's bookings only:
# there it is offered.
SECOND_FACTOR_REQUIRED: frozenset[Role] = frozenset(role for role in HUMAN_ROLES if role not in {Role.BOOKING_OFFICER})

# Roles that one person never holds at the same time: the one, the others, and why. A trigger of the database holds
# the same pairs (accounts_roles_apart); a test compares the two.
APART: tuple[tuple[Role, tuple[Role, ...], str], ...] = (
    (
        Role.AUDITOR,
        tuple(role for role in HUMAN_ROLES if role is not Role.AUDITOR),
        "whoever audits decisions takes none of them",
    ),
    (Role.REDRESS_OFFICER, CASE_ROLES, "whoever hears a complaint has no part in the case complained of"),
    (
        Role.COUNSEL,
        (Role.SUPPORT_SUPERVISOR, Role.FIELD_SUPERVISOR),
        "supervisor and counsel clear an indication of citizenship together, as two people (S2)",
    ),
)

SEPARATED: Mapping[frozenset[Role], str] = {
    frozenset({one, other}): why for one, others, why in reversed(APART) for other in others
}


def incompatible(role: Role, held: frozenset[Role]) -> Role | None:
    """The held role that stands in the way of granting `role`, or None."""
    return next((other for other in sorted(held) if frozenset({role, other}) in SEPARATED), None)
