# SPDX-License-Identifier: Apache-2.0
"""The queues and which worker serves which. The two registers never share a worker (DESIGN, independent failure)."""

from __future__ import annotations

from procrastinate import RetryStrategy

INTAKE = "intake"
CRIMINAL = "criminal"
IMMIGRATION = "immigration"
EVIDENCE = "evidence"
DELIVERY = "delivery"  # criminal answers
NOTICES = "notices"  # what follows them; of the immigration side
PRIORITY = "priority"  # assessments, shadow runs: what may take long and delays nobody
UPKEEP = "upkeep"

WORKERS: dict[str, tuple[str, ...]] = {
    "criminal": (INTAKE, CRIMINAL),
    "immigration": (IMMIGRATION,),
    "evidence": (EVIDENCE,),  # sources may hang: no search waits behind them
    "delivery": (DELIVERY, UPKEEP),
    "notices": (NOTICES,),
    "priority": (PRIORITY,),
}

# A failure that passes (a restart, a lock) is tried again after 2, 4, 8 … seconds; safe, as jobs re-check state.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)

# A worker that says nothing for so long is dead, and its jobs are given to another; it speaks every HEARTBEAT_SECONDS.
# The gap is wide: a long extraction on a busy machine delays a heartbeat, and no job should run twice for that.
HEARTBEAT_SECONDS = 3.0
SILENT_SECONDS = 12.0

# A job that was running in so many workers that died is not tried again.
MOST_DEATHS = 5
