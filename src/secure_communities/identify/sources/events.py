# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of the sources."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("source:taken-down", "An operator took a source of evidence down", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("source:restored", "An operator put a source of evidence back", Lane.IMMIGRATION, Tone.GOOD),
)
