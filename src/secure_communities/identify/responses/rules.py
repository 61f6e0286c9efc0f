# SPDX-License-Identifier: Apache-2.0
"""What kinds of message there are and when each may leave. Literal tables; the database's triggers say the same."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class MessageKind(StrEnum):
    """Every message of the identification service."""

    FIRST = "first"  # SRE: the criminal answer
    ERROR = "error"  # ERRT
    NO_MATCH = "no_match"  # IDR no-match, to those who take it
    QUERY = "query"  # IAQ to the support centre
    ACKNOWLEDGEMENT = "acknowledgement"  # of the IAQ
    PENDING = "pending"  # IDR with IAR:PENDING when the target time passed
    SECOND = "second"  # combined IDR and IAR, an unsolicited SRE
    SUPPORT_RESPONSE = "support_response"  # IAR from the support centre


class MessageState(StrEnum):
    """Where a message stands."""

    HELD = "held"
    READY = "ready"
    DELIVERED = "delivered"


# Notices that speak of a match: never without two examiners' confirmation (S1).
SPEAK_OF_A_MATCH = frozenset({MessageKind.QUERY, MessageKind.PENDING, MessageKind.SECOND, MessageKind.SUPPORT_RESPONSE})
# Messages to the jail that follow the first response, never precede it.
FOLLOW_THE_FIRST = frozenset({MessageKind.NO_MATCH, MessageKind.PENDING, MessageKind.SECOND})
# Messages to the submitting agency; the others go to the support centre.
TO_THE_AGENCY = frozenset({MessageKind.FIRST, MessageKind.ERROR}) | FOLLOW_THE_FIRST

# By when an agency that takes notices has one, if one is due: an hour for examiners, four for the support centre. The
# same for every booking, whatever was found: a clock that knew more would tell of candidates nobody has confirmed.
NOTICE_WITHIN = timedelta(hours=5)

# EBTS: CNA takes no answer; it gets an ERRT on failure and nothing on success (ebts 4.1).
ANSWERED_TYPES = frozenset({"CAR", "CPDR", "CPNU"})
