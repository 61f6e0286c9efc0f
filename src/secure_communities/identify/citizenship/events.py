# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of citizenship."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("citizenship:claim-recorded", "Claim about citizenship recorded", Lane.IMMIGRATION),
    Kind("citizenship:indicium-opened", "Sign of United States citizenship: adverse steps are blocked",
         Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("citizenship:cleared-by-one", "One of two concluded that the sign does not hold", Lane.IMMIGRATION,
         Tone.WORKING),
    Kind("citizenship:cleared", "Supervisor and counsel together cleared the sign", Lane.IMMIGRATION),
    Kind("citizenship:confirmed", "Citizenship of the United States confirmed", Lane.IMMIGRATION, Tone.GOOD),
    Kind("citizenship:read", "Claims about citizenship read", Lane.IMMIGRATION),
)  # fmt: skip
