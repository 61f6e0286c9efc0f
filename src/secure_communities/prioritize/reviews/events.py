# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of reviews."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, register

register(Kind("assessment:read", "Assessment opened", Lane.IMMIGRATION))
