# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about assessments."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("assessment:made", "Priority assessed", Lane.IMMIGRATION),
    Kind("assessment:changed", "Priority changed", Lane.IMMIGRATION, Tone.ATTENTION),
)
