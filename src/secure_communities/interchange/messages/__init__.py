# SPDX-License-Identifier: Apache-2.0
"""The text messages of the immigration side: IDR, IAQ, IAR, acknowledgement, and the combined second response.

One frozen dataclass each, with `encode() -> str` and `decode(text)`; only MessageError escapes. Layouts and vocabulary
are versioned TOML beside the code: modelled on the published descriptions of these messages, never conformant to them.
Every encoded message carries `BANNER`."""

from __future__ import annotations

from secure_communities.interchange.messages.acknowledgement import Acknowledgement
from secure_communities.interchange.messages.combined import CombinedResponse
from secure_communities.interchange.messages.disclosure import Audience, Protection
from secure_communities.interchange.messages.errors import MessageError
from secure_communities.interchange.messages.iaq import UNKNOWN_OFFENCE, ImmigrationQuery, Purpose, date_of_birth
from secure_communities.interchange.messages.iar import Basis, Evidence, ImmigrationResponse
from secure_communities.interchange.messages.idr import (
    Encounter,
    Identity,
    ImmigrationDataResponse,
    Kind,
    Verification,
)
from secure_communities.interchange.messages.text import BANNER, carries_banner, safe_text
from secure_communities.interchange.messages.vocabulary import DetainerRule, Determination, detainer_rule, sentence

__all__ = [
    "BANNER",
    "UNKNOWN_OFFENCE",
    "Acknowledgement",
    "Audience",
    "Basis",
    "CombinedResponse",
    "DetainerRule",
    "Determination",
    "Encounter",
    "Evidence",
    "Identity",
    "ImmigrationDataResponse",
    "ImmigrationQuery",
    "ImmigrationResponse",
    "Kind",
    "MessageError",
    "Protection",
    "Purpose",
    "Verification",
    "carries_banner",
    "date_of_birth",
    "detainer_rule",
    "safe_text",
    "sentence",
]
