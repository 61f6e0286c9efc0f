# SPDX-License-Identifier: Apache-2.0
"""The queues and which worker serves which. The two registers never share a worker (DESIGN, independent failure)."""

from __future__ import annotations

from procrastinate import RetryStrategy

INTAKE = "intake"
CRIMINAL = "criminal"
IMMIGRATION = "immigration"
DELIVERY = "delivery"
UPKEEP = "upkeep"

WORKERS: dict[str, tuple[str, ...]] = {
    "criminal": (INTAKE, CRIMINAL),
    "immigration": (IMMIGRATION,),
    "delivery": (DELIVERY, UPKEEP),
}

# A failure that passes (a restart, a lock) is tried again after 2, 4, 8 … seconds; safe, as jobs re-check state.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)
