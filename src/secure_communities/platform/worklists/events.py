# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of the worklists. All stand on the immigration lane: that work waits may tell of a match (S1)."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("work:claimed", "Work taken up", Lane.IMMIGRATION, Tone.WORKING),
    Kind("work:lapsed", "Hold ran out: the work was free again", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("work:released", "Work given back", Lane.IMMIGRATION),
    Kind("work:handed-over", "Work handed over to a colleague", Lane.IMMIGRATION, Tone.WORKING),
    Kind("work:noted", "Note added to the work", Lane.IMMIGRATION),
    Kind("work:read", "Notes on the work read", Lane.IMMIGRATION),
    Kind("work:escalated", "Supervisor called", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("work:escalation-answered", "Supervisor answered", Lane.IMMIGRATION, Tone.GOOD),
    Kind("work:reordered", "Place of the work changed", Lane.IMMIGRATION),
    Kind("work:warning", "Time is running out", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("work:late", "Target time of the work passed", Lane.IMMIGRATION, Tone.LATE),
)
