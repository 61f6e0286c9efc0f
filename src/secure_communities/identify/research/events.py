# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of research."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("query:sent", "Query sent to the support centre", Lane.IMMIGRATION, Tone.WORKING),
    Kind("query:acknowledged", "Support centre acknowledged the query", Lane.IMMIGRATION),
    Kind("query:claimed", "Specialist took the query", Lane.IMMIGRATION, Tone.WORKING),
    Kind("query:late", "Target time passed: pending notice prepared", Lane.IMMIGRATION, Tone.LATE),
    Kind("determination:drafted", "Determination drafted", Lane.IMMIGRATION, Tone.WORKING),
    Kind("determination:returned", "Draft returned to the specialist", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("determination:draft-read", "Draft opened by supervisor or counsel", Lane.IMMIGRATION),
    Kind("determination:concurred", "Supervisor or counsel agreed to the draft", Lane.IMMIGRATION, Tone.WORKING),
    Kind("determination:reopened", "Determination opened again for correction", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("determination:signed", "Determination signed by an authorised officer", Lane.IMMIGRATION, Tone.GOOD),
)
