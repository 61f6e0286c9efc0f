# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about the field offices' queues."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("queue:concluded", "Field office dealt with the case", Lane.IMMIGRATION),
    Kind("lever:set", "Lever of the priority queue set", tone=Tone.ATTENTION),
    Kind("queue:reordered", "Open work put in its new order"),
)
