# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of evidence. None says what a record holds, or that it is protected."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("evidence:asked", "Sources asked for evidence", Lane.IMMIGRATION, Tone.WORKING),
    Kind("evidence:found", "A source answered with records", Lane.IMMIGRATION),
    Kind("evidence:nothing-found", "A source answered that it holds no record", Lane.IMMIGRATION),
    Kind("evidence:failed", "A source did not answer", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("evidence:read", "A record of evidence was opened", Lane.IMMIGRATION),
)
