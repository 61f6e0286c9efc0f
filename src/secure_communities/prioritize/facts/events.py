# SPDX-License-Identifier: Apache-2.0
"""The kinds of event about what officers state."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("finding:stated", "Officer stated a finding", Lane.IMMIGRATION, Tone.WORKING),
    Kind("circumstance:recorded", "Circumstance recorded: it prompts discretion", Lane.IMMIGRATION),
    Kind("charge:read", "Charge opened", Lane.CRIMINAL),
    Kind("charge:untold", "A person read a charge and cannot tell its code", Lane.CRIMINAL, Tone.ATTENTION),
    Kind("outcome:asked-again", "Outcome of a charge asked again: nothing new", Lane.CRIMINAL),
)
