# SPDX-License-Identifier: Apache-2.0
"""The kinds of event that the agencies app appends."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, register

AGENCY_ADDED = "agency:added"
ORI_OPENED = "ori:opened"
ORI_CLOSED = "ori:closed"
TRANSACTION_PERMITTED = "transaction:permitted"
TRANSACTION_PERMISSION_ENDED = "transaction:permission-ended"
PARTICIPATION_OPENED = "participation:opened"
PARTICIPATION_ENDED = "participation:ended"
DELIVERY_PREFERENCE_SET = "delivery-preference:set"
NFF_FORWARDING_SET = "nff-forwarding:set"

register(
    Kind(AGENCY_ADDED, "Agency added"),
    Kind(ORI_OPENED, "ORI opened"),
    Kind(ORI_CLOSED, "ORI closed"),
    Kind(TRANSACTION_PERMITTED, "Type of transaction permitted"),
    Kind(TRANSACTION_PERMISSION_ENDED, "Permission for a type of transaction ended"),
    Kind(PARTICIPATION_OPENED, "Participation entered in the register"),
    Kind(PARTICIPATION_ENDED, "Participation ended"),
    Kind(DELIVERY_PREFERENCE_SET, "Delivery preference set"),
    Kind(NFF_FORWARDING_SET, "Forwarding of later arrests set"),
)
