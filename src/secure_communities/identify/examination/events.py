# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of examination."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("criminal:searched", "Criminal register searched", Lane.CRIMINAL, Tone.WORKING),
    Kind("criminal:examination-opened", "Possible match sent to an examiner", Lane.CRIMINAL, Tone.WORKING),
    Kind("criminal:decision", "Examiner decided", Lane.CRIMINAL),
    Kind("criminal:identified", "Identified in the criminal register", Lane.CRIMINAL, Tone.GOOD),
    Kind("criminal:not-identified", "Not identified in the criminal register", Lane.CRIMINAL),
    Kind("immigration:searched", "Immigration register searched", Lane.IMMIGRATION, Tone.WORKING),
    Kind("immigration:examination-opened", "Candidate sent to the examiners", Lane.IMMIGRATION, Tone.WORKING),
    Kind("immigration:decision", "Examiner decided", Lane.IMMIGRATION),
    Kind("immigration:lead-needed", "Examiners disagree: sent to a lead examiner", Lane.IMMIGRATION, Tone.ATTENTION),
    Kind("criminal:lead-needed", "Undecided: sent to a lead examiner", Lane.CRIMINAL, Tone.ATTENTION),
    Kind("criminal:first-look", "Lead examiner looked, before reading the others", Lane.CRIMINAL),
    Kind("immigration:first-look", "Lead examiner looked, before reading the others", Lane.IMMIGRATION),
    Kind("examination-pairs:read", "Pairs of the engine shown to an examiner"),
    Kind("examination-opinions:read", "Decisions of the examiners shown to a lead examiner"),
    Kind("examination-scores:read", "Scores shown to an examiner who had decided"),
    Kind("immigration:confirmed", "Match to a record confirmed by two examiners", Lane.IMMIGRATION, Tone.GOOD),
    Kind("immigration:rejected", "Candidate excluded by examiners", Lane.IMMIGRATION),
    Kind("immigration:inconclusive", "Comparison inconclusive", Lane.IMMIGRATION),
)
