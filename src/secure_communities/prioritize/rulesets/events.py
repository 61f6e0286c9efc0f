# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about rule sets."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Tone, register

register(
    Kind("rules:loaded", "Signed rule set loaded"),
    Kind("rules:shadow-asked", "Shadow run of a rule set asked for", tone=Tone.WORKING),
    Kind("rules:shadow-done", "Shadow run finished"),
    Kind("rules:activation-decided", "Rule set will order the work", tone=Tone.ATTENTION),
    Kind("rules:activation-withdrawn", "Decision about rules taken back before its moment", tone=Tone.ATTENTION),
    Kind("rules:activated", "Rule set orders the work from now on", tone=Tone.ATTENTION),
)
