# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about overrides."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("override:proposed", "Override of a priority proposed", Lane.IMMIGRATION, Tone.WORKING),
    Kind("override:approved", "Override approved by a second person", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("override:refused", "Override refused by a second person", Lane.IMMIGRATION),
    Kind("override:ended", "Override ended", Lane.IMMIGRATION),
)
