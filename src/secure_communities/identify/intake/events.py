# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of intake."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("submission:received", "Submission received"),
    Kind("submission:repeated", "Same submission presented again: stored answers returned"),
    Kind("submission:conflicting", "Control number presented again with other content: refused", tone=Tone.ATTENTION),
    Kind("submission:accepted", "Checked and prepared for search", tone=Tone.GOOD),
    Kind("submission:refused", "Refused: error response prepared", tone=Tone.ATTENTION),
    Kind("submission:stuck", "Could not be prepared: a person must look at it", tone=Tone.LATE),
    Kind("submission:unreadable", "Unreadable input refused at the door", tone=Tone.ATTENTION),
    Kind("submission:read", "Record opened"),
    Kind("submission:refusal-read", "Error response of refused input opened"),
    Kind("immigration:not-searched", "Immigration register not searched", Lane.IMMIGRATION),
    Kind("immigration:probe-discarded", "Prints discarded on the immigration side", Lane.IMMIGRATION),
)
