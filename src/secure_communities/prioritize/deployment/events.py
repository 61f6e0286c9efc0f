# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about jurisdictions."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Tone, register

register(
    Kind("jurisdiction:switch-set", "Local policy switch set", tone=Tone.ATTENTION),
    Kind("jurisdiction:readiness-noted", "Readiness of a jurisdiction noted"),
)
