# SPDX-License-Identifier: Apache-2.0
"""The kinds of event that emergency access appends."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Tone, register

OPENED = "emergency:opened"
READ = "emergency:read"
REVIEWED = "emergency:reviewed"

register(
    Kind(OPENED, "Emergency access opened", tone=Tone.ATTENTION),
    Kind(READ, "Record read under emergency access", tone=Tone.ATTENTION),
    Kind(REVIEWED, "Emergency access reviewed"),
)
