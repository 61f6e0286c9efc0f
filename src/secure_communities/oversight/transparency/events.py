# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about what is published."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Tone, register

register(Kind("transparency:published", "Transparency report published", tone=Tone.ATTENTION))
