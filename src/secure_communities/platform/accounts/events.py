# SPDX-License-Identifier: Apache-2.0
"""The kinds of event that the accounts app appends."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Tone, register

USER_ADDED = "user:added"
USER_DEACTIVATED = "user:deactivated"
PASSWORD_SET = "user:password-set"  # noqa: S105 - the name of an event
ROLE_GRANTED = "role:granted"
ROLE_ENDED = "role:ended"
MACHINE_KEY_ISSUED = "machine-key:issued"
MACHINE_KEY_REVOKED = "machine-key:revoked"

register(
    Kind(USER_ADDED, "User added"),
    Kind(USER_DEACTIVATED, "User deactivated", tone=Tone.ATTENTION),
    Kind(PASSWORD_SET, "Password set"),
    Kind(ROLE_GRANTED, "Role granted"),
    Kind(ROLE_ENDED, "Role ended"),
    Kind(MACHINE_KEY_ISSUED, "Machine key issued"),
    Kind(MACHINE_KEY_REVOKED, "Machine key revoked", tone=Tone.ATTENTION),
)
