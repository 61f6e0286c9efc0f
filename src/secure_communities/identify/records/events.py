# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of the records."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, register

register(
    Kind("record:criminal-opened", "Criminal record opened", Lane.CRIMINAL),
    Kind("record:arrest-recorded", "Arrest recorded", Lane.CRIMINAL),
    Kind("record:disposition-recorded", "Disposition recorded", Lane.CRIMINAL),
    Kind("record:charge-confirmed", "Charge code confirmed by a person", Lane.CRIMINAL),
    Kind("record:immigration-opened", "Immigration record opened", Lane.IMMIGRATION),
)
