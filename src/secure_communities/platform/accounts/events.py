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
MACHINE_KEY_ENDING = "machine-key:ending"
MACHINE_RULE_SET = "machine-rule:set"
IDENTITY_CONNECTED = "identity:connected"
IDENTITY_DISCONNECTED = "identity:disconnected"
SIGNED_IN = "user:signed-in"
SESSION_ENDED = "user:session-ended"
LOCKED_OUT = "user:locked-out"
SECOND_FACTOR_ADDED = "second-factor:added"
SECOND_FACTOR_REMOVED = "second-factor:removed"
SECOND_FACTOR_RESET = "second-factor:reset"

register(
    Kind(USER_ADDED, "User added"),
    Kind(USER_DEACTIVATED, "User deactivated", tone=Tone.ATTENTION),
    Kind(PASSWORD_SET, "Password set"),
    Kind(ROLE_GRANTED, "Role granted"),
    Kind(ROLE_ENDED, "Role ended"),
    Kind(MACHINE_KEY_ENDING, "Machine key replaced: it ends at a stated time"),
    Kind(MACHINE_RULE_SET, "Signed requests asked of an ORI, or no longer"),
    Kind(IDENTITY_CONNECTED, "Identity of an agency's sign-in service connected"),
    Kind(IDENTITY_DISCONNECTED, "Identity of an agency's sign-in service disconnected", tone=Tone.ATTENTION),
    Kind(SIGNED_IN, "Signed in"),
    Kind(SESSION_ENDED, "Session ended"),
    Kind(LOCKED_OUT, "Sign-in locked after wrong attempts", tone=Tone.ATTENTION),
    Kind(SECOND_FACTOR_ADDED, "Second factor added"),
    Kind(SECOND_FACTOR_REMOVED, "Second factor removed", tone=Tone.ATTENTION),
    Kind(SECOND_FACTOR_RESET, "Second factors reset by an administrator", tone=Tone.ATTENTION),
    Kind(MACHINE_KEY_ISSUED, "Machine key issued"),
    Kind(MACHINE_KEY_REVOKED, "Machine key revoked", tone=Tone.ATTENTION),
)
