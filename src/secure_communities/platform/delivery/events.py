# SPDX-License-Identifier: Apache-2.0
"""The kinds of event of the outbox."""

from __future__ import annotations

from secure_communities.platform.events.registry import Kind, Lane, Tone, register

DEAD = "delivery:dead"
REPLAYED = "delivery:replayed"
ADDRESS_SET = "delivery:address-set"
ADDRESS_ENDED = "delivery:address-ended"
ADDRESS_TESTED = "delivery:address-tested"
KEY_ISSUED = "delivery:key-issued"
KEY_ENDED = "delivery:key-ended"

register(
    Kind(DEAD, "Delivery given up: a person must look", Lane.BOTH, Tone.LATE),
    Kind(REPLAYED, "Delivery begun again by a person", Lane.BOTH, Tone.WORKING),
    Kind(ADDRESS_SET, "Delivery address entered"),
    Kind(ADDRESS_ENDED, "Delivery address ended"),
    Kind(ADDRESS_TESTED, "Delivery address tested"),
    Kind(KEY_ISSUED, "Signing key of a webhook issued"),
    Kind(KEY_ENDED, "Signing key of a webhook ended"),
)
