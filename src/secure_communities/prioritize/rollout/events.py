# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about plans of the roll-out."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Tone, register

register(
    Kind("rollout:planned", "Plan of the roll-out kept"),
    Kind("rollout:approved", "Plan of the roll-out approved", tone=Tone.ATTENTION),
)
