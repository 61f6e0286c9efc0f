# SPDX-License-Identifier: Apache-2.0
"""Kinds of event of responses."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

register(
    Kind("response:first-corrected", "First response corrected by a lead examiner", Lane.CRIMINAL, Tone.ATTENTION),
    Kind("response:first", "First response ready: the criminal answer", Lane.CRIMINAL, Tone.GOOD),
    Kind("response:none-due", "No answer due for this type of submission", Lane.CRIMINAL),
    Kind("response:error", "Error response ready", Lane.CRIMINAL, Tone.ATTENTION),
    Kind("response:no-match", "Notice ready: no record found in the immigration register", Lane.IMMIGRATION),
    Kind("response:pending", "Notice ready: the answer is still pending", Lane.IMMIGRATION, Tone.LATE),
    Kind("response:second", "Second response ready: the determination", Lane.IMMIGRATION, Tone.GOOD),
    Kind("response:withheld", "Not sent: the agency does not take this notice", Lane.IMMIGRATION),
    Kind("response:held", "Waits for the first response to leave", Lane.IMMIGRATION),
    Kind("response:timed", "Waits for the time at which such notices leave", Lane.IMMIGRATION),
    Kind("response:delivered", "Delivered"),
    Kind("response:acknowledged", "The agency acknowledged receipt"),
)
