# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of the galleries."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, register

register(
    Kind("register:enrolled", "Prints enrolled in the criminal register", Lane.CRIMINAL),
    Kind("register:updated", "Record in the criminal register updated", Lane.CRIMINAL),
    Kind("register:encounter-enrolled", "Encounter enrolled in the immigration register", Lane.IMMIGRATION),
)
