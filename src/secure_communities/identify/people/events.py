# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of people and their records."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Tone, register

register(
    Kind("person:record-registered", "Source record registered"),
    Kind("person:records-loaded", "Source records registered in bulk"),
    Kind("person:index-renewed", "Search index of source records written anew"),
    Kind("person:linked", "Records joined by a confirmed print", tone=Tone.GOOD),
    Kind("person:link-blocked", "A confirmed print meets a must-not-link rule: people must look", tone=Tone.ATTENTION),
    Kind("person:change-proposed", "Change of a person's records proposed", tone=Tone.WORKING),
    Kind("person:change-refused", "Proposed change refused by a supervisor"),
    Kind("person:change-withdrawn", "Proposed change withdrawn by its author"),
    Kind("person:merged", "Two people's records merged", tone=Tone.ATTENTION),
    Kind("person:split", "Records split from a person", tone=Tone.ATTENTION),
    Kind("person:undone", "A merge or split undone", tone=Tone.ATTENTION),
    Kind("person:rule-set", "Link rule set"),
    Kind("person:rule-withdrawn", "Link rule withdrawn"),
    Kind("person:review-opened", "Records put on the list of records to look at", tone=Tone.WORKING),
    Kind("person:reviewed", "Records looked at: opinion recorded"),
    Kind("person:read", "Person's record opened"),
    Kind("person:searched", "People searched"),
)
